#include "engine/data_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace vigil::engine {

namespace {

void make(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) throw std::runtime_error(path + ": must be a folder, cannot be made: " + error.message());
}

}  // namespace

DataFolder::DataFolder(std::string path) : path_(std::move(path)) {
  make(path_);
  const std::string name = path_ + "/lock";
  lock_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock_ < 0) {
    throw std::runtime_error(
        path_ + ": must be a folder that can be written: " + std::generic_category().message(errno));
  }
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return;
  const int reason = errno;
  ::close(lock_);
  throw std::runtime_error(path_ + (reason == EWOULDBLOCK
                                        ? ": must be this engine's alone, another process uses it"
                                        : ": cannot be locked: " + std::generic_category().message(reason)));
}

DataFolder::~DataFolder() {
  ::close(lock_);
}

std::string DataFolder::inner(const std::string& name) const {
  std::string path = path_ + "/" + name;
  make(path);
  return path;
}

}  // namespace vigil::engine
