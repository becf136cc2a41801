#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

// Charts as inline SVG, without script. Their colours are classes of the page's style (s0 to s7 for series),
// so that they follow it into the dark. What is unknown (NaN) is a gap. A chart without a known
// value is "", and so are bars that are all 0.

namespace vigil::engine {

inline constexpr std::size_t kSeriesColours = 8;

/// A value over time: a line, and around it a band from the least to the greatest.
struct TimeCurve {
  struct Point {
    std::int64_t time = 0;  ///< nanoseconds UTC
    double least = 0;
    double greatest = 0;
    double last = 0;
  };
  std::string title;
  std::vector<Point> points;
  int decimals = 2;
  bool from_zero_down = false;  ///< a fall: the area below 0 is filled
};
[[nodiscard]] std::string time_chart(const TimeCurve& curve);

/// Lines over a few named places, such as horizons.
struct PlaceLines {
  struct Series {
    std::string name;
    std::vector<double> values;  ///< by place
  };
  std::string title;
  std::vector<std::string> places;
  std::vector<Series> series;
  int decimals = 2;
};
[[nodiscard]] std::string place_chart(const PlaceLines& lines);

/// Rows of bars from 0, to the left where negative; several parts of a row stand one behind the other on
/// their side.
struct BarRows {
  struct Row {
    std::string name;
    std::vector<double> parts;
    std::string shown;  ///< beside the row
  };
  std::string title;
  std::vector<std::string> parts;  ///< their names; with one there is no legend
  std::vector<Row> rows;
};
[[nodiscard]] std::string bar_chart(const BarRows& bars);

/// A square of coefficients from -1 to 1; NaN: unknown.
struct HeatMap {
  std::string title;
  std::vector<std::string> names;
  std::function<double(std::size_t, std::size_t)> at;
};
[[nodiscard]] std::string heat_map(const HeatMap& map);

}  // namespace vigil::engine
