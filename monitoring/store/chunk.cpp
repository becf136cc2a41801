#include "monitoring/store/chunk.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <optional>

namespace vigil::monitoring {

namespace {

// Runs: what a class begins with and how many bits tell the rest.
constexpr std::array<std::uint32_t, 4> kRunFrom{1, 2, 10, 138};
constexpr std::array<unsigned, 4> kRunBits{0, 3, 7, 14};
constexpr std::uint32_t kLongestRun = 138 + (1U << 14U) - 1;

constexpr std::array<unsigned, 8> kIntegerBits{3, 6, 9, 12, 16, 22, 32, 64};
constexpr std::array<unsigned, 4> kDistanceBits{8, 16, 32, 64};

constexpr std::array<double, 10> kPowers{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
constexpr double kLargestInteger = 9007199254740992;  // 2^53: beyond it whole numbers are not told apart

constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63U);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1U) ^ (0 - (value & 1U)));
}
/// Wraps around: a difference of any two numbers is told by 64 bits.
constexpr std::int64_t difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
constexpr std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

template <std::size_t N>
constexpr std::size_t class_of(std::uint64_t value, const std::array<unsigned, N>& bits) {
  std::size_t i = 0;
  while (i + 1 < N && value >> bits[i] != 0) ++i;
  return i;
}

bool is_same(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// n with value == n / 10^exponent to the last bit.
std::optional<std::int64_t> integer_of(double value, std::size_t exponent) {
  const double scaled = std::nearbyint(value * kPowers[exponent]);
  if (!(std::abs(scaled) <= kLargestInteger)) return std::nullopt;
  // An integer has no sign of its zero.
  if (!is_same(scaled / kPowers[exponent], value) || (scaled == 0 && std::signbit(value)))
    return std::nullopt;
  return static_cast<std::int64_t>(scaled);
}

struct Window {
  std::uint8_t leading;
  std::uint8_t length;
};
Window window_of(std::uint64_t bits) {
  const auto leading = static_cast<unsigned>(std::countl_zero(bits));
  const auto trailing = static_cast<unsigned>(std::countr_zero(bits));
  return {static_cast<std::uint8_t>(leading), static_cast<std::uint8_t>(64 - leading - trailing)};
}

}  // namespace

void ChunkWriter::append(Sample sample) {
  if (count_ == 0) {
    first_ = sample.time;
    last_ = sample.time - kUsualDistance;
  }
  assert(sample.time > last_);
  const SampleTime distance = sample.time - last_;
  if (distance == distance_ && is_same(sample.value, value_)) {
    ++run_;
  } else {
    write_run();
    if (distance != distance_) {
      const std::uint64_t change = zigzag(difference(distance, distance_));
      const std::size_t size = class_of(change, kDistanceBits);
      bits_.put(0b1111, 4);
      bits_.put(size, 2);
      bits_.put(change, kDistanceBits[size]);
      distance_ = distance;
    }
    if (is_same(sample.value, value_)) {
      run_ = 1;
    } else {
      write_value(sample.value);
    }
  }
  last_ = sample.time;
  value_ = sample.value;
  ++count_;
}

void ChunkWriter::write_run() {
  while (run_ > 0) {
    const std::uint32_t length = std::min(run_, kLongestRun);
    std::size_t size = 0;
    while (size + 1 < kRunFrom.size() && length >= kRunFrom[size + 1]) ++size;
    bits_.put(0, 1);
    bits_.put(size, 2);
    if (size > 0) bits_.put(length - kRunFrom[size], kRunBits[size]);
    run_ -= length;
  }
}

void ChunkWriter::write_value(double value) {
  const std::uint64_t difference_bits =
      std::bit_cast<std::uint64_t>(value) ^ std::bit_cast<std::uint64_t>(value_);
  const Window window = window_of(difference_bits);
  const bool fits =
      length_ != 0 && window.leading >= leading_ && window.leading + window.length <= leading_ + length_;
  const unsigned xor_cost = 4 + (fits ? length_ : 12U + window.length);

  if (const auto integer = integer_of(value, exponent_)) {
    const std::uint64_t change = zigzag(difference(*integer, integer_));
    const std::size_t size = class_of(change, kIntegerBits);
    if (5 + kIntegerBits[size] <= xor_cost) {
      bits_.put(0b01, 2);
      bits_.put(size, 3);
      bits_.put(change, kIntegerBits[size]);
      integer_ = *integer;
      return;
    }
  } else {
    for (std::size_t exponent = 0; exponent < kPowers.size(); ++exponent) {
      const auto other = integer_of(value, exponent);
      if (!other) continue;
      const std::uint64_t whole = zigzag(*other);
      const std::size_t size = class_of(whole, kIntegerBits);
      if (11 + kIntegerBits[size] > xor_cost) break;
      bits_.put(0b0111, 4);
      bits_.put(exponent, 4);
      bits_.put(size, 3);
      bits_.put(whole, kIntegerBits[size]);
      exponent_ = static_cast<std::uint8_t>(exponent);
      integer_ = *other;
      return;
    }
  }

  bits_.put(0b011, 3);
  bits_.put(fits ? 0 : 1, 1);
  if (!fits) {
    leading_ = window.leading;
    length_ = window.length;
    bits_.put(leading_, 6);
    bits_.put(length_ - 1U, 6);
  }
  bits_.put(difference_bits >> (64U - leading_ - length_), length_);
}

Chunk ChunkWriter::chunk() const {
  ChunkWriter ended = *this;
  ended.write_run();
  const std::span<const std::uint64_t> words = ended.bits_.words();
  return {.first = first_,
          .last = last_,
          .count = count_,
          .bits = ended.bits_.size(),
          .words = {words.begin(), words.end()}};
}

void ChunkWriter::read(SampleRange range, std::vector<Sample>& out) const {
  if (count_ == 0 || range.from > last_ || range.to < first_) return;
  // The run at the end is in no code yet.
  const SampleTime run_from = last_ - static_cast<SampleTime>(run_ == 0 ? 0 : run_ - 1) * distance_;
  if (run_ == 0 || range.from < run_from) {
    ChunkReader reader(first_, count_ - run_, bits_.words(), bits_.size());
    Sample sample;
    while (reader.next(sample) && sample.time <= range.to) {
      if (sample.time >= range.from) out.push_back(sample);
    }
  }
  if (run_ == 0) return;
  SampleTime time = run_from;
  if (time < range.from) time += (range.from - time + distance_ - 1) / distance_ * distance_;
  for (; time <= std::min(range.to, last_); time += distance_) out.push_back({.time = time, .value = value_});
}

ChunkReader::ChunkReader(SampleTime first, std::uint32_t count, std::span<const std::uint64_t> words,
                         std::size_t bits) noexcept
    : bits_(words, bits), left_(count), time_(difference(first, kUsualDistance)) {}

bool ChunkReader::next(Sample& out) noexcept {
  if (left_ == 0 || is_damaged_) return false;
  if (run_ == 0) {
    read_code();
    if (is_damaged_) return false;
  } else {
    --run_;
    time_ = sum(time_, distance_);
  }
  --left_;
  out = {.time = time_, .value = value_};
  return true;
}

/// Up to the next sample; run_ are those after it that are like it.
void ChunkReader::read_code() noexcept {
  unsigned kind = bits_.take_ones(4);
  if (kind == 4) {
    const auto size = static_cast<std::size_t>(bits_.take(2));
    distance_ = sum(distance_, unzigzag(bits_.take(kDistanceBits[size])));
    is_damaged_ = distance_ <= 0;
    kind = bits_.take_ones(4);
  }
  switch (kind) {
    case 0: {
      const auto size = static_cast<std::size_t>(bits_.take(2));
      run_ = kRunFrom[size] - 1;
      if (size > 0) run_ += static_cast<std::uint32_t>(bits_.take(kRunBits[size]));
      break;
    }
    case 1:
    case 3: {
      if (kind == 3) {
        exponent_ = static_cast<std::uint8_t>(bits_.take(4));
        integer_ = 0;
        if (exponent_ >= kPowers.size()) {
          is_damaged_ = true;
          return;
        }
      }
      const auto size = static_cast<std::size_t>(bits_.take(3));
      integer_ = sum(integer_, unzigzag(bits_.take(kIntegerBits[size])));
      value_ = static_cast<double>(integer_) / kPowers[exponent_];
      break;
    }
    case 2: {
      if (bits_.take(1) == 1) {
        leading_ = static_cast<std::uint8_t>(bits_.take(6));
        length_ = static_cast<std::uint8_t>(bits_.take(6) + 1);
      }
      if (length_ == 0 || leading_ + length_ > 64) {
        is_damaged_ = true;
        return;
      }
      const std::uint64_t bits = bits_.take(length_) << (64U - leading_ - length_);
      value_ = std::bit_cast<double>(std::bit_cast<std::uint64_t>(value_) ^ bits);
      break;
    }
    default:
      is_damaged_ = true;
      return;
  }
  is_damaged_ = is_damaged_ || bits_.is_exhausted();
  time_ = sum(time_, distance_);
}

}  // namespace vigil::monitoring
