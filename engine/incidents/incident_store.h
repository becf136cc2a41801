#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace vigil::engine {

/// Bundles by their id: files of a folder, or without one in memory until the end. Beyond `keep` the oldest
/// go. Any thread.
class IncidentStore {
 public:
  struct Entry {
    std::string id;
    std::uint64_t bytes = 0;
  };

  /// `folder` exists, or is "".
  IncidentStore(std::string folder, std::size_t keep);

  /// Throws std::runtime_error "PATH: ...", where it cannot be written; nothing is left of it then.
  void add(const std::string& id, const std::string& bundle);
  /// The newest first. What cannot be listed is not there.
  [[nodiscard]] std::vector<Entry> list() const;
  /// Nothing: there is none of this id, or none any more.
  [[nodiscard]] std::optional<std::string> read(const std::string& id) const;

 private:
  [[nodiscard]] std::string path_of(const std::string& id) const { return folder_ + "/" + id + ".json"; }
  void remove_oldest();

  std::string folder_;
  std::size_t keep_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> in_memory_;
};

}  // namespace vigil::engine
