#pragma once

#include <bit>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

#include "monitoring/store/byte_codec.h"
#include "orders/decimal.h"
#include "orders/fixed_string.h"
#include "orders/time.h"

// How values stand in the journal: numbers little endian in their full width, a price, a quantity and the
// like as their number of units, a flag or a choice as one byte, an optional as one byte (0 or 1) and, after
// a 1, the value; a text as one byte for its length and its bytes. One function per kind of thing names its
// fields; a WireWriter puts them, a WireReader takes them, so that the two cannot differ.

namespace vigil::engine {

static_assert(std::endian::native == std::endian::little, "the journal is written as memory is");

template <typename T>
concept FixedPointValue = requires(const T value) {
  T::from_raw(value.raw());
};

/// Puts values into memory that is the caller's. What does not fit is left out, and remembered.
class WireWriter {
 public:
  WireWriter(char* memory, std::size_t capacity) noexcept : begin_(memory), at_(memory), left_(capacity) {}

  template <std::integral T>
  void operator()(const T& value) noexcept {
    put(&value, sizeof value);
  }
  void operator()(const bool& value) noexcept { (*this)(static_cast<std::uint8_t>(value)); }
  template <typename T>
  requires std::is_enum_v<T>
  void operator()(const T& id) noexcept { (*this)(static_cast<std::underlying_type_t<T>>(id)); }
  template <FixedPointValue T>
  void operator()(const T& value) noexcept {
    const auto raw = value.raw();
    put(&raw, sizeof raw);
  }
  void operator()(const orders::Duration& value) noexcept { (*this)(std::int64_t{value.count()}); }
  void operator()(const orders::Timestamp& value) noexcept { (*this)(value.time_since_epoch()); }
  void operator()(const orders::EventTime& value) noexcept {
    (*this)(value.wall);
    (*this)(value.monotonic);
  }
  template <typename T>
  void operator()(const std::optional<T>& value) noexcept {
    (*this)(value.has_value());
    if (value) (*this)(*value);
  }
  template <std::size_t N>
  void operator()(const orders::FixedString<N>& text) noexcept {
    (*this)(static_cast<std::uint8_t>(text.view().size()));
    put(text.view().data(), text.view().size());
  }
  /// One of the values up to `last`.
  template <typename T>
  void choice(const T& value, T /*last*/) noexcept {
    (*this)(value);
  }
  template <typename T>
  void choice(const std::optional<T>& value, T /*last*/) noexcept {
    (*this)(value);
  }
  /// Seven bits a byte, the lowest first; the eighth says that more follow.
  void varint(std::uint64_t value) noexcept {
    for (; value >= 0x80; value >>= 7U) (*this)(static_cast<std::uint8_t>(value | 0x80U));
    (*this)(static_cast<std::uint8_t>(value));
  }
  void bytes(std::string_view bytes) noexcept { put(bytes.data(), bytes.size()); }

  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
  [[nodiscard]] bool has_overflowed() const noexcept { return has_overflowed_; }

 private:
  void put(const void* from, std::size_t size) noexcept {
    if (size > left_) {
      has_overflowed_ = true;
      return;
    }
    std::memcpy(at_, from, size);
    at_ += size;
    left_ -= size;
  }
  char* begin_;
  char* at_;
  std::size_t left_;
  bool has_overflowed_ = false;
};

/// Takes values out of bytes from anywhere. What is no such value leaves the variable as it was, and nothing
/// more is read: has_failed().
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) noexcept : in_(bytes) {}

  template <std::integral T>
  void operator()(T& value) noexcept {
    take(&value, sizeof value);
  }
  void operator()(bool& value) noexcept {
    std::uint8_t byte = 0;
    (*this)(byte);
    if (byte > 1) return fail();
    value = byte == 1;
  }
  /// An id: any number. Whether it is a known one is for who reads to judge.
  template <typename T>
  requires std::is_enum_v<T>
  void operator()(T& id) noexcept {
    std::underlying_type_t<T> number{};
    (*this)(number);
    if (!has_failed()) id = static_cast<T>(number);
  }
  template <FixedPointValue T>
  void operator()(T& value) noexcept {
    auto raw = value.raw();
    take(&raw, sizeof raw);
    value = T::from_raw(raw);
  }
  void operator()(orders::Duration& value) noexcept {
    std::int64_t count = value.count();
    (*this)(count);
    value = orders::Duration{count};
  }
  void operator()(orders::Timestamp& value) noexcept {
    orders::Duration since = value.time_since_epoch();
    (*this)(since);
    value = orders::Timestamp{since};
  }
  void operator()(orders::EventTime& value) noexcept {
    (*this)(value.wall);
    (*this)(value.monotonic);
  }
  template <typename T>
  void operator()(std::optional<T>& value) noexcept {
    bool given = false;
    (*this)(given);
    value.reset();
    if (!given) return;
    T inner{};
    (*this)(inner);
    if (!has_failed()) value = inner;
  }
  template <std::size_t N>
  void operator()(orders::FixedString<N>& text) noexcept {
    std::uint8_t size = 0;
    (*this)(size);
    const std::string_view taken = bytes(size);
    if (has_failed() || taken.size() > N) return fail();
    text = orders::FixedString<N>::truncated(taken);
  }
  template <typename T>
  void choice(T& value, T last) noexcept {
    T read{};
    (*this)(read);
    if (has_failed() || read > last) return fail();
    value = read;
  }
  template <typename T>
  void choice(std::optional<T>& value, T last) noexcept {
    (*this)(value);
    if (value && *value > last) {
      value.reset();
      fail();
    }
  }
  [[nodiscard]] std::uint64_t varint() noexcept { return in_.varint(); }
  [[nodiscard]] std::string_view bytes(std::size_t size) noexcept { return in_.bytes(size); }
  /// The next byte, without taking it; nothing at the end.
  [[nodiscard]] std::optional<std::uint8_t> peek() const noexcept { return in_.peek(); }

  [[nodiscard]] bool is_at_end() const noexcept { return in_.is_at_end(); }
  [[nodiscard]] bool has_failed() const noexcept { return in_.has_failed(); }
  void fail() noexcept { in_.fail(); }

 private:
  void take(void* to, std::size_t size) noexcept {
    const std::string_view from = bytes(size);
    if (!has_failed()) std::memcpy(to, from.data(), size);
  }
  monitoring::ByteReader in_;
};

/// A thing whose fields are listed once, for both directions.
template <typename T, typename Thing>
concept Fields = std::same_as<std::remove_const_t<T>, Thing>;

}  // namespace vigil::engine
