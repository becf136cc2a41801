#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace vigil::monitoring {

/// Appends numbers of any number of bits, the lowest bit first, to 64-bit words.
class BitWriter {
 public:
  /// `value` has no bits beyond `bits` (1 to 64).
  void put(std::uint64_t value, unsigned bits) {
    assert(bits >= 1 && bits <= 64 && (bits == 64 || value >> bits == 0));
    const unsigned at = size_ % 64;
    if (at == 0) {
      words_.push_back(value);
    } else {
      words_.back() |= value << at;
      if (at + bits > 64) words_.push_back(value >> (64 - at));
    }
    size_ += bits;
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::span<const std::uint64_t> words() const noexcept { return words_; }
  /// Heap memory.
  [[nodiscard]] std::size_t bytes() const noexcept { return words_.capacity() * sizeof(std::uint64_t); }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t size_ = 0;
};

/// Reads what a BitWriter wrote. Reading beyond the end gives zeros and is remembered.
class BitReader {
 public:
  BitReader(std::span<const std::uint64_t> words, std::size_t size) noexcept : words_(words), size_(size) {
    assert(size <= words.size() * 64);
  }
  [[nodiscard]] std::uint64_t take(unsigned bits) noexcept {
    assert(bits >= 1 && bits <= 64);
    if (size_ - at_ < bits) {
      at_ = size_;
      is_exhausted_ = true;
      return 0;
    }
    const std::size_t word = at_ / 64;
    const unsigned offset = at_ % 64;
    std::uint64_t value = words_[word] >> offset;
    if (offset + bits > 64) value |= words_[word + 1] << (64 - offset);
    at_ += bits;
    return bits == 64 ? value : value & ((std::uint64_t{1} << bits) - 1);
  }
  /// Ones before the next zero, at most `most`; the zero, if there is one before that, is taken too.
  [[nodiscard]] unsigned take_ones(unsigned most) noexcept {
    unsigned ones = 0;
    while (ones < most && take(1) == 1) ++ones;
    return ones;
  }
  [[nodiscard]] bool is_exhausted() const noexcept { return is_exhausted_; }

 private:
  std::span<const std::uint64_t> words_;
  std::size_t size_;
  std::size_t at_ = 0;
  bool is_exhausted_ = false;
};

}  // namespace vigil::monitoring
