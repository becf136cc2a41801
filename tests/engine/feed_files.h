#pragma once

#include <stdlib.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/feed/directory.h"
#include "engine/feed/feed_error.h"
#include "engine/feed/file_feed.h"

namespace vigil::engine::testing {

/// A directory of its own for files a test writes; gone with the object.
class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(const std::filesystem::path& parent = std::filesystem::temp_directory_path()) {
    std::string pattern = (parent / "vigil_test_XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] std::string path(std::string_view name) const { return (path_ / name).string(); }
  /// Writes the text as a file of that name and returns its path.
  std::string write(std::string_view name, std::string_view text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  /// The same, gzip-compressed.
  std::string write_gzip(std::string_view name, std::string_view text) const {
    return write(name, gzip(text));
  }

  static std::string gzip(std::string_view text) {
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string result(deflateBound(&stream, text.size()) + 32, '\0');
    std::string input(text);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    deflate(&stream, Z_FINISH);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    return result;
  }

 private:
  std::filesystem::path path_;
};

/// A directory with lists of its own.
struct OwnDirectory {
  std::vector<orders::Instrument> instruments;
  std::vector<orders::Currency> currencies;
  Directory names;

  explicit OwnDirectory(DirectoryNames given = {}, bool define_from_feed = true)
      : names(instruments, currencies, std::move(given), define_from_feed) {}
};

/// The text of the FeedError that `act` throws, with `folder` and the slash behind it taken out; "" when it
/// throws none.
template <typename Act>
std::string error_of(const TemporaryDirectory& folder, Act&& act) {
  try {
    act();
  } catch (const FeedError& error) {
    std::string text = error.what();
    const std::string prefix = folder.path("");
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }
  return "";
}

/// Everything a feed delivers.
inline std::vector<orders::MarketEvent> drain(Feed& feed) {
  std::vector<orders::MarketEvent> events;
  while (const auto event = feed.next()) events.push_back(*event);
  return events;
}

}  // namespace vigil::engine::testing
