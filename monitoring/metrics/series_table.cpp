#include "monitoring/metrics/series_table.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <stdexcept>

namespace vigil::monitoring {
namespace {

constexpr std::size_t kFirstSlots = 8;
constexpr std::size_t kFirstPiece = 256;  ///< bytes of text
constexpr std::size_t kLargestPiece = std::size_t{16} * 1024;
constexpr std::size_t kTextStep = 16;

__extension__ using Wide = unsigned __int128;

std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) noexcept {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t load(const char* from, std::size_t size) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, size);
  return word;
}

// What a look-up consists of is inlined by order: left to itself the compiler makes calls of it, which cost a
// fifth of the whole.

/// Eight bytes a multiplication. Who wants collisions can make them, and gets slow look-ups in one family of
/// at most a few thousand series.
[[gnu::always_inline]] inline std::uint64_t hash_of(SeriesTable::Values values) noexcept {
  constexpr std::uint64_t kOdd = 0x9E37'79B9'7F4A'7C15;
  constexpr std::uint64_t kOther = 0xD6E8'FEB8'6659'FD93;
  std::uint64_t hash = kOther;
  for (const std::string_view value : values) {
    const char* at = value.data();
    std::size_t left = value.size();
    hash ^= left;
    for (; left >= 8; left -= 8, at += 8) hash = folded_product(hash ^ load(at, 8), kOdd);
    // The rest in a fixed number of loads that overlap, not one whose size is only known now.
    std::uint64_t rest = 0;
    if (left >= 4) {
      rest = load(at, 4) << 32U | load(at + left - 4, 4);
    } else if (left > 0) {
      rest = load(at, 1) << 16U | load(at + left / 2, 1) << 8U | load(at + left - 1, 1);
    }
    hash = folded_product(hash ^ rest, kOther);
  }
  return hash;
}

char escape_of(char c) noexcept {
  return c == '\n' ? 'n' : (c == '\\' || c == '"' ? c : '\0');
}

std::size_t escaped_size(std::string_view value) noexcept {
  return value.size() +
         static_cast<std::size_t>(std::ranges::count_if(value, [](char c) { return escape_of(c) != '\0'; }));
}

char* append(char* at, std::string_view text) noexcept {
  if (!text.empty()) std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

char* append_escaped(char* at, std::string_view value) noexcept {
  for (const char c : value) {
    if (const char escape = escape_of(c); escape != '\0') {
      *at++ = '\\';
      *at++ = escape;
    } else {
      *at++ = c;
    }
  }
  return at;
}

/// Label values are short: a call to compare a few bytes costs more than comparing them, in loads that
/// overlap where there is no even number of them.
[[gnu::always_inline]] inline bool equal(const char* a, const char* b, std::size_t size) noexcept {
  if (size > 16) return std::memcmp(a, b, size) == 0;
  const auto differ = [=](std::size_t at, std::size_t bytes) {
    return load(a + at, bytes) ^ load(b + at, bytes);
  };
  if (size >= 8) return (differ(0, 8) | differ(size - 8, 8)) == 0;
  if (size >= 4) return (differ(0, 4) | differ(size - 4, 4)) == 0;
  return size == 0 || (differ(0, 1) | differ(size / 2, 1) | differ(size - 1, 1)) == 0;
}

/// Removes `wanted` from the front of `text`; false if it does not stand there.
[[gnu::always_inline]] inline bool take(std::string_view& text, std::string_view wanted) noexcept {
  if (text.size() < wanted.size() || !equal(text.data(), wanted.data(), wanted.size())) return false;
  text.remove_prefix(wanted.size());
  return true;
}

bool take_escaped(std::string_view& text, std::string_view wanted) noexcept {
  for (const char c : wanted) {
    const char escape = escape_of(c);
    const std::array<char, 2> escaped{'\\', escape};
    if (!take(text, escape == '\0' ? std::string_view(&c, 1) : std::string_view(escaped.data(), 2))) {
      return false;
    }
  }
  return true;
}

}  // namespace

SeriesTable::SeriesTable(std::span<const std::string_view> labels) {
  openings_.reserve(labels.size());
  for (const std::string_view label : labels) {
    openings_.push_back((openings_.empty() ? "" : "\",") + std::string(label) + "=\"");
  }
}

/// All values are compared, and that a quote ends each: a text has no quotes but those around its values and
/// escaped ones. So what stands between the values is what it was made with, and need not be compared.
bool SeriesTable::holds(const Entry& entry, Values values) const noexcept {
  std::string_view rest = entry.labels();
  const bool is_escaped = (entry.length & kEscaped) != 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    rest.remove_prefix(openings_[i].size());
    if (!(is_escaped ? take_escaped(rest, values[i]) : take(rest, values[i]))) return false;
    if (!rest.starts_with('"')) return false;
  }
  return rest.size() <= 1;  // the last quote
}

std::optional<std::uint32_t> SeriesTable::find(Values values) const noexcept {
  assert(values.size() == openings_.size());
  // Acquire: a table holds only numbers whose entries are complete, or that come with a release of their own.
  const Slots* const table = in_use_.load(std::memory_order_acquire);
  if (table == nullptr) return std::nullopt;

  const std::uint64_t hash = hash_of(values);
  const std::size_t mask = table->slots.size() - 1;
  for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
    const std::uint32_t slot = table->slots[i].load(std::memory_order_acquire);
    if (slot == 0) return std::nullopt;
    if (slot >> kNumberBits != hash >> (32 + kNumberBits)) continue;
    const std::uint32_t number = (slot & kNumber) - 1;
    if (holds(*entries_.row(number), values)) return number;
  }
}

std::uint32_t SeriesTable::add(Values values, std::uint32_t created) {
  assert(values.size() == openings_.size());
  std::size_t size = values.empty() ? 0 : 1;
  bool is_escaped = false;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t escaped = escaped_size(values[i]);
    is_escaped |= escaped != values[i].size();
    size += openings_[i].size() + escaped;
  }
  if (size > kLength) throw std::length_error("the labels of a series are longer than 2^31 bytes");

  const auto number = static_cast<std::uint32_t>(entries_.size());
  char* const text = room(size + kClosing.size());
  char* at = text;
  for (std::size_t i = 0; i < values.size(); ++i) at = append_escaped(append(at, openings_[i]), values[i]);
  if (!values.empty()) *at++ = '"';
  append(at, kClosing);

  if (tables_.empty() || (std::size_t{number} + 1) * 2 > tables_.back()->slots.size()) grow();
  *entries_.add() = {.text = text,
                     .length = static_cast<std::uint32_t>(size) | (is_escaped ? kEscaped : 0),
                     .created = created};
  place(*tables_.back(), hash_of(values), number);
  text_size_.store(text_size() + size, std::memory_order_relaxed);
  size_.store(number + 1, std::memory_order_release);
  return number;
}

/// Memory for a text, to be read in steps of 16 bytes.
char* SeriesTable::room(std::size_t size) {
  const std::size_t rounded = (size + kTextStep - 1) / kTextStep * kTextStep;
  if (rounded > piece_size_ - piece_used_) {
    const std::size_t next = std::clamp(piece_size_ * 2, kFirstPiece, kLargestPiece);
    const std::size_t piece = std::max(next, rounded);
    pieces_.push_back(std::make_unique<char[]>(piece));
    piece_size_ = piece;
    piece_used_ = 0;
    piece_bytes_ += piece;
  }
  char* const text = pieces_.back().get() + piece_used_;
  piece_used_ += rounded;
  return text;
}

void SeriesTable::grow() {
  auto larger = std::make_unique<Slots>(tables_.empty() ? kFirstSlots : tables_.back()->slots.size() * 2);
  for (std::uint32_t number = 0; number < entries_.size(); ++number) {
    const std::vector<std::string> texts = values(number);
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    place(*larger, hash_of(views), number);
  }
  tables_.push_back(std::move(larger));
  in_use_.store(tables_.back().get(), std::memory_order_release);
}

void SeriesTable::place(Slots& in, std::uint64_t hash, std::uint32_t number) noexcept {
  const std::size_t mask = in.slots.size() - 1;
  std::size_t i = hash & mask;
  while (in.slots[i].load(std::memory_order_relaxed) != 0) i = (i + 1) & mask;
  const auto above = static_cast<std::uint32_t>(hash >> (32 + kNumberBits)) << kNumberBits;
  in.slots[i].store(above | (number + 1), std::memory_order_release);
}

std::vector<std::string> SeriesTable::values(std::uint32_t number) const {
  std::vector<std::string> values;
  values.reserve(openings_.size());
  std::string_view rest = entry(number).labels();
  for (const std::string& opening : openings_) {
    rest.remove_prefix(opening.size());
    std::string& value = values.emplace_back();
    std::size_t i = 0;
    for (; rest[i] != '"'; ++i) {
      if (rest[i] != '\\') {
        value += rest[i];
        continue;
      }
      ++i;
      value += rest[i] == 'n' ? '\n' : rest[i];
    }
    rest.remove_prefix(i);
  }
  return values;
}

std::size_t SeriesTable::bytes() const noexcept {
  std::size_t slots = 0;
  for (const auto& table : tables_) slots += table->slots.size();
  return entries_.bytes() + piece_bytes_ + slots * sizeof(std::uint32_t);
}

}  // namespace vigil::monitoring
