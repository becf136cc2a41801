#include "monitoring/prediction/recent_values.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace vigil::monitoring;

TEST_CASE("what is kept is the first value of each of the last steps") {
  const bool holds = rc::check([] {
    RecentValues recent(5, 100);
    std::map<SampleTime, double> first;  // by number of the step
    SampleTime time = 1'000'000;
    const auto puts = *rc::gen::inRange(1, 40);
    for (int i = 0; i < puts; ++i) {
      time += *rc::gen::weightedElement<SampleTime>(
          {{10, 0}, {10, 40}, {10, 100}, {3, 250}, {1, 480}, {1, 5000}});
      recent.put(time, i);
      first.emplace(time / 100, i);

      const auto values = recent.values();
      RC_ASSERT(values.size() == 5U);
      for (const Sample& sample : recent.samples()) {
        RC_ASSERT(sample.time % 100 == 0);
        RC_ASSERT(time - sample.time < 500);
        RC_ASSERT(sample.value == first.at(sample.time / 100));
      }
      RC_ASSERT(static_cast<std::ptrdiff_t>(recent.samples().size()) ==
                std::ranges::count_if(values, [](double value) { return !std::isnan(value); }));
      for (SampleTime back = 0; back < 5; ++back) {
        const double value = values[static_cast<std::size_t>(4 - back)];
        const auto expected = first.find(time / 100 - back);
        if (expected == first.end()) {
          RC_ASSERT(std::isnan(value));
        } else {
          RC_ASSERT(value == expected->second);
        }
      }
    }
  });
  CHECK(holds);
}

TEST_CASE("before the first value there is none") {
  CHECK(RecentValues(3, 10).samples().empty());
}

TEST_CASE("a clock that goes back begins anew") {
  RecentValues recent(3, 10);
  recent.put(100, 1);
  recent.put(110, 2);
  recent.put(50, 3);
  CHECK(std::isnan(recent.values()[0]));
  CHECK(std::isnan(recent.values()[1]));
  CHECK(recent.values()[2] == 3);
}
