#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/store/chunk.h"

using namespace vigil::monitoring;

namespace {

bool is_same(const std::vector<Sample>& a, const std::vector<Sample>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i].time != b[i].time) return false;
    if (std::bit_cast<std::uint64_t>(a[i].value) != std::bit_cast<std::uint64_t>(b[i].value)) return false;
  }
  return true;
}

std::vector<Sample> read_all(const Chunk& chunk) {
  std::vector<Sample> out;
  ChunkReader reader(chunk);
  Sample sample;
  while (reader.next(sample)) out.push_back(sample);
  CHECK_FALSE(reader.is_damaged());
  return out;
}

ChunkWriter written(const std::vector<Sample>& samples) {
  ChunkWriter writer;
  for (const Sample& sample : samples) writer.append(sample);
  return writer;
}

/// Series as engines have them: constants, counters, prices, sums of seconds, noise, ends.
std::vector<Sample> drawn_samples() {
  const auto size = *rc::gen::inRange(1, 400);
  const auto shape = *rc::gen::inRange(0, 7);
  std::vector<Sample> out;
  SampleTime time = *rc::gen::inRange<SampleTime>(-5'000'000'000, 2'000'000'000'000);
  double value = *rc::gen::element(0.0, -0.0, 1.0, 101.25, 1e18, -3e-9);
  for (int i = 0; i < size; ++i) {
    out.push_back({.time = time, .value = value});
    const bool is_odd = *rc::gen::inRange(0, 20) == 0;
    time += is_odd ? *rc::gen::inRange<SampleTime>(1, 100'000'000'000) : 1000;
    switch (shape) {
      case 0:
        if (is_odd) value += 1;
        break;
      case 1:
        value += *rc::gen::inRange(0, 1000);
        break;
      case 2:
        value = *rc::gen::inRange(90'000, 110'000) / 100.0;
        break;
      case 3:
        value = (value * 1e9 + *rc::gen::inRange(0, 100'000'000)) / 1e9;
        break;
      case 4:
        value = std::bit_cast<double>(*rc::gen::arbitrary<std::uint64_t>());
        break;
      case 5:
        value = *rc::gen::element(kStaleMarker, kNormalNan, 0.0, -0.0, 1.0,
                                  std::numeric_limits<double>::infinity(),
                                  std::numeric_limits<double>::denorm_min());
        break;
      default:
        value = std::sin(value + i);
        break;
    }
  }
  return out;
}

}  // namespace

TEST_CASE("a chunk gives back what was put in, to the last bit") {
  CHECK(rc::check("round trip", [] {
    const std::vector<Sample> samples = drawn_samples();
    const Chunk chunk = written(samples).chunk();
    RC_ASSERT(chunk.count == samples.size());
    RC_ASSERT(chunk.first == samples.front().time);
    RC_ASSERT(chunk.last == samples.back().time);
    RC_ASSERT(is_same(read_all(chunk), samples));
  }));
}

TEST_CASE("an open chunk gives what lies in a range, its unfinished run too") {
  CHECK(rc::check("ranges", [] {
    const std::vector<Sample> samples = drawn_samples();
    const ChunkWriter writer = written(samples);
    const auto near = [&] {
      const auto place = *rc::gen::inRange<std::size_t>(0, samples.size());
      return samples[place].time + *rc::gen::element<SampleTime>(-1, 0, 1, 500);
    };
    const SampleRange range{.from = near(), .to = near()};
    std::vector<Sample> expected;
    for (const Sample& sample : samples) {
      if (sample.time >= range.from && sample.time <= range.to) expected.push_back(sample);
    }
    std::vector<Sample> out;
    writer.read(range, out);
    RC_ASSERT(is_same(out, expected));
  }));
}

TEST_CASE("a constant costs nothing while it lasts, and a counter a byte or two a sample") {
  std::vector<Sample> constant;
  std::vector<Sample> counter;
  std::vector<Sample> seconds;
  std::uint64_t nanoseconds = 0;
  for (int i = 0; i < 600; ++i) {
    const SampleTime time = 1'700'000'000'000 + i * 1000;
    constant.push_back({.time = time, .value = 42.5});
    counter.push_back({.time = time, .value = 1e6 + i * 100 + i % 7});
    nanoseconds += 1'000'000U + static_cast<std::uint64_t>(i) * 7919U % 50'000U;
    seconds.push_back({.time = time, .value = static_cast<double>(nanoseconds) / 1e9});
  }
  CHECK(written(constant).chunk().bits <= 64);
  CHECK(written(counter).chunk().bits <= 600 * 16);
  CHECK(written(seconds).chunk().bits <= 600 * 30);
}

TEST_CASE("a chunk that was cut or changed ends early and never runs away") {
  CHECK(rc::check("damage", [] {
    Chunk chunk = written(drawn_samples()).chunk();
    const auto bit = *rc::gen::inRange<std::size_t>(0, chunk.bits);
    if (*rc::gen::arbitrary<bool>()) {
      chunk.words[bit / 64] ^= std::uint64_t{1} << (bit % 64);
    } else {
      chunk.bits = bit;
    }
    ChunkReader reader(chunk);
    Sample sample;
    std::uint32_t count = 0;
    while (reader.next(sample)) ++count;
    RC_ASSERT(count <= chunk.count);
    RC_ASSERT(count == chunk.count || reader.is_damaged());
  }));
}
