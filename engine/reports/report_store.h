#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::engine {

/// Whether it reads as "2026-01-31" does.
[[nodiscard]] bool is_day(std::string_view text) noexcept;

/// Reports by their day: DAY.json and DAY.html in a folder, or without one in memory until the end. A day is
/// there when its JSON is, which is written last; none is ever written again. Beyond `keep` the oldest days
/// go. Any thread.
class ReportStore {
 public:
  struct Entry {
    std::string day;
    bool is_complete = false;
  };

  /// `folder` exists, or is "".
  ReportStore(std::string folder, std::size_t keep);

  [[nodiscard]] bool has(const std::string& day) const;
  /// On the disk when it returns. Throws std::runtime_error "PATH: ..." where it cannot be written; the day
  /// is not there then.
  void add(const std::string& day, const std::string& json, const std::string& html);
  /// The newest first. What cannot be listed is not there.
  [[nodiscard]] std::vector<Entry> list() const;
  /// Nothing: there is none of that day, or none any more.
  [[nodiscard]] std::optional<std::string> json(const std::string& day) const;
  [[nodiscard]] std::optional<std::string> html(const std::string& day) const;

 private:
  struct InMemory {
    std::string json;
    std::string html;
  };
  [[nodiscard]] std::string path_of(const std::string& day, const char* extension) const;
  [[nodiscard]] std::vector<std::string> days_on_disk() const;
  [[nodiscard]] std::optional<std::string> read(const std::string& day, const char* extension) const;
  void remove_oldest();

  std::string folder_;
  std::size_t keep_;
  mutable std::mutex mutex_;
  std::map<std::string, InMemory> in_memory_;
};

}  // namespace vigil::engine
