#include "monitoring/watches/quiet_ranges.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "monitoring/metrics/gauges.h"
#include "monitoring/promql/special_values.h"

namespace vigil::monitoring {

namespace {

using promql::kInfinity;

/// Half the width of a box, in parts of the value.
constexpr std::array kScales{4.0, 1.0, 0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0.001, 0.0};
/// How far one side is pushed alone, in parts of the largest number around.
constexpr std::array kPushes{256.0, 64.0, 16.0, 4.0, 2.0, 1.0, 0.5, 0.25};
/// Sides are pushed one by one as long as that is cheap.
constexpr std::size_t kMostToPush = 8;
constexpr std::size_t kMostEnds = 32;

bool is_value(double value) noexcept {
  return !std::isnan(value);
}

/// The largest number around: what a gauge that is zero now may grow to.
double unit_of(const WatchProgram& program, std::span<const double> values) noexcept {
  double unit = 0;
  const auto consider = [&](double number) {
    if (std::isfinite(number)) unit = std::max(unit, std::fabs(number));
  };
  std::ranges::for_each(values, consider);
  for (const WatchStep& step : program.steps) {
    if (step.kind == WatchStep::Kind::Constant) consider(step.constant);
  }
  return unit == 0 ? 1 : unit;
}

}  // namespace

QuietRanges::QuietRanges(std::size_t inputs, std::size_t steps)
    : boxes_(inputs), scratch_(steps), ranges_(inputs) {}

GaugeWatch::Range QuietRanges::at(double value) noexcept {
  if (is_unset(value)) return GaugeWatch::kQuietWhileUnset;
  return std::isnan(value) ? GaugeWatch::kNeverQuiet : GaugeWatch::Range{value, value};
}

std::span<const GaugeWatch::Range> QuietRanges::find(const WatchProgram& program,
                                                     std::span<const double> values,
                                                     bool is_present) noexcept {
  const double unit = unit_of(program, values);
  const bool is_found = std::ranges::any_of(kScales, [&](double scale) {
    set_boxes(values, scale, unit);
    return is_proven(program, is_present);
  });
  if (is_found && values.size() <= kMostToPush) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!is_value(values[i])) continue;
      widen(program, i, true, unit, is_present);
      widen(program, i, false, unit, is_present);
    }
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!is_value(values[i])) {
      ranges_[i] = at(values[i]);
    } else if (is_found) {
      ranges_[i] = {boxes_[i].low, boxes_[i].high};
    } else {
      ranges_[i] = GaugeWatch::kNeverQuiet;
    }
  }
  return std::span{ranges_}.first(values.size());
}

bool QuietRanges::is_proven(const WatchProgram& program, bool is_present) noexcept {
  const WatchBounds result = bound(program, boxes_, scratch_);
  return result.can_be_present == is_present && result.can_be_absent != is_present;
}

void QuietRanges::set_boxes(std::span<const double> values, double scale, double unit) noexcept {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values[i];
    WatchBounds& box = boxes_[i];
    box = {};
    if (is_unset(value)) continue;
    box.can_be_present = true;
    box.can_be_absent = false;
    box.can_be_nan = std::isnan(value);
    if (box.can_be_nan) continue;
    const double half = scale == 0 || std::isinf(value) ? 0 : scale * (value == 0 ? unit : std::fabs(value));
    box.low = value - half;
    box.high = value + half;
  }
}

void QuietRanges::widen(const WatchProgram& program, std::size_t input, bool upwards, double unit,
                        bool is_present) noexcept {
  double& side = upwards ? boxes_[input].high : boxes_[input].low;
  const double before = side;
  const auto holds_at = [&](double end) {
    if (upwards ? end <= before : end >= before) return false;
    side = end;
    if (is_proven(program, is_present)) return true;
    side = before;
    return false;
  };
  const double direction = upwards ? 1 : -1;
  if (holds_at(direction * kInfinity)) return;

  // Numbers it is likely to be compared with, the farthest first.
  std::array<double, kMostEnds> ends{};
  std::size_t count = 0;
  const auto add = [&](double number) {
    for (const double end : {number, std::nextafter(number, -direction * kInfinity), -number,
                             std::nextafter(-number, -direction * kInfinity)}) {
      if (count < ends.size() && std::isfinite(end)) ends[count++] = end;
    }
  };
  for (const WatchStep& step : program.steps) {
    if (step.kind == WatchStep::Kind::Constant) add(step.constant);
  }
  for (std::size_t i = 0; i < program.inputs.size(); ++i) {
    if (i == input || !boxes_[i].can_be_present) continue;
    add(boxes_[i].low);
    add(boxes_[i].high);
  }
  std::sort(ends.begin(), ends.begin() + static_cast<std::ptrdiff_t>(count),
            [&](double a, double b) { return upwards ? a > b : a < b; });
  for (std::size_t i = 0; i < count; ++i) {
    if (holds_at(ends[i])) return;
  }
  for (const double push : kPushes) {
    if (holds_at(before + direction * push * unit)) return;
  }
}

}  // namespace vigil::monitoring
