#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace vigil::monitoring {

/// Text that can be read in whole steps of 16 bytes: a copy of it is a few plain loads and stores, where
/// memcpy would look for the best way to move a size it cannot know.
class PaddedText {
 public:
  static constexpr std::size_t kStep = 16;

  PaddedText() = default;
  explicit PaddedText(std::string_view text) : text_(text), size_(text.size()) { text_.append(kStep, '\0'); }
  [[nodiscard]] std::string_view view() const noexcept { return {text_.data(), size_}; }

 private:
  std::string text_;
  std::size_t size_ = 0;
};

/// Appends lines to a string. The string grows in pieces that stay in the first level cache until they are
/// written full, and nothing checks its capacity for each word. Reserve the string's memory before.
class TextBuffer {
 public:
  explicit TextBuffer(std::string& out) noexcept : out_(out), used_(out.size()) {}

  /// Lines are written at a position that the caller keeps, from `begin` to `end`: in a register, where a
  /// member would be stored and loaded again for each of them.
  struct Position {
    char* at;
    const char* end;
  };
  [[nodiscard]] Position begin() noexcept { return {out_.data() + used_, out_.data() + out_.size()}; }
  void end(const Position& position) noexcept { used_ = static_cast<std::size_t>(position.at - out_.data()); }

  // `labels` is a SeriesTable's text or empty.
  void line(Position& to, const PaddedText& start, std::string_view labels, std::uint64_t value) {
    make_room(to, start.view().size() + labels.size());
    end_line(to, put(copy(copy(to.at, start.view()), labels), value));
  }
  void line(Position& to, const PaddedText& start, std::string_view labels, const PaddedText& rest,
            std::uint64_t value) {
    make_room(to, start.view().size() + labels.size() + rest.view().size());
    end_line(to, put(copy(copy(copy(to.at, start.view()), labels), rest.view()), value));
  }
  /// The shortest text that reads back as `value`.
  void line(Position& to, const PaddedText& start, std::string_view labels, double value) {
    make_room(to, start.view().size() + labels.size());
    end_line(to, put(copy(copy(to.at, start.view()), labels), value));
  }
  /// steps / 10^decimals, exactly.
  void line(Position& to, const PaddedText& start, std::string_view labels, std::int64_t steps,
            int decimals) {
    make_room(to, start.view().size() + labels.size());
    end_line(to, put(copy(copy(to.at, start.view()), labels), steps, decimals));
  }
  /// Any text.
  void append(std::string_view text) {
    Position to = begin();
    make_room(to, text.size());
    to.at += text.copy(to.at, text.size());
    end(to);
  }
  void append(double value) { append_number(value); }
  void append(std::uint64_t value) { append_number(value); }
  /// The string is as long as what was appended. It is longer before.
  void finish() { out_.resize(used_); }

 private:
  static constexpr std::size_t kPiece = std::size_t{16} * 1024;
  /// The longest number, "-1.7976931348623157e+308", a line end, and what copies in steps write too much.
  static constexpr std::size_t kBeside = 96;
  static constexpr std::uint64_t kZeros = 0x3030'3030'3030'3030;  ///< eight times '0'

  void make_room(Position& to, std::size_t text) {
    if (text + kBeside <= static_cast<std::size_t>(to.end - to.at)) [[likely]]
      return;
    end(to);
    out_.resize(used_ + text + kBeside + kPiece);
    to = begin();
  }
  static char* copy(char* at, std::string_view text) noexcept {
    for (std::size_t i = 0; i < text.size(); i += PaddedText::kStep) {
      std::memcpy(at + i, text.data() + i, PaddedText::kStep);
    }
    return at + text.size();
  }
  static void end_line(Position& to, char* at) noexcept {
    *at = '\n';
    to.at = at + 1;
  }
  template <typename Number>
  void append_number(Number value) {
    Position to = begin();
    make_room(to, 0);
    to.at = put(to.at, value);
    end(to);
  }
  static char* put(char* at, std::uint64_t value) noexcept {
    constexpr std::uint64_t kEightDigits = 100'000'000;
    if (value < kEightDigits) return put_up_to_8(at, static_cast<std::uint32_t>(value));
    return put_large(at, value);
  }
  /// All digits at once, in the bytes of one word, instead of one division after the other.
  static char* put_up_to_8(char* at, std::uint32_t value) noexcept {
    const std::uint64_t digits = eight_digits(value);
    // The first digit is the lowest byte; the last one is written even if it is 0.
    const auto leading = static_cast<unsigned>(std::countr_zero(digits | (std::uint64_t{1} << 56U))) / 8;
    const std::uint64_t text = (digits | kZeros) >> (8 * leading);
    std::memcpy(at, &text, sizeof(text));
    return at + sizeof(text) - leading;
  }
  /// The decimal digits of a value below 10^8, the highest in the lowest byte.
  static std::uint64_t eight_digits(std::uint32_t value) noexcept {
    // Two halves of four digits, then four quarters of two, then single ones: each step divides all parts of
    // the word at once by a multiplication with the rounded reciprocal.
    const std::uint64_t high = value / 10'000;
    const std::uint64_t halves = high | (value - 10'000 * high) << 32U;
    const std::uint64_t hundreds = (halves * 5'243U >> 19U) & 0x7F'0000'007FU;
    const std::uint64_t quarters = hundreds | (halves - 100 * hundreds) << 16U;
    const std::uint64_t tens = (quarters * 103U >> 10U) & 0x000F'000F'000F'000FU;
    return tens | (quarters - 10 * tens) << 8U;
  }
  static char* put_large(char* at, std::uint64_t value) noexcept;
  static char* put(char* at, double value);
  static char* put(char* at, std::int64_t steps, int decimals) noexcept;

  std::string& out_;
  std::size_t used_;
};

}  // namespace vigil::monitoring
