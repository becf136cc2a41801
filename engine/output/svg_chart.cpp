#include "engine/output/svg_chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>

#include "engine/output/html_text.h"

namespace vigil::engine {
namespace {

constexpr double kWidth = 480;
constexpr double kLeft = 98;
constexpr double kRight = 470;
constexpr double kTop = 10;
constexpr double kBottom = 160;
constexpr double kHeight = 184;

std::string at(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string cut(const std::string& name, std::size_t most) {
  if (name.size() <= most) return name;
  std::size_t end = most - 1;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;  // within a character
  return name.substr(0, end) + "…";
}

std::string text_at(double x, double y, const char* anchor, const std::string& text) {
  return "<text x=\"" + at(x) + "\" y=\"" + at(y) + "\" text-anchor=\"" + anchor + "\">" +
         html_escaped(text) + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2, const char* kind) {
  return "<line class=\"" + std::string{kind} + "\" x1=\"" + at(x1) + "\" y1=\"" + at(y1) + "\" x2=\"" +
         at(x2) + "\" y2=\"" + at(y2) + "\"/>\n";
}

void add_point(std::string& points, double x, double y) {
  points += at(x);
  points += ',';
  points += at(y);
  points += ' ';
}

std::string series_class(std::size_t series) {
  return "s" + std::to_string(series % kSeriesColours);
}

std::string figure(const std::string& title, double height, const std::string& inside,
                   const std::string& legend = "") {
  return "<figure><figcaption>" + html_escaped(title) + "</figcaption>" + legend + "<svg viewBox=\"0 0 " +
         at(kWidth) + " " + at(height) + "\" role=\"img\" aria-label=\"" + html_escaped(title) + "\">\n" +
         inside + "</svg></figure>\n";
}

std::string legend_of(const std::vector<std::string>& names) {
  std::string out = "<p class=\"legend\">";
  for (std::size_t i = 0; i < names.size(); ++i) {
    out += "<span><i class=\"" + series_class(i) + "\"></i>" + html_escaped(names[i]) + "</span> ";
  }
  return out + "</p>";
}

/// What an axis spans, and its marks at round numbers.
struct Axis {
  double low = 0;
  double high = 1;
  double step = 1;

  Axis(double least, double greatest) {
    // What a double can barely tell from nothing has no round numbers between.
    constexpr double kLeastSpan = 1e-200;
    if (!(greatest - least > kLeastSpan)) {
      const double room = std::abs(greatest) > kLeastSpan ? std::abs(greatest) * 1e-3 : 1;
      least -= room;
      greatest += room;
    }
    constexpr double kMarks = 4;
    const double rough = (greatest - least) / kMarks;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    step = power;
    for (const double factor : {2.0, 5.0, 10.0}) {
      if (step < rough) step = power * factor;
    }
    low = std::floor(least / step) * step;
    high = std::ceil(greatest / step) * step;
  }
  [[nodiscard]] double y(double value) const {
    return kBottom - (value - low) / (high - low) * (kBottom - kTop);
  }
  /// Digits that tell the marks apart, the unit's at most.
  [[nodiscard]] int decimals(int most) const {
    return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, std::max(most, 6));
  }
};

std::string grid(const Axis& axis, int decimals) {
  std::string out;
  const auto marks = static_cast<int>(std::lround((axis.high - axis.low) / axis.step));
  for (int i = 0; i <= std::min(marks, 20); ++i) {
    const double value = axis.low + i * axis.step;
    out +=
        line(kLeft, axis.y(value), kRight, axis.y(value), std::abs(value) < axis.step / 2 ? "zero" : "grid");
    out += text_at(kLeft - 6, axis.y(value) + 4, "end", shown(value, axis.decimals(decimals)));
  }
  return out;
}

struct Range {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -std::numeric_limits<double>::infinity();

  void add(double value) {
    if (!std::isfinite(value)) return;
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  [[nodiscard]] bool is_empty() const { return !(least <= greatest); }
  /// A scale that a double can still tell apart.
  [[nodiscard]] bool is_drawable() const { return !is_empty() && std::isfinite(greatest - least); }
};

/// Points in a row without a gap.
using Run = std::vector<TimeCurve::Point>;

std::vector<Run> runs_of(const TimeCurve& curve) {
  std::vector<Run> runs;
  bool is_open = false;
  for (const TimeCurve::Point& point : curve.points) {
    if (!std::isfinite(point.last)) {
      is_open = false;
      continue;
    }
    if (!is_open) runs.emplace_back();
    is_open = true;
    runs.back().push_back(point);
  }
  return runs;
}

}  // namespace

std::string time_chart(const TimeCurve& curve) {
  Range range;
  for (const TimeCurve::Point& point : curve.points) {
    range.add(point.least);
    range.add(point.greatest);
  }
  if (curve.from_zero_down) range.add(0);
  if (!range.is_drawable() || curve.points.empty()) return {};
  const Axis axis(range.least, range.greatest);
  const std::int64_t begin = curve.points.front().time;
  const std::int64_t end = std::max(curve.points.back().time, begin + 1);
  const auto x = [&](std::int64_t time) {
    return kLeft + static_cast<double>(time - begin) / static_cast<double>(end - begin) * (kRight - kLeft);
  };
  std::string out = grid(axis, curve.decimals);
  for (const Run& run : runs_of(curve)) {
    std::string band;
    std::string path;
    for (const auto& point : run) {
      add_point(band, x(point.time), axis.y(curve.from_zero_down ? 0 : point.greatest));
      add_point(path, x(point.time), axis.y(point.last));
    }
    for (auto point = run.rbegin(); point != run.rend(); ++point) {
      add_point(band, x(point->time), axis.y(curve.from_zero_down ? point->last : point->least));
    }
    const std::string kind = curve.from_zero_down ? "fall" : "s0";
    out.append("<polygon class=\"band ").append(kind).append("\" points=\"").append(band).append("\"/>\n");
    if (run.size() == 1) {
      out += "<circle class=\"dot " + kind + "\" cx=\"" + at(x(run[0].time)) + "\" cy=\"" +
             at(axis.y(run[0].last)) + "\" r=\"2.5\"/>\n";
    } else {
      out.append("<polyline class=\"curve ")
          .append(kind)
          .append("\" points=\"")
          .append(path)
          .append("\"/>\n");
    }
  }
  constexpr std::int64_t kDay = 86'400'000'000'000;
  const bool is_long = end - begin > 3 * kDay;
  const auto label = [&](std::int64_t time) {
    return is_long ? shown_time(Json(time)).substr(0, 10) : shown_time_of_day(time);
  };
  out += text_at(kLeft, kHeight - 6, "start", label(begin));
  out += text_at((kLeft + kRight) / 2, kHeight - 6, "middle", label(begin + (end - begin) / 2));
  out += text_at(kRight, kHeight - 6, "end", label(end));
  return figure(curve.title, kHeight, out);
}

std::string place_chart(const PlaceLines& lines) {
  Range range;
  range.add(0);
  bool any = false;
  for (const auto& series : lines.series) {
    for (const double value : series.values) {
      any = any || std::isfinite(value);
      range.add(value);
    }
  }
  if (!any || !range.is_drawable() || lines.places.empty()) return {};
  const Axis axis(range.least, range.greatest);
  const auto count = static_cast<double>(lines.places.size());
  const auto x = [&](std::size_t place) {
    return kLeft + (static_cast<double>(place) + 0.5) / count * (kRight - kLeft);
  };
  std::string out = grid(axis, lines.decimals);
  std::vector<std::string> names;
  for (std::size_t s = 0; s < lines.series.size(); ++s) {
    const auto& values = lines.series[s].values;
    names.push_back(lines.series[s].name);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i])) continue;
      if (i > 0 && std::isfinite(values[i - 1])) {
        out += line(x(i - 1), axis.y(values[i - 1]), x(i), axis.y(values[i]),
                    ("curve " + series_class(s)).c_str());
      }
      out += "<circle class=\"dot " + series_class(s) + "\" cx=\"" + at(x(i)) + "\" cy=\"" +
             at(axis.y(values[i])) + "\" r=\"3\"><title>" +
             html_escaped(lines.series[s].name + ", " + lines.places[i] + ": " +
                          shown(values[i], lines.decimals)) +
             "</title></circle>\n";
    }
  }
  for (std::size_t i = 0; i < lines.places.size(); ++i)
    out += text_at(x(i), kHeight - 6, "middle", lines.places[i]);
  return figure(lines.title, kHeight, out, legend_of(names));
}

std::string bar_chart(const BarRows& bars) {
  Range range;
  range.add(0);
  bool any = false;
  for (const auto& row : bars.rows) {
    double up = 0;
    double down = 0;
    for (const double part : row.parts) {
      if (!std::isfinite(part)) continue;
      any = true;
      (part > 0 ? up : down) += part;
    }
    range.add(up);
    range.add(down);
  }
  if (!any || !range.is_drawable() || !(range.greatest > range.least)) return {};
  constexpr double kRow = 24;
  constexpr double kBarLeft = 130;
  constexpr double kBarRight = 385;
  const double span = range.greatest - range.least;
  const auto x = [&](double value) {
    return kBarLeft + (value - range.least) / span * (kBarRight - kBarLeft);
  };
  const double height = kRow * static_cast<double>(bars.rows.size()) + 6;
  std::string out;
  for (std::size_t r = 0; r < bars.rows.size(); ++r) {
    const auto& row = bars.rows[r];
    const double y = 4 + kRow * static_cast<double>(r);
    out += "<g><title>" + html_escaped(row.name + ": " + row.shown) + "</title>\n";
    out += text_at(kBarLeft - 8, y + 14, "end", cut(row.name, 18));
    double up = 0;
    double down = 0;
    for (std::size_t p = 0; p < row.parts.size(); ++p) {
      const double part = row.parts[p];
      if (!std::isfinite(part) || part == 0) continue;
      double& from = part > 0 ? up : down;
      const double a = x(std::min(from, from + part));
      const double b = x(std::max(from, from + part));
      from += part;
      out += "<rect class=\"bar " + series_class(p) + "\" x=\"" + at(a) + "\" y=\"" + at(y) + "\" width=\"" +
             at(std::max(b - a, 0.5)) + "\" height=\"" + at(kRow - 8) + "\"/>\n";
    }
    out += text_at(kWidth - 2, y + 14, "end", row.shown) + "</g>\n";
  }
  out += line(x(0), 0, x(0), height - 4, "zero");
  return figure(bars.title, height, out, bars.parts.size() > 1 ? legend_of(bars.parts) : "");
}

std::string heat_map(const HeatMap& map) {
  const std::size_t count = map.names.size();
  if (count == 0) return {};
  constexpr double kNames = 90;
  const double cell = std::min((kWidth - kNames - 4) / static_cast<double>(count), 34.0);
  const double height = cell * static_cast<double>(count) + kNames;
  const bool has_texts = cell >= 24;
  std::string out;
  for (std::size_t a = 0; a < count; ++a) {
    const double y = kNames + cell * static_cast<double>(a);
    out += text_at(kNames - 6, y + cell / 2 + 4, "end", cut(map.names[a], 12));
    const std::string x = at(kNames + cell * (static_cast<double>(a) + 0.5) + 4);
    out += "<text transform=\"translate(" + x + "," + at(kNames - 6) + ") rotate(-60)\">" +
           html_escaped(cut(map.names[a], 12)) + "</text>\n";
    for (std::size_t b = 0; b < count; ++b) {
      const double value = map.at(a, b);
      const double left = kNames + cell * static_cast<double>(b);
      const bool is_known = std::isfinite(value);
      const double strength = is_known ? std::clamp(std::abs(value), 0.0, 1.0) : 0;
      char opacity[16];
      std::snprintf(opacity, sizeof opacity, "%.2f", 0.06 + 0.8 * strength);
      out += "<g><title>" +
             html_escaped(map.names[a] + ", " + map.names[b] + ": " +
                          (is_known ? shown(value, 2) : std::string{kUnknownText})) +
             "</title><rect class=\"" +
             (!is_known   ? "none"
              : value < 0 ? "cold"
                          : "warm") +
             "\" fill-opacity=\"" + opacity + "\" x=\"" + at(left) + "\" y=\"" + at(y) + "\" width=\"" +
             at(cell - 1) + "\" height=\"" + at(cell - 1) + "\"/>";
      if (has_texts) {
        out += "<text class=\"cell\" x=\"" + at(left + cell / 2) + "\" y=\"" + at(y + cell / 2 + 4) +
               "\" text-anchor=\"middle\">" + (is_known ? shown(value, 2) : std::string{kUnknownText}) +
               "</text>";
      }
      out += "</g>\n";
    }
  }
  return figure(map.title, height, out);
}

}  // namespace vigil::engine
