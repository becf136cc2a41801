#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/journal/journal_disk.h"

namespace vigil::engine {
namespace {

constexpr mode_t kFileMode = 0640;

[[noreturn]] void fail(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), path);
}

class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

off_t length_of(const std::string& bytes) noexcept {
  return static_cast<off_t>(bytes.size());
}

class FolderFile : public JournalFile {
 public:
  explicit FolderFile(Descriptor file) noexcept : file_(std::move(file)) {}

  int write(std::uint64_t offset, std::string_view bytes) noexcept override {
    while (!bytes.empty()) {
      const ssize_t written =
          ::pwrite(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return errno;
      if (written == 0) return EIO;
      offset += static_cast<std::uint64_t>(written);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
  }
  int sync() noexcept override { return ::fdatasync(file_.number()) == 0 ? 0 : errno; }
  int check() noexcept override {
    struct stat status {};
    if (::fstat(file_.number(), &status) != 0) return errno;
    return status.st_nlink == 0 ? ENOENT : 0;
  }

 private:
  Descriptor file_;
};

class JournalFolder : public JournalDisk {
 public:
  explicit JournalFolder(std::string path)
      : path_(std::move(path)), folder_(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (folder_.number() < 0) fail(path_);
  }

  std::vector<std::string> list() override {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      if (entry.is_regular_file()) names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  std::string read(const std::string& name) override { return read_head(name, SIZE_MAX); }

  std::string read_head(const std::string& name, std::size_t size) override {
    const Descriptor file(::openat(folder_.number(), name.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0) fail(path_of(name));
    std::string bytes(std::min(static_cast<std::size_t>(status.st_size), size), '\0');
    // Room that was taken and not written yet reads as zeros: it need not be read.
    for (off_t at = 0; (at = ::lseek(file.number(), at, SEEK_DATA)) >= 0 && at < length_of(bytes);) {
      const off_t hole = ::lseek(file.number(), at, SEEK_HOLE);
      const off_t end = hole < 0 ? length_of(bytes) : std::min(hole, length_of(bytes));
      while (at < end) {
        const ssize_t count =
            ::pread(file.number(), bytes.data() + at, static_cast<std::size_t>(end - at), at);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail(path_of(name));
        if (count == 0) break;  // cut off meanwhile
        at += count;
      }
      if (at < end) break;
    }
    return bytes;
  }

  int create(const std::string& name, std::uint64_t size,
             std::unique_ptr<JournalFile>& out) noexcept override {
    Descriptor file(
        ::openat(folder_.number(), name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kFileMode));
    if (file.number() < 0) return errno;
    if (const int error = ::posix_fallocate(file.number(), 0, static_cast<off_t>(size)); error != 0) {
      ::unlinkat(folder_.number(), name.c_str(), 0);
      return error;
    }
    if (::fsync(file.number()) != 0) return errno;
    out = std::make_unique<FolderFile>(std::move(file));
    return 0;
  }

  int rename(const std::string& from, const std::string& to) noexcept override {
    if (::renameat(folder_.number(), from.c_str(), folder_.number(), to.c_str()) != 0) return errno;
    return ::fsync(folder_.number()) == 0 ? 0 : errno;
  }

  void truncate(const std::string& name, std::uint64_t size) override {
    const Descriptor file(::openat(folder_.number(), name.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.number() < 0 || ::ftruncate(file.number(), static_cast<off_t>(size)) != 0 ||
        ::fsync(file.number()) != 0) {
      fail(path_of(name));
    }
  }

  void remove(const std::string& name) override {
    if (::unlinkat(folder_.number(), name.c_str(), 0) != 0 || ::fsync(folder_.number()) != 0) {
      fail(path_of(name));
    }
  }

  std::uint64_t free_bytes() override {
    struct statvfs status {};
    if (::fstatvfs(folder_.number(), &status) != 0) fail(path_);
    return std::uint64_t{status.f_bavail} * status.f_frsize;
  }

  std::string path_of(const std::string& name) const override { return path_ + "/" + name; }

 private:
  std::string path_;
  Descriptor folder_;
};

}  // namespace

std::unique_ptr<JournalDisk> open_journal_folder(const std::string& path) {
  return std::make_unique<JournalFolder>(path);
}

}  // namespace vigil::engine
