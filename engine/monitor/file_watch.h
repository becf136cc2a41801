#pragma once

#include <string>
#include <vector>

namespace vigil::engine {

/// Notices that files were changed, replaced, added or removed, by looking at them. One thread.
class FileWatch {
 public:
  /// Paths, with * and ? where they stand for several. What they are now counts as known.
  explicit FileWatch(std::vector<std::string> patterns);

  /// True once for each change, and not before the files look the same as at the call before: who calls it
  /// each second does not read a file that is half written.
  [[nodiscard]] bool changed();
  /// Other patterns from now on; what the files are now counts as known.
  void watch(std::vector<std::string> patterns);

 private:
  [[nodiscard]] std::string state() const;

  std::vector<std::string> patterns_;
  std::string known_;  ///< path, inode, size and time of each file
  std::string last_;   ///< the same at the call before
};

}  // namespace vigil::engine
