#pragma once

#include <string>

namespace vigil::engine {

/// Where an engine keeps what survives it, for one process at a time: the folder is made if there is none,
/// and locked until the end. Throws std::runtime_error "PATH: ..." if it cannot be made or written, or
/// another process has it.
class DataFolder {
 public:
  explicit DataFolder(std::string path);
  ~DataFolder();
  DataFolder(const DataFolder&) = delete;
  DataFolder& operator=(const DataFolder&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// A folder within it, made if there is none.
  [[nodiscard]] std::string inner(const std::string& name) const;

 private:
  std::string path_;
  int lock_ = -1;
};

}  // namespace vigil::engine
