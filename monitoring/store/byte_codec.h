#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

/// Numbers and texts in files: little endian, variable length where most are small.
namespace vigil::monitoring {

static_assert(std::endian::native == std::endian::little, "files are written as memory is");

template <std::integral Number>
void put_fixed(std::string& out, Number value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
inline void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

inline void put_text(std::string& out, std::string_view text) {
  put_varint(out, text.size());
  out += text;
}

/// Reads what the functions above wrote. What is no such thing gives zeros or nothing and is remembered.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) noexcept : rest_(bytes) {}

  template <std::integral Number>
  [[nodiscard]] Number fixed() noexcept {
    Number value{};
    if (rest_.size() < sizeof value) {
      fail();
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_.remove_prefix(sizeof value);
    return value;
  }
  [[nodiscard]] std::uint64_t varint() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    fail();
    return 0;
  }
  [[nodiscard]] std::string_view bytes(std::uint64_t size) noexcept {
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }
  [[nodiscard]] std::string_view text() noexcept { return bytes(varint()); }

  /// The next byte, without taking it; nothing at the end.
  [[nodiscard]] std::optional<std::uint8_t> peek() const noexcept {
    if (rest_.empty()) return std::nullopt;
    return static_cast<std::uint8_t>(rest_.front());
  }

  [[nodiscard]] bool is_at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }
  [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }
  /// What was read makes no sense: nothing more is.
  void fail() noexcept {
    rest_ = {};
    has_failed_ = true;
  }

 private:
  std::string_view rest_;
  bool has_failed_ = false;
};

}  // namespace vigil::monitoring
