#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/delivery/record_file.h"

namespace vigil::monitoring {

/// Texts by key in a file: each change is a record, the newest counts, and the file is written anew when it
/// has grown to twice its size. Without a path it keeps nothing. One thread.
class KeyedFile {
 public:
  struct Change {
    std::string key;
    std::optional<std::string> text;  ///< none: it is gone
  };
  using Everything = std::function<std::vector<Change>()>;

  /// Throws as RecordFile does. `everything`: what the file must have at any time; asked when it is written
  /// anew.
  KeyedFile(const std::string& path, Everything everything, RecordDisk& disk = system_disk());

  /// What was in the file when it was opened; once.
  [[nodiscard]] std::map<std::string, std::string> take_loaded() { return std::move(loaded_); }
  [[nodiscard]] const FileDamage& damage() const noexcept { return damage_; }

  /// False: they are not in the file (a later writing anew may bring them there).
  [[nodiscard]] bool save(const std::vector<Change>& changes, bool sync);

 private:
  Everything everything_;
  std::unique_ptr<RecordFile> file_;
  std::map<std::string, std::string> loaded_;
  FileDamage damage_;
  std::uint64_t compacted_size_ = 0;
};

}  // namespace vigil::monitoring
