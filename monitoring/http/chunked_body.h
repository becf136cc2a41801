#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vigil::monitoring {

enum class ChunkResult : std::uint8_t { NeedsMore, Whole, TooLarge, LineTooLong, Malformed };

/// Puts a body together that comes in chunks (RFC 9112, 7.1). Takes only what every reader must understand
/// the same way: lines that end with carriage return and line feed, and no control characters in them.
/// Extensions and trailers are skipped.
class ChunkedBody {
 public:
  /// In bytes, of a chunk's line or all trailers, and of the body.
  ChunkedBody(std::size_t line_limit, std::size_t body_limit)
      : line_limit_(line_limit), body_limit_(body_limit) {}

  /// Takes what it can from the front of `bytes`, which begins where the last call stopped, appends to
  /// `body`, and puts into `used` how many bytes are done with.
  [[nodiscard]] ChunkResult take(std::string_view bytes, std::string& body, std::size_t& used);

 private:
  enum class Stage : std::uint8_t { Size, Data, DataEnd, Trailers, Done };

  /// One step; NeedsMore with nothing taken from `bytes` when it is not whole.
  [[nodiscard]] ChunkResult step(std::string_view& bytes, std::string& body);
  [[nodiscard]] ChunkResult take_line(std::string_view line, std::size_t body_size);

  std::size_t line_limit_;
  std::size_t body_limit_;
  Stage stage_ = Stage::Size;
  std::size_t left_ = 0;      ///< bytes of the chunk
  std::size_t trailers_ = 0;  ///< bytes
};

}  // namespace vigil::monitoring
