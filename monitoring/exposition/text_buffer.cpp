#include "monitoring/exposition/text_buffer.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace vigil::monitoring {
namespace {

constexpr std::size_t kLongest = 32;  ///< characters of a number

}  // namespace

static_assert(std::endian::native == std::endian::little, "digits are written as the bytes of a word");

char* TextBuffer::put_large(char* at, std::uint64_t value) noexcept {
  constexpr std::uint64_t kEightDigits = 100'000'000;
  const std::uint64_t high = value / kEightDigits;
  if (high >= kEightDigits) return std::to_chars(at, at + kLongest, value).ptr;
  at = put_up_to_8(at, static_cast<std::uint32_t>(high));
  const std::uint64_t low = eight_digits(static_cast<std::uint32_t>(value % kEightDigits)) | kZeros;
  std::memcpy(at, &low, sizeof(low));
  return at + sizeof(low);
}

char* TextBuffer::put(char* at, double value) {
  // Most gauges hold whole numbers, and these are written much faster.
  constexpr double kWhole = 1e15;
  if (std::abs(value) < kWhole) {
    const auto whole = static_cast<std::int64_t>(value);
    if (static_cast<double>(whole) == value && !(whole == 0 && std::signbit(value))) {
      return std::to_chars(at, at + kLongest, whole).ptr;
    }
  }
  const auto word = [at](std::string_view text) { return std::copy(text.begin(), text.end(), at); };
  if (std::isnan(value)) return word("NaN");
  if (std::isinf(value)) return word(value < 0 ? "-Inf" : "+Inf");
  return fmt::format_to(at, "{}", value);
}

char* TextBuffer::put(char* at, std::int64_t steps, int decimals) noexcept {
  std::uint64_t power = 1;
  for (int i = 0; i < decimals; ++i) power *= 10;
  // Negated without overflow.
  const std::uint64_t size =
      steps < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(steps) : static_cast<std::uint64_t>(steps);
  if (steps < 0) *at++ = '-';
  at = std::to_chars(at, at + kLongest, size / power).ptr;
  std::uint64_t fraction = size % power;
  if (fraction == 0) return at;

  *at++ = '.';
  for (power /= 10; fraction != 0; fraction %= power, power /= 10) {
    *at++ = static_cast<char>('0' + fraction / power);
    if (power == 1) break;
  }
  return at;
}

}  // namespace vigil::monitoring
