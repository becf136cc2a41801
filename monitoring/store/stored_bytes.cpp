#include "monitoring/store/stored_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "monitoring/store/history_error.h"

namespace vigil::monitoring {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

class FileBytes final : public StoredBytes {
 public:
  explicit FileBytes(const std::string& path)
      : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (file_.number() < 0) throw_system_error(path_ + ": cannot be opened");
    struct stat status {};
    if (::fstat(file_.number(), &status) != 0) throw_system_error(path_ + ": has no size");
    size_ = static_cast<std::uint64_t>(status.st_size);
  }

  [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
  [[nodiscard]] const std::string& name() const noexcept override { return path_; }
  [[nodiscard]] bool is_in_memory() const noexcept override { return false; }
  [[nodiscard]] std::string read(std::uint64_t offset, std::uint64_t size) const override {
    if (offset > size_ || size > size_ - offset) {
      throw HistoryError(path_ + ": must have " + std::to_string(size) + " bytes at " +
                         std::to_string(offset) + ", has " + std::to_string(size_) + " in all");
    }
    std::string out(size, '\0');
    std::size_t done = 0;
    while (done < size) {
      const ssize_t count =
          ::pread(file_.number(), out.data() + done, size - done, static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw_system_error(path_ + ": cannot be read");
      if (count == 0) throw HistoryError(path_ + ": became shorter than it was");
      done += static_cast<std::size_t>(count);
    }
    return out;
  }

 private:
  std::string path_;
  Descriptor file_;
  std::uint64_t size_ = 0;
};

class MemoryBytes final : public StoredBytes {
 public:
  MemoryBytes(std::string bytes, std::string name) : bytes_(std::move(bytes)), name_(std::move(name)) {}
  [[nodiscard]] std::uint64_t size() const noexcept override { return bytes_.size(); }
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] bool is_in_memory() const noexcept override { return true; }
  [[nodiscard]] std::string read(std::uint64_t offset, std::uint64_t size) const override {
    if (offset > bytes_.size() || size > bytes_.size() - offset) {
      throw HistoryError(name_ + ": must have " + std::to_string(size) + " bytes at " +
                         std::to_string(offset) + ", has " + std::to_string(bytes_.size()) + " in all");
    }
    return bytes_.substr(offset, size);
  }

 private:
  std::string bytes_;
  std::string name_;
};

class FileSink final : public ByteSink {
 public:
  explicit FileSink(std::string path)
      : path_(std::move(path)),
        unfinished_(path_ + ".new"),
        file_(::open(unfinished_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (file_.number() < 0) throw_system_error(unfinished_ + ": cannot be written");
    buffer_.reserve(kBuffer);
  }
  ~FileSink() override {
    if (!is_finished_) ::unlink(unfinished_.c_str());
  }

  void write(std::string_view bytes) override {
    buffer_ += bytes;
    if (buffer_.size() >= kBuffer) flush();
  }
  [[nodiscard]] std::unique_ptr<StoredBytes> finish() override {
    flush();
    if (::fdatasync(file_.number()) != 0) throw_system_error(unfinished_ + ": cannot be synced");
    if (::rename(unfinished_.c_str(), path_.c_str()) != 0) throw_system_error(path_ + ": cannot be named");
    is_finished_ = true;
    sync_folder(std::filesystem::path(path_).parent_path().string());
    return open_file(path_);
  }

 private:
  static constexpr std::size_t kBuffer = 64UL * 1024;

  void flush() {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
      const ssize_t count = ::write(file_.number(), rest.data(), rest.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw_system_error(unfinished_ + ": cannot be written");
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
    buffer_.clear();
  }

  std::string path_;
  std::string unfinished_;
  Descriptor file_;
  std::string buffer_;
  bool is_finished_ = false;
};

class MemorySink final : public ByteSink {
 public:
  explicit MemorySink(std::string name) : name_(std::move(name)) {}
  void write(std::string_view bytes) override { bytes_ += bytes; }
  [[nodiscard]] std::unique_ptr<StoredBytes> finish() override {
    bytes_.shrink_to_fit();
    return in_memory(std::move(bytes_), std::move(name_));
  }

 private:
  std::string bytes_;
  std::string name_;
};

}  // namespace

std::unique_ptr<StoredBytes> open_file(const std::string& path) {
  return std::make_unique<FileBytes>(path);
}

std::unique_ptr<StoredBytes> in_memory(std::string bytes, std::string name) {
  return std::make_unique<MemoryBytes>(std::move(bytes), std::move(name));
}

std::unique_ptr<ByteSink> file_sink(const std::string& path) {
  return std::make_unique<FileSink>(path);
}

std::unique_ptr<ByteSink> memory_sink(std::string name) {
  return std::make_unique<MemorySink>(std::move(name));
}

void sync_folder(const std::string& folder) {
  const Descriptor open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (open.number() < 0 || ::fsync(open.number()) != 0) throw_system_error(folder + ": cannot be synced");
}

void throw_system_error(const std::string& what) {
  throw HistoryError(what + ": " + std::generic_category().message(errno));
}

}  // namespace vigil::monitoring
