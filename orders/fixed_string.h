#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

namespace vigil::orders {

/// Text of at most N bytes held in place, so that an order or a message needs no allocation.
template <std::size_t N>
class FixedString {
  static_assert(N < 256);

 public:
  static constexpr std::size_t kCapacity = N;

  constexpr FixedString() noexcept = default;
  /// Nothing when the text is longer than N bytes: ids are never cut.
  [[nodiscard]] static constexpr std::optional<FixedString> from(std::string_view text) noexcept {
    if (text.size() > N) return std::nullopt;
    return truncated(text);
  }
  /// For free text (a reason): the first N bytes.
  [[nodiscard]] static constexpr FixedString truncated(std::string_view text) noexcept {
    FixedString result;
    result.size_ = static_cast<std::uint8_t>(std::min(text.size(), N));
    std::copy_n(text.data(), result.size_, result.bytes_.data());
    return result;
  }
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {bytes_.data(), size_}; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }

  friend constexpr bool operator==(const FixedString& a, const FixedString& b) noexcept {
    return a.view() == b.view();
  }

 private:
  std::array<char, N> bytes_{};
  std::uint8_t size_ = 0;
};

/// Eight bytes at a time, multiplied and folded; good enough for ids, which are short and not hostile.
[[nodiscard]] constexpr std::uint64_t hash_text(std::string_view text) noexcept {
  const auto fold = [](std::uint64_t x) noexcept {
    x *= 0xd6e8feb86659fd93ULL;
    return x ^ (x >> 32);
  };
  std::uint64_t hash = fold(text.size() + 1);
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    if (std::is_constant_evaluated()) {
      for (std::size_t k = 8; k-- > 0;) word = word << 8 | static_cast<unsigned char>(text[i + k]);
    } else {
      std::memcpy(&word, text.data() + i, 8);
    }
    hash = fold(hash ^ word);
  }
  std::uint64_t rest = 0;
  for (std::size_t k = text.size(); k-- > i;) rest = rest << 8 | static_cast<unsigned char>(text[k]);
  return fold(fold(hash ^ rest));
}

}  // namespace vigil::orders
