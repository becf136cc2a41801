#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/store/roll_up.h"

using namespace vigil::monitoring;

namespace {

bool is_same(const RollUp& a, const RollUp& b) {
  return std::ranges::equal(a, b, [](const auto& left, const auto& right) {
    return std::ranges::equal(left, right, [](const Sample& x, const Sample& y) {
      return x.time == y.time && (x.value == y.value || (std::isnan(x.value) && std::isnan(y.value)));
    });
  });
}

std::vector<Sample> drawn_samples() {
  std::vector<Sample> samples;
  SampleTime time = *rc::gen::inRange<SampleTime>(-200'000, 200'000);
  const auto count = *rc::gen::inRange(0, 300);
  for (int i = 0; i < count; ++i) {
    samples.push_back({.time = time, .value = static_cast<double>(*rc::gen::inRange(-20, 20))});
    time += *rc::gen::element<SampleTime>(1, 1000, 1000, 1000, 65'000);
  }
  return samples;
}

double of(const RollUp& rolled, RollUpColumn column, std::size_t i = 0) {
  return rolled[place_of(column)][i].value;
}

}  // namespace

TEST_CASE("a minute leaves its last, smallest, largest, sum and count, at the time of its last sample") {
  CHECK(rc::check("as collected one by one", [] {
    const std::vector<Sample> samples = drawn_samples();
    std::map<SampleTime, std::vector<Sample>> minutes;
    for (const Sample& sample : samples) {
      minutes[static_cast<SampleTime>(std::floor(static_cast<double>(sample.time) / 60'000))].push_back(
          sample);
    }
    RollUp expected;
    for (const auto& [minute, within] : minutes) {
      const auto [smallest, largest] = std::ranges::minmax_element(within, {}, &Sample::value);
      double sum = 0;
      for (const Sample& sample : within) sum += sample.value;
      const SampleTime time = within.back().time;
      expected[place_of(RollUpColumn::Last)].push_back({time, within.back().value});
      expected[place_of(RollUpColumn::Minimum)].push_back({time, smallest->value});
      expected[place_of(RollUpColumn::Maximum)].push_back({time, largest->value});
      expected[place_of(RollUpColumn::Sum)].push_back({time, sum});
      expected[place_of(RollUpColumn::Count)].push_back({time, static_cast<double>(within.size())});
    }
    RollUp rolled;
    roll_up(samples, 60'000, rolled);
    RC_ASSERT(is_same(rolled, expected));

    // Hours made of minutes are hours made of samples.
    RollUp hours;
    RollUp hours_of_minutes;
    roll_up(samples, 3'600'000, hours);
    roll_up(rolled, 3'600'000, hours_of_minutes);
    RC_ASSERT(is_same(hours_of_minutes, hours));
  }));
}

TEST_CASE("the end of a series is kept, one in the middle of a minute is not") {
  RollUp rolled;
  const std::vector<Sample> samples{{0, 1},      {1000, kStaleMarker},   {2000, 3}, {3000, kStaleMarker},
                                    {60'000, 5}, {180'000, kStaleMarker}};
  roll_up(samples, 60'000, rolled);
  const auto& last = rolled[place_of(RollUpColumn::Last)];
  REQUIRE(last.size() == 4);
  CHECK(last[0].time == 2000);
  CHECK(of(rolled, RollUpColumn::Count) == 2);
  CHECK(last[1].time == 3000);
  CHECK(is_stale(last[1].value));
  CHECK(last[2].value == 5);
  CHECK(last[3].time == 180'000);
  CHECK(is_stale(of(rolled, RollUpColumn::Count, 3)));
}

TEST_CASE("a NaN is no extreme unless there is nothing else") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  RollUp rolled;
  roll_up(std::vector<Sample>{{0, nan}, {1000, 2}, {2000, nan}, {60'000, nan}}, 60'000, rolled);
  CHECK(of(rolled, RollUpColumn::Minimum) == 2);
  CHECK(of(rolled, RollUpColumn::Maximum) == 2);
  CHECK(std::isnan(of(rolled, RollUpColumn::Last)));
  CHECK(std::isnan(of(rolled, RollUpColumn::Minimum, 1)));
}
