#include "engine/analysis/value_curve.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "engine/tape/wire.h"

using namespace std::chrono_literals;
using vigil::engine::ValueCurve;
using vigil::orders::Duration;
using vigil::orders::Timestamp;

namespace {

constexpr double kUnknown = ValueCurve::kUnknown;

bool is_same(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

struct Told {
  Duration time{};
  double value = 0;
};

std::int64_t number_at(Duration time, Duration width) {
  std::int64_t number = time / width;
  if (time < width * number) --number;
  return number;
}

/// All that was told, at the finest width that has room, sorted into buckets only now.
struct Naive {
  Duration width;
  std::map<std::int64_t, std::vector<double>> buckets;
  double worst_drop = 0;

  Naive(const std::vector<Told>& all, Duration finest) : width(finest) {
    while (number_at(all.back().time, width) - number_at(all.front().time, width) >=
           static_cast<std::int64_t>(ValueCurve::kMostBuckets)) {
      width *= 2;
    }
    for (const Told& told : all) {
      std::vector<double>& values = buckets[number_at(told.time, width)];
      if (!std::isnan(told.value)) values.push_back(told.value);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (std::size_t j = i; j < all.size(); ++j) {
        if (!std::isnan(all[i].value) && !std::isnan(all[j].value))
          worst_drop = std::max(worst_drop, all[i].value - all[j].value);
      }
    }
  }
};

bool agree(const ValueCurve& curve, const Naive& naive) {
  if (curve.width() != naive.width || curve.buckets().size() != naive.buckets.size()) return false;
  if (curve.worst_drop() != naive.worst_drop) return false;
  auto expected = naive.buckets.begin();
  for (const ValueCurve::Bucket& bucket : curve.buckets()) {
    const auto& values = expected->second;
    if (bucket.number != expected->first || bucket.is_known() == values.empty()) return false;
    if (!values.empty() && (bucket.first != values.front() || bucket.last != values.back() ||
                            bucket.least != *std::ranges::min_element(values) ||
                            bucket.greatest != *std::ranges::max_element(values))) {
      return false;
    }
    ++expected;
  }
  return true;
}

}  // namespace

TEST_CASE("a curve is what a sort of all its values into the finest buckets that have room would give") {
  CHECK(rc::check([] {
    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 30'000), rc::gen::inRange(-50, 51)));
    std::vector<Told> all;
    Duration time = std::chrono::milliseconds{*rc::gen::inRange(-2'000'000, 2'000'000)};
    ValueCurve curve(1s);
    for (const auto& [step, value] : steps) {
      time += std::chrono::milliseconds{step};
      all.push_back({time, value % 7 == 0 ? kUnknown : value / 4.0});
      curve.add(Timestamp{time}, all.back().value);
    }
    if (!all.empty()) RC_ASSERT(agree(curve, Naive(all, 1s)));
  }));
}

TEST_CASE("a curve over a long time stays within its bound and keeps its ends and extremes") {
  ValueCurve curve(1s);
  const Duration end = 24h * 400;
  for (Duration time{}; time <= end; time += 97s) {
    curve.add(Timestamp{time}, time == 97s * 5 ? -1000.0 : std::chrono::duration<double>(time).count());
  }
  CHECK(curve.buckets().size() <= ValueCurve::kMostBuckets);
  CHECK(curve.buckets().size() > ValueCurve::kMostBuckets / 2);
  CHECK(curve.buckets().front().first == 0);
  CHECK(curve.buckets().front().least == -1000);
  CHECK(curve.worst_drop() == 1000 + 97 * 4);
}

TEST_CASE("a value that is not known is a gap and never a zero") {
  ValueCurve curve(1s);
  curve.add(Timestamp{1s}, 5);
  curve.add(Timestamp{2s}, kUnknown);
  curve.add(Timestamp{3s}, 6);
  REQUIRE(curve.buckets().size() == 3);
  CHECK_FALSE(curve.buckets()[1].is_known());
  CHECK(curve.buckets()[1].least != 0);
  CHECK(curve.worst_drop() == 0);
  CHECK(curve.last_known() == 6);
}

TEST_CASE("a bucket in which some values are known is of those") {
  ValueCurve curve(10s);
  for (const double value : {kUnknown, 4.0, kUnknown, 2.0, kUnknown}) curve.add(Timestamp{11s}, value);
  REQUIRE(curve.buckets().size() == 1);
  CHECK(curve.buckets()[0].first == 4);
  CHECK(curve.buckets()[0].last == 2);
  CHECK(curve.worst_drop() == 2);
}

TEST_CASE("a clock that is set back does not bring a curve back") {
  ValueCurve curve(1s);
  curve.add(Timestamp{100s}, 1);
  curve.add(Timestamp{50s}, 2);
  REQUIRE(curve.buckets().size() == 1);
  CHECK(curve.buckets()[0].last == 2);
  CHECK(curve.time_of(curve.buckets()[0]) == Timestamp{100s});
}

TEST_CASE("a single leap of centuries costs a few halvings, not a bucket a second") {
  ValueCurve curve(1s);
  curve.add(Timestamp{}, 1);
  curve.add(Timestamp{24h * 365 * 200}, 2);
  CHECK(curve.buckets().size() == 2);
  CHECK(is_same(curve.buckets().back().last, 2));
}

TEST_CASE("a curve is the same after it was written and read") {
  ValueCurve curve(1s);
  for (int i = 0; i < 2000; ++i) curve.add(Timestamp{i * 3s}, i % 5 == 0 ? kUnknown : i % 17);
  vigil::engine::StateWriter out;
  out(curve);
  const std::string bytes = out.take();
  ValueCurve again(7s);
  vigil::engine::WireReader in(bytes);
  in(again);
  REQUIRE_FALSE(in.has_failed());
  CHECK(in.is_at_end());
  for (ValueCurve* const each : {&curve, &again}) each->add(Timestamp{9000s}, -3);
  REQUIRE(curve.buckets().size() == again.buckets().size());
  CHECK(again.width() == curve.width());
  CHECK(again.worst_drop() == curve.worst_drop());
  for (std::size_t i = 0; i < again.buckets().size(); ++i) {
    CHECK(is_same(again.buckets()[i].least, curve.buckets()[i].least));
    CHECK(is_same(again.buckets()[i].last, curve.buckets()[i].last));
  }
}
