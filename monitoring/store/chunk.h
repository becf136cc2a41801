#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "monitoring/store/bit_stream.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring {

/// Samples of one series, compressed. Times are told by the change of their distance, values by what is
/// cheapest: not at all while nothing changes, as a change of a whole number or decimal fraction (most of
/// what is measured is one), or as the XOR of the bits. After Gorilla (Pelkonen et al., VLDB 2015), whose
/// runs, integers and decimals cost more. A stream of codes, the lowest bit first:
///
///     0  cc n         a run of unchanged samples, each a distance after the one before; cc says how many
///     there
///                     are: one, or 3, 7 or 14 bits of n
///     10 ccc n        the integer changed by n (zigzag); ccc says in how many bits
///     110 0 x         XOR of the value's bits, in the window of the one before
///     110 1 l m x     the same with a window of its own: l leading zeros (6 bits), m + 1 bits (6 bits)
///     1110 e ccc n    the value is n / 10^e from here on (e in 4 bits)
///     1111 cc n       the distance of samples changes by n ms (zigzag); the code of a sample follows
///
/// Before the first sample the distance is kUsualDistance, the value 0, the integer 0 and e 0.
inline constexpr SampleTime kUsualDistance = 1000;

/// What is written: enough to go on writing, and to read.
struct Chunk {
  SampleTime first = 0;  ///< time of the first sample
  SampleTime last = 0;   ///< of the last one
  std::uint32_t count = 0;
  std::size_t bits = 0;
  std::vector<std::uint64_t> words;

  [[nodiscard]] std::size_t bytes() const noexcept { return words.capacity() * sizeof(std::uint64_t); }
};

/// Compresses samples as they come. One thread at a time.
class ChunkWriter {
 public:
  /// `sample` is newer than the last one.
  void append(Sample sample);
  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }
  [[nodiscard]] SampleTime first_time() const noexcept { return first_; }
  /// Of a chunk that has samples.
  [[nodiscard]] Sample last() const noexcept { return {.time = last_, .value = value_}; }
  /// What was appended so far.
  [[nodiscard]] Chunk chunk() const;
  /// Appends the samples in the range to `out`.
  void read(SampleRange range, std::vector<Sample>& out) const;
  [[nodiscard]] std::size_t bytes() const noexcept { return bits_.bytes(); }

 private:
  void write_run();
  void write_value(double value);

  BitWriter bits_;
  SampleTime first_ = 0;
  SampleTime last_ = 0;
  SampleTime distance_ = kUsualDistance;
  double value_ = 0;
  std::int64_t integer_ = 0;
  std::uint32_t count_ = 0;
  std::uint32_t run_ = 0;  ///< samples at the end that no code tells of yet
  std::uint8_t exponent_ = 0;
  std::uint8_t leading_ = 0;
  std::uint8_t length_ = 0;  ///< of the window; 0: there is none yet
};

/// Gives the samples of a stream of codes, the oldest first. What is no such stream ends early.
class ChunkReader {
 public:
  ChunkReader(SampleTime first, std::uint32_t count, std::span<const std::uint64_t> words,
              std::size_t bits) noexcept;
  explicit ChunkReader(const Chunk& chunk) noexcept
      : ChunkReader(chunk.first, chunk.count, chunk.words, chunk.bits) {}

  [[nodiscard]] bool next(Sample& out) noexcept;
  /// The stream ended before all samples, or told of something that no writer writes.
  [[nodiscard]] bool is_damaged() const noexcept { return is_damaged_; }

 private:
  void read_code() noexcept;

  BitReader bits_;
  std::uint32_t left_;
  std::uint32_t run_ = 0;
  SampleTime time_;
  SampleTime distance_ = kUsualDistance;
  double value_ = 0;
  std::int64_t integer_ = 0;
  std::uint8_t exponent_ = 0;
  std::uint8_t leading_ = 0;
  std::uint8_t length_ = 0;
  bool is_damaged_ = false;
};

}  // namespace vigil::monitoring
