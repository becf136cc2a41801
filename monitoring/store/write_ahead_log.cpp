#include "monitoring/store/write_ahead_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "monitoring/store/byte_codec.h"
#include "monitoring/store/crc32c.h"
#include "monitoring/store/history_error.h"
#include "monitoring/store/stored_bytes.h"

namespace vigil::monitoring {

namespace {

constexpr std::string_view kMagic = "VIGILWAL";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderSize = 16;
constexpr std::size_t kFrameSize = 8;
constexpr std::string_view kSuffix = ".wal";

/// The time in a segment's name; nothing for another file.
std::optional<SampleTime> segment_of(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  if (!name.ends_with(kSuffix)) return std::nullopt;
  const char* const end = name.data() + name.size() - kSuffix.size();
  SampleTime time = 0;
  const auto read = std::from_chars(name.data(), end, time);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return time;
}

std::string path_of(const std::string& folder, SampleTime segment) {
  return folder + "/" + std::to_string(segment) + std::string{kSuffix};
}

std::vector<SampleTime> segments_in(const std::string& folder) {
  std::vector<SampleTime> segments;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (const auto segment = segment_of(entry.path())) segments.push_back(*segment);
  }
  if (error) throw HistoryError(folder + ": cannot be listed: " + error.message());
  std::ranges::sort(segments);
  return segments;
}

}  // namespace

struct WriteAheadLog::Segment {
  Segment(SampleTime of, std::string at)
      : time(of), path(std::move(at)), file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)) {
    if (file < 0) throw_system_error(path + ": cannot be written");
  }
  ~Segment() { ::close(file); }
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  void write(std::string_view bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t count =
          ::pwrite(file, bytes.data() + done, bytes.size() - done, static_cast<off_t>(size + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw_system_error(path + ": cannot be written");
      done += static_cast<std::size_t>(count);
    }
    size += bytes.size();
  }

  SampleTime time;
  std::string path;
  int file;
  std::uint64_t size = 0;  ///< of what is whole
};

WriteAheadLog::WriteAheadLog(std::string folder) : folder_(std::move(folder)) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) throw HistoryError(folder_ + ": cannot be made: " + error.message());
}

WriteAheadLog::~WriteAheadLog() = default;

void WriteAheadLog::append(SampleTime segment, std::string_view record) {
  if (open_ == nullptr || open_->time != segment) {
    std::string header{kMagic};
    put_fixed(header, kVersion);
    put_fixed(header, std::uint32_t{0});
    // Overwritten from its start: a segment that a run before left behind was replayed.
    auto fresh = std::make_unique<Segment>(segment, path_of(folder_, segment));
    try {
      if (::ftruncate(fresh->file, 0) != 0) throw_system_error(fresh->path + ": cannot be emptied");
      fresh->write(header);
    } catch (const HistoryError&) {
      ::unlink(fresh->path.c_str());
      throw;
    }
    if (open_ != nullptr) sync();
    open_ = std::move(fresh);
    sync_folder(folder_);
  }
  std::string framed;
  framed.reserve(kFrameSize + record.size());
  put_fixed(framed, static_cast<std::uint32_t>(record.size()));
  put_fixed(framed, crc32c(record));
  framed += record;
  open_->write(framed);
}

void WriteAheadLog::sync() {
  if (open_ == nullptr) return;
  if (::fdatasync(open_->file) != 0) throw_system_error(open_->path + ": cannot be synced");
}

void WriteAheadLog::remove_before(SampleTime segment) {
  for (const SampleTime old : segments_in(folder_)) {
    if (old >= segment) break;
    if (::unlink(path_of(folder_, old).c_str()) != 0 && errno != ENOENT) {
      throw_system_error(path_of(folder_, old) + ": cannot be removed");
    }
  }
}

ReplayedLog replay_log(const std::string& folder, const std::function<void(std::string_view record)>& take) {
  ReplayedLog replayed;
  for (const SampleTime segment : segments_in(folder)) {
    const auto file = open_file(path_of(folder, segment));
    std::uint64_t at = kHeaderSize;
    if (file->size() >= kHeaderSize) {
      const std::string header = file->read(0, kHeaderSize);
      ByteReader reader(header);
      const bool is_log = reader.bytes(kMagic.size()) == kMagic;
      if (!is_log || reader.fixed<std::uint32_t>() != kVersion) {
        throw HistoryError(file->name() + ": must be a write-ahead log of version " +
                           std::to_string(kVersion));
      }
    }
    while (at + kFrameSize <= file->size()) {
      const std::string frame = file->read(at, kFrameSize);
      ByteReader reader(frame);
      const auto size = reader.fixed<std::uint32_t>();
      const auto crc = reader.fixed<std::uint32_t>();
      if (size == 0 || size > file->size() - at - kFrameSize) break;
      const std::string record = file->read(at + kFrameSize, size);
      if (crc32c(record) != crc) break;
      take(record);
      ++replayed.records;
      at += kFrameSize + size;
    }
    if (at < file->size()) replayed.lost_bytes += file->size() - at;
  }
  return replayed;
}

}  // namespace vigil::monitoring
