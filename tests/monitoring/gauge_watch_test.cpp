#include <cmath>
#include <limits>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/metrics/gauge_cell.h"
#include "monitoring/metrics/gauges.h"
#include "monitoring/metrics/registry.h"

using namespace vigil::monitoring;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr MetricDefinition kPnl{"pnl_usd", MetricType::Gauge, "usd", "Profit and loss.", {}};

struct Watched {
  Watched() : watch(registry.watch("pnl_usd", 0)), changed(registry.changed_gauges()) {}
  std::vector<double> take() {
    std::vector<double> values;
    changed.take_all([&](GaugeWatch& each) { values.push_back(each.value()); });
    return values;
  }

  Registry registry;
  Gauge gauge = registry.gauge(kPnl, {});
  GaugeWatch& watch;
  ChangedGauges& changed;
};

}  // namespace

TEST_CASE("a gauge is among the changed ones once it has left its quiet range") {
  Watched watched;
  watched.gauge.set(5);
  watched.watch.set_quiet({0, 10});
  watched.gauge.set(0);
  watched.gauge.set(10);
  CHECK_FALSE(watched.changed.any());
  watched.gauge.set(10.5);
  watched.gauge.add(1);
  CHECK(watched.changed.any());
  CHECK(watched.take() == std::vector{11.5});
  CHECK_FALSE(watched.changed.any());

  watched.gauge.set(12);
  CHECK(watched.take() == std::vector{12.0});
}

TEST_CASE("what has left the range before it was set is found when it is set") {
  Watched watched;
  watched.gauge.set(11);
  watched.watch.set_quiet({0, 10});
  CHECK(watched.take() == std::vector{11.0});
}

TEST_CASE("a gauge that nobody judges is never among the changed ones") {
  Watched watched;
  watched.gauge.set(5);
  watched.watch.set_quiet({0, 10});
  watched.watch.stop_judging();
  watched.gauge.set(50);
  watched.gauge.clear();
  CHECK_FALSE(watched.changed.any());
}

TEST_CASE("an unset gauge is judged when it is set, not when it is unset once more") {
  Watched watched;
  watched.watch.set_quiet(GaugeWatch::kQuietWhileUnset);
  watched.gauge.clear();
  CHECK_FALSE(watched.changed.any());
  watched.gauge.set(3);
  CHECK(watched.take() == std::vector{3.0});

  watched.watch.set_quiet({0, 10});
  watched.gauge.clear();
  CHECK(watched.take().size() == 1);
}

TEST_CASE("a NaN that somebody set is judged at every store") {
  Watched watched;
  watched.gauge.set(std::nan(""));
  watched.watch.set_quiet(GaugeWatch::kNeverQuiet);
  CHECK_FALSE(watched.changed.any());
  watched.gauge.set(1);
  CHECK(watched.take() == std::vector{1.0});
  watched.gauge.set(1);
  CHECK(watched.take() == std::vector{1.0});
}

TEST_CASE("peaks are the least and the greatest value since they were taken") {
  Watched watched;
  watched.gauge.set(5);
  watched.watch.keep_peaks();
  watched.gauge.set(7);
  watched.gauge.set(-3);
  watched.gauge.set(4);
  GaugeWatch::Peaks peaks = watched.watch.take_peaks();
  CHECK(peaks.low == -3);
  CHECK(peaks.high == 7);
  peaks = watched.watch.take_peaks();
  CHECK(peaks.low > peaks.high);
  watched.gauge.set(4);
  peaks = watched.watch.take_peaks();
  CHECK(peaks.low == 4);
  CHECK(peaks.high == 4);
  CHECK_FALSE(watched.changed.any());
}

TEST_CASE("peaks and judgement of one gauge do not disturb each other") {
  CHECK(rc::check("each is told what it would be told alone", [] {
    Watched both;
    Watched judged;
    both.gauge.set(0);
    judged.gauge.set(0);
    both.watch.keep_peaks();
    double least = kInfinity;
    double greatest = -kInfinity;
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-100, 130));
    for (const int step : steps) {
      if (step >= 100) {
        const double low = step - 120;
        both.watch.set_quiet({low, low + 20});
        judged.watch.set_quiet({low, low + 20});
      } else if (step <= -80) {
        const GaugeWatch::Peaks peaks = both.watch.take_peaks();
        RC_ASSERT(peaks.low == least);
        RC_ASSERT(peaks.high == greatest);
        least = kInfinity;
        greatest = -kInfinity;
      } else {
        both.gauge.set(step);
        judged.gauge.set(step);
        least = std::min<double>(least, step);
        greatest = std::max<double>(greatest, step);
      }
      RC_ASSERT(both.changed.any() == judged.changed.any());
      RC_ASSERT(both.take() == judged.take());
    }
  }));
}

TEST_CASE("no change that stays is missed, whoever stores and sets ranges at the same time") {
  Watched watched;
  SharedGauge gauge = watched.registry.shared_gauge(kPnl, {});
  gauge.set(0);
  watched.watch.set_quiet({0, 0});
  watched.watch.keep_peaks();
  constexpr int kStores = 20'000;
  double greatest = 0;
  std::thread writer([&] {
    for (int i = 1; i <= kStores; ++i) gauge.set(i);
  });
  std::thread sampler([&] {
    for (int i = 0; i < 200; ++i) greatest = std::max(greatest, watched.watch.take_peaks().high);
  });
  double judged = 0;
  while (judged < kStores) {
    watched.changed.take_all([&](GaugeWatch& each) {
      judged = each.value();
      each.set_quiet({judged, judged});
    });
    // As the judge does now and then: a store and a new range may have missed each other.
    if (watched.watch.value() != judged) watched.changed.put(watched.watch);
  }
  writer.join();
  sampler.join();
  CHECK(judged == kStores);
  CHECK(std::max(greatest, watched.watch.take_peaks().high) == kStores);
}
