#include "monitoring/delivery/record_disk.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace vigil::monitoring {
namespace {

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string read_all(int file, const std::string& path) {
  std::string bytes;
  std::array<char, std::size_t{64} * 1024> piece{};
  while (true) {
    const ssize_t count = ::read(file, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      throw std::runtime_error(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
    if (count == 0) return bytes;
    bytes.append(piece.data(), static_cast<std::size_t>(count));
  }
}

class SystemFile : public GrowingFile {
 public:
  explicit SystemFile(std::string path) : path_(std::move(path)) {
    file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ < 0)
      throw std::runtime_error(fmt::format("{}: cannot be opened: {}", path_, std::strerror(errno)));
  }
  ~SystemFile() override { ::close(file_); }

  [[nodiscard]] std::string read() const { return read_all(file_, path_); }

  bool append(std::string_view bytes) override { return write_all(file_, bytes); }
  bool sync() override { return ::fdatasync(file_) == 0; }

  bool sync_name() override {
    const std::filesystem::path parent = std::filesystem::path(path_).parent_path();
    const std::filesystem::path folder = parent.empty() ? std::filesystem::path{"."} : parent;
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return false;
    const bool ok = ::fsync(file) == 0;
    ::close(file);
    return ok;
  }

  bool cut(std::uint64_t size) override {
    return ::ftruncate(file_, static_cast<off_t>(size)) == 0 && ::lseek(file_, 0, SEEK_END) >= 0;
  }

  bool replace(std::string_view bytes) override {
    const std::string fresh_path = path_ + ".new";
    const int fresh = ::open(fresh_path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fresh < 0) return false;
    if (!write_all(fresh, bytes) || ::fdatasync(fresh) != 0 ||
        ::rename(fresh_path.c_str(), path_.c_str()) != 0) {
      ::close(fresh);
      ::unlink(fresh_path.c_str());
      return false;
    }
    (void)sync_name();
    ::close(file_);
    file_ = fresh;
    return true;
  }

 private:
  std::string path_;
  int file_ = -1;
};

class SystemDisk : public RecordDisk {
 public:
  void make_folder(const std::string& path) override {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) throw std::runtime_error(fmt::format("{}: cannot be made: {}", path, error.message()));
  }

  std::unique_ptr<GrowingFile> open(const std::string& path, std::string& bytes) override {
    auto file = std::make_unique<SystemFile>(path);
    bytes = file->read();
    return file;
  }
};

}  // namespace

RecordDisk& system_disk() {
  static SystemDisk disk;
  return disk;
}

}  // namespace vigil::monitoring
