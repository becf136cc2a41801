#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct gzFile_s;

namespace vigil::engine {

enum class LineStatus : std::uint8_t {
  Line,
  TooLong,  ///< longer than kMaxLineLength; the next call goes on behind it
  End,
};

/// Reads a text file line by line. Plain or gzip, told apart by the first bytes and not by the name; lines
/// end in LF or CRLF, the last one perhaps in nothing. Memory is bounded by the longest line allowed.
class LineReader {
 public:
  static constexpr std::size_t kMaxLineLength = std::size_t{1} << 20;

  /// Throws FeedError where there is no readable file, and for directories and zip archives.
  explicit LineReader(std::string path);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  /// The next line without its end; the view lives until the next call. Throws FeedError when the file cannot
  /// be read on: a read error, a gzip stream that is damaged or cut off.
  [[nodiscard]] LineStatus next(std::string_view& line);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Of the line last delivered, from 1; 0 before the first.
  [[nodiscard]] std::uint64_t line_number() const noexcept { return line_number_; }

 private:
  bool fill();
  void skip_line();

  std::string path_;
  gzFile_s* file_ = nullptr;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  ///< of what is not delivered yet
  std::size_t end_ = 0;
  std::uint64_t line_number_ = 0;
};

/// What a line that is too long must be, for its LineFault.
inline constexpr std::string_view kMustBeShorter = "be at most 1048576 bytes long";
static_assert(LineReader::kMaxLineLength == 1048576);

}  // namespace vigil::engine
