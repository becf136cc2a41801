#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vigil::engine {

/// Why a market data or orders file cannot be used. The text is "FILE:LINE: FIELD: must ..., was "..."", or
/// "FILE: ..." where the fault is not one line's.
class FeedError : public std::runtime_error {
 public:
  /// line counts from 1; 0 = the file as a whole.
  FeedError(const std::string& path, std::uint64_t line, std::string_view text);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }

 private:
  std::string path_;
  std::uint64_t line_;
};

class LineReader;

/// What is wrong with one line: the field, what it must be and what stood there.
struct LineFault {
  std::string field;
  std::string expected;  ///< "be a positive number"
  std::string found;     ///< as it stood in the file
  /// The file it was found in where a feed reads several; null = the feed's own.
  const LineReader* where = nullptr;

  /// Always false, so that a reading function can end with `return fault.set(...)`.
  bool set(std::string_view at_field, std::string_view must, std::string_view was);
  /// `field: must expected, was "found"`, the value shortened and escaped.
  [[nodiscard]] std::string text() const;
};

/// The value in double quotes: bytes that do not print as \xNN, quotes and backslashes escaped, and no more
/// than the first 40 bytes of it, followed by "...".
[[nodiscard]] std::string in_quotes(std::string_view value);

}  // namespace vigil::engine
