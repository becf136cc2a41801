#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <stdlib.h>

#include "monitoring/delivery/alert.h"

namespace vigil::monitoring::test {

/// A folder that is gone with the object.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "vigil-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::filesystem::filesystem_error("mkdtemp", {});
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

inline constexpr SampleTime kSecond = 1000;
inline constexpr SampleTime kMinute = 60 * kSecond;
/// When tests begin: 2026-01-31T08:30:00Z.
inline constexpr SampleTime kStart = 1'769'848'200'000;

/// An alert of team trading that fires since `starts_at`.
inline Alert firing(std::string_view name, SampleTime starts_at, std::string_view exchange = "sim") {
  return {
      .labels =
          Labels{{"alertname", name}, {"exchange", exchange}, {"severity", "critical"}, {"team", "trading"}},
      .annotations = Labels{{"summary", "Too slow"}},
      .starts_at = starts_at,
      .generator_url = "http://127.0.0.1:9464/rules",
      .value = 1.5};
}

inline Alert resolved(Alert alert, SampleTime ends_at) {
  alert.ends_at = ends_at;
  return alert;
}

}  // namespace vigil::monitoring::test
