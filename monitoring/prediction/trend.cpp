#include "monitoring/prediction/trend.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>
#include <vector>

#include "monitoring/prediction/median.h"

namespace vigil::monitoring {

namespace {

constexpr std::size_t kLeastForResiduals = 60;
constexpr double kBlocks = static_cast<double>(kTrendBlocks);

/// Times are seconds before the window's end, so not positive.
struct Point {
  double time;
  double value;
};

struct Line {
  double middle_time;
  double middle_value;
  double slope;

  [[nodiscard]] double at(double time) const noexcept { return middle_value + slope * (time - middle_time); }
};

Line least_squares(std::span<const Point> points) {
  const auto count = static_cast<double>(points.size());
  // About the first value, so that what stands still is found to, whatever its value rounds to.
  const double first = points.front().value;
  Line line{0, first, 0};
  for (const Point& point : points) {
    line.middle_time += point.time / count;
    line.middle_value += (point.value - first) / count;
  }
  double time_squares = 0;
  double products = 0;
  for (const Point& point : points) {
    const double time = point.time - line.middle_time;
    time_squares += time * time;
    products += time * (point.value - line.middle_value);
  }
  line.slope = products / time_squares;
  return line;
}

/// Of the mean of the slopes between neighbours.
double error_between_blocks(const std::array<Point, kTrendBlocks>& blocks) {
  std::array<double, kTrendBlocks - 1> slopes{};
  double mean = 0;
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    slopes[i] = (blocks[i + 1].value - blocks[i].value) / (blocks[i + 1].time - blocks[i].time);
    mean += slopes[i] / (kBlocks - 1);
  }
  double squares = 0;
  for (const double slope : slopes) squares += (slope - mean) * (slope - mean);
  return std::sqrt(squares / (kBlocks - 2) / (kBlocks - 1));
}

/// None when the samples around the line are not independent, or too few to tell.
std::optional<double> error_of_residuals(std::span<const Point> points, const Line& line) {
  if (points.size() < kLeastForResiduals) return std::nullopt;
  const auto count = static_cast<double>(points.size());
  double mean = 0;
  double middle = 0;
  for (const Point& point : points) {
    mean += (point.value - line.at(point.time)) / count;
    middle += point.time / count;
  }
  double squares = 0;
  double products = 0;
  double time_squares = 0;
  double before = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double residual = points[i].value - line.at(points[i].time) - mean;
    squares += residual * residual;
    if (i > 0) products += residual * before;
    before = residual;
    time_squares += (points[i].time - middle) * (points[i].time - middle);
  }
  if (squares == 0 || products / squares >= 3 / std::sqrt(count)) return std::nullopt;
  const double median_loss = std::sqrt(std::numbers::pi / 2);
  return median_loss * std::sqrt((squares + count * mean * mean) / (count - 2) / time_squares);
}

std::vector<Point> points_within(std::span<const Sample> samples, SampleRange window) {
  std::vector<Point> points;
  points.reserve(samples.size());
  for (const Sample& sample : samples) {
    if (sample.time < window.from || sample.time > window.to || !std::isfinite(sample.value)) continue;
    points.push_back({static_cast<double>(sample.time - window.to) / 1000, sample.value});
  }
  return points;
}

}  // namespace

std::optional<Trend> fit_trend(std::span<const Sample> samples, SampleRange window) {
  assert(window.from < window.to);
  const std::vector<Point> points = points_within(samples, window);
  const double length = static_cast<double>(window.to - window.from) / 1000;
  std::array<Point, kTrendBlocks> blocks{};
  std::vector<double> values;
  std::vector<double> times;
  auto point = points.begin();
  for (std::size_t i = 0; i < kTrendBlocks; ++i) {
    const double end = -length * (kBlocks - 1 - static_cast<double>(i)) / kBlocks;
    values.clear();
    times.clear();
    for (; point != points.end() && point->time <= end; ++point) {
      values.push_back(point->value);
      times.push_back(point->time);
    }
    if (values.empty()) return std::nullopt;
    blocks[i] = {median(times), median(values)};
  }

  const Line line = least_squares(blocks);
  double error = error_between_blocks(blocks);
  if (const auto other = error_of_residuals(points, line)) error = std::min(error, *other);
  // Sums of values near the largest number there is overflow: that is no line.
  if (!std::isfinite(line.slope) || !std::isfinite(error)) return std::nullopt;
  return Trend{
      .level = blocks.back().value, .slope = line.slope, .slope_error = error, .lag = -blocks.back().time};
}

bool Trend::is_significant() const noexcept {
  return std::abs(slope) > kSignificantErrors * slope_error;
}

double Trend::value_after(double seconds) const noexcept {
  return is_significant() ? level + slope * (lag + seconds) : level;
}

std::optional<double> seconds_to_reach(const Trend& trend, double limit) noexcept {
  if (!(trend.slope > 0) || !trend.is_significant()) return std::nullopt;
  return std::max((limit - trend.value_after(0)) / trend.slope, 0.0);
}

}  // namespace vigil::monitoring
