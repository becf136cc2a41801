#pragma once

#include <bit>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "monitoring/store/byte_codec.h"
#include "orders/decimal.h"
#include "orders/fixed_string.h"
#include "orders/ids.h"
#include "orders/time.h"

// How values stand in the journal: numbers little endian in their full width, a price, a quantity and the
// like as their number of units, a flag or a choice as one byte, an optional as one byte (0 or 1) and, after
// a 1, the value; a text as one byte for its length and its bytes; a table as its length in 4 bytes and its
// elements. One function per kind of thing names its fields; a writer puts them, a WireReader takes them, so
// that the two cannot differ. A class that is kept over a restart names its own:
//
//   template <typename Wire>
//   void state(Wire& wire) {
//     wire(first_);
//     wire(second_);
//   }

namespace vigil::engine {

static_assert(std::endian::native == std::endian::little, "the journal is written as memory is");

template <typename T>
concept FixedPointValue = requires(const T value) {
  T::from_raw(value.raw());
};

/// A number that stands as it is in memory; a bool does not.
template <typename T>
concept IsNumber = (std::integral<T> && !std::same_as<T, bool>) || std::same_as<T, double> ||
                   std::same_as<T, orders::Int128>;

template <typename T, typename Wire>
concept HasState = requires(T& thing, Wire& wire) {
  thing.state(wire);
};

/// Elements in a row.
template <typename T>
concept IsTable = requires(T& table) {
  table.data();
  table.size();
  typename T::value_type;
};

/// Memory that is the caller's. What does not fit is left out, and remembered.
class FixedMemory {
 public:
  FixedMemory(char* memory, std::size_t capacity) noexcept : begin_(memory), at_(memory), left_(capacity) {}
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
  [[nodiscard]] bool has_overflowed() const noexcept { return has_overflowed_; }

 protected:
  void put(const void* from, std::size_t size) noexcept {
    if (size > left_) {
      has_overflowed_ = true;
      return;
    }
    std::memcpy(at_, from, size);
    at_ += size;
    left_ -= size;
  }

 private:
  char* begin_;
  char* at_;
  std::size_t left_;
  bool has_overflowed_ = false;
};

/// Memory that grows as it is needed.
class GrowingMemory {
 public:
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] std::string take() noexcept { return std::move(bytes_); }
  /// Puts a number in the place of one of its size.
  void patch(std::size_t at, std::uint64_t number) noexcept {
    std::memcpy(bytes_.data() + at, &number, sizeof number);
  }

 protected:
  void put(const void* from, std::size_t size) { bytes_.append(static_cast<const char*>(from), size); }

 private:
  std::string bytes_;
};

/// Puts values into memory; throws nothing if the memory does not.
template <typename Memory>
class BasicWireWriter : public Memory {
 public:
  static constexpr bool kReads = false;
  using Memory::Memory;

  template <IsNumber T>
  void operator()(const T& value) {
    this->put(&value, sizeof value);
  }
  void operator()(const bool& value) { (*this)(static_cast<std::uint8_t>(value)); }
  template <typename T>
  requires std::is_enum_v<T>
  void operator()(const T& id) { (*this)(static_cast<std::underlying_type_t<T>>(id)); }
  template <FixedPointValue T>
  void operator()(const T& value) {
    const auto raw = value.raw();
    this->put(&raw, sizeof raw);
  }
  void operator()(const orders::Duration& value) { (*this)(std::int64_t{value.count()}); }
  void operator()(const orders::Timestamp& value) { (*this)(value.time_since_epoch()); }
  void operator()(const orders::EventTime& value) {
    (*this)(value.wall);
    (*this)(value.monotonic);
  }
  template <typename T>
  void operator()(const std::optional<T>& value) {
    (*this)(value.has_value());
    if (value) (*this)(*value);
  }
  template <std::size_t N>
  void operator()(const orders::FixedString<N>& text) {
    (*this)(static_cast<std::uint8_t>(text.view().size()));
    bytes(text.view());
  }
  /// One of the values up to `last`.
  template <typename T>
  void choice(const T& value, T /*last*/) {
    (*this)(value);
  }
  template <typename T>
  void choice(const std::optional<T>& value, T /*last*/) {
    (*this)(value);
  }
  /// Seven bits a byte, the lowest first; the eighth says that more follow.
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) (*this)(static_cast<std::uint8_t>(value | 0x80U));
    (*this)(static_cast<std::uint8_t>(value));
  }
  void bytes(std::string_view bytes) { this->put(bytes.data(), bytes.size()); }

  /// state() serves both ways; a writer's only reads.
  template <typename T>
  requires HasState<T, BasicWireWriter>
  void operator()(const T& thing) { const_cast<T&>(thing).state(*this); }
  /// A table that has one length all its life: an element for each id, say.
  template <IsTable Table>
  void operator()(const Table& table) {
    (*this)(static_cast<std::uint32_t>(table.size()));
    for (const auto& element : table) (*this)(element);
  }
  void operator()(const std::vector<bool>& flags) {
    (*this)(static_cast<std::uint32_t>(flags.size()));
    for (const bool flag : flags) (*this)(flag);
  }
  /// A list of any length up to `most`.
  template <typename T>
  void list(const std::vector<T>& elements, std::size_t /*most*/) {
    (*this)(elements);
  }
  /// Counts of which most are 0: how many zeros, a count, and so on. `count_at(i)` gives one.
  template <typename CountAt>
  void counts(std::size_t size, CountAt count_at) {
    std::size_t zeros = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint64_t count = count_at(i);
      if (count == 0) {
        ++zeros;
        continue;
      }
      varint(zeros);
      varint(count);
      zeros = 0;
    }
    if (zeros > 0) varint(zeros);
  }
  void counts(const std::vector<std::uint64_t>& table) {
    counts(table.size(), [&table](std::size_t i) { return table[i]; });
  }
};

using WireWriter = BasicWireWriter<FixedMemory>;
using StateWriter = BasicWireWriter<GrowingMemory>;

/// How many there are of what ids name.
struct IdCounts {
  std::size_t instruments = SIZE_MAX;
  std::size_t accounts = SIZE_MAX;
  std::size_t strategies = SIZE_MAX;
  std::size_t venues = SIZE_MAX;
  std::size_t currencies = SIZE_MAX;

  [[nodiscard]] bool has(orders::InstrumentId id) const noexcept { return orders::index(id) < instruments; }
  [[nodiscard]] bool has(orders::AccountId id) const noexcept { return orders::index(id) < accounts; }
  [[nodiscard]] bool has(orders::StrategyId id) const noexcept { return orders::index(id) < strategies; }
  [[nodiscard]] bool has(orders::VenueId id) const noexcept { return orders::index(id) < venues; }
  [[nodiscard]] bool has(orders::CurrencyId id) const noexcept { return orders::index(id) < currencies; }
};

/// Takes values out of bytes from anywhere. What is no such value leaves the variable as it was, and nothing
/// more is read: has_failed().
class WireReader {
 public:
  static constexpr bool kReads = true;

  /// `known`: an id of none of them is no value, none at all is.
  explicit WireReader(std::string_view bytes, const IdCounts& known = {}) noexcept
      : in_(bytes), known_(known) {}

  template <IsNumber T>
  void operator()(T& value) noexcept {
    take(&value, sizeof value);
  }
  void operator()(bool& value) noexcept {
    std::uint8_t byte = 0;
    (*this)(byte);
    if (byte > 1) return fail();
    value = byte == 1;
  }
  template <typename T>
  requires std::is_enum_v<T>
  void operator()(T& id) noexcept {
    std::underlying_type_t<T> number{};
    (*this)(number);
    if (has_failed()) return;
    if constexpr (requires { known_.has(id); }) {
      if (number != static_cast<decltype(number)>(-1) && !known_.has(static_cast<T>(number))) return fail();
    }
    id = static_cast<T>(number);
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

  template <typename T>
  requires HasState<T, WireReader>
  void operator()(T& thing) { thing.state(*this); }
  template <IsTable Table>
  void operator()(Table& table) {
    if (!length_is(table.size())) return;
    for (auto& element : table) (*this)(element);
  }
  void operator()(std::vector<bool>& flags) {
    if (!length_is(flags.size())) return;
    for (std::size_t i = 0; i < flags.size(); ++i) {
      bool flag = false;
      (*this)(flag);
      flags[i] = flag;
    }
  }
  template <typename T>
  void list(std::vector<T>& elements, std::size_t most) {
    std::uint32_t length = 0;
    (*this)(length);
    // Each takes a byte at least: a length that cannot be true takes no memory.
    if (length > most || length > in_.left()) return fail();
    elements.clear();
    elements.resize(length);
    for (T& element : elements) {
      (*this)(element);
      if constexpr (requires { known_.has(element); }) {
        if (!known_.has(element)) return fail();
      }
    }
  }
  /// As many counts as were written; `take(i, count)` is called for all but zeros.
  template <typename Take>
  requires std::invocable<Take, std::size_t, std::uint64_t>
  void counts(std::size_t size, Take take) {
    for (std::size_t i = 0; i < size; ++i) {
      const std::uint64_t zeros = varint();
      if (has_failed() || zeros > size - i) return fail();
      i += zeros;
      if (i == size) return;
      const std::uint64_t count = varint();
      if (has_failed()) return;
      take(i, count);
    }
  }
  void counts(std::vector<std::uint64_t>& table) {
    table.assign(table.size(), 0);
    counts(table.size(), [&table](std::size_t i, std::uint64_t count) { table[i] = count; });
  }

  [[nodiscard]] bool is_at_end() const noexcept { return in_.is_at_end(); }
  [[nodiscard]] bool has_failed() const noexcept { return in_.has_failed(); }
  void fail() noexcept { in_.fail(); }

 private:
  void take(void* to, std::size_t size) noexcept {
    const std::string_view from = bytes(size);
    if (!has_failed()) std::memcpy(to, from.data(), size);
  }
  [[nodiscard]] bool length_is(std::size_t expected) noexcept {
    std::uint32_t length = 0;
    (*this)(length);
    if (!has_failed() && length == expected) return true;
    fail();
    return false;
  }

  monitoring::ByteReader in_;
  IdCounts known_;
};

/// A thing whose fields are listed once, for both directions.
template <typename T, typename Thing>
concept Fields = std::same_as<std::remove_const_t<T>, Thing>;

}  // namespace vigil::engine
