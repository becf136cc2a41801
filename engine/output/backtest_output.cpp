#include "engine/output/backtest_output.h"

#include <cassert>

#include "monitoring/store/compaction.h"

namespace vigil::engine {

using monitoring::SampleTime;

namespace {

/// As far back as rules look for the latest sample: beyond it they see nothing.
constexpr SampleTime kLongestStep = 5 * monitoring::kMinute;
/// Between the ends of two hours there is one, or nearly two.
constexpr SampleTime kLongestHour = 2 * monitoring::kHour;

}  // namespace

void BacktestOutput::set_coverage(std::span<const SampleTime> times, SampleTime raw_from,
                                  SampleTime minute_from) {
  assert(!times.empty());
  from = times.front();
  to = times.back();
  if (from < raw_from) minutes_before = raw_from;
  if (from < minute_from) hours_before = minute_from;
  for (std::size_t i = 1; i < times.size(); ++i) {
    const SampleTime longest = times[i - 1] < minute_from ? kLongestHour : kLongestStep;
    if (times[i] - times[i - 1] > longest) gaps.push_back({.from = times[i - 1], .to = times[i]});
  }
}

SampleTime BacktestOutput::covered() const {
  SampleTime covered = to - from;
  for (const monitoring::SampleRange& gap : gaps) covered -= gap.to - gap.from;
  return covered;
}

double BacktestOutput::speed() const {
  const double seconds = std::chrono::duration<double>(wall).count();
  return seconds > 0 ? static_cast<double>(covered()) / 1e3 / seconds : 0;
}

}  // namespace vigil::engine
