#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

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

/// FNV-1a with a final mix; good enough for ids, which are short and not hostile.
[[nodiscard]] constexpr std::uint64_t hash_text(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  hash ^= hash >> 32;
  hash *= 0xd6e8feb86659fd93ULL;
  return hash ^ (hash >> 32);
}

}  // namespace vigil::orders
