#pragma once

#include <unistd.h>

#include <filesystem>
#include <string>

namespace vigil::engine::test {

/// A place for a file of latches, in a folder of its own that goes with it.
class LatchFile {
 public:
  LatchFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vigil-latches-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path = (folder_ / "latches.log").string();
  }
  ~LatchFile() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  LatchFile(const LatchFile&) = delete;
  LatchFile& operator=(const LatchFile&) = delete;

  std::string path;

 private:
  std::filesystem::path folder_;
};

}  // namespace vigil::engine::test
