// How orders were executed: of a report's page.

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "engine/output/html_text.h"
#include "engine/output/report_sections.h"
#include "engine/output/svg_chart.h"

namespace vigil::engine {
namespace {

constexpr std::size_t kMostRows = 100;

std::string venues_table(const Json& venues, const std::string& currency) {
  HtmlTable table({{"Venue", "", false},
                   {"All-in cost", "bp"},
                   {"Price", "bp"},
                   {"Fees", "bp"},
                   {"Traded", currency},
                   {"Orders", ""},
                   {"Fills", ""},
                   {"Filled", "%"},
                   {"Rejected", "%"},
                   {"E/Q spread", ""},
                   {"To first fill", "ms"},
                   {"Surprise", "bp"}});
  for (const Json& venue : venues) {
    const auto figure = [&venue](const char* name, int decimals, double times = 1) {
      const auto value = number_of(member(venue, name));
      return value ? shown(*value * times, decimals) : std::string{kUnknownText};
    };
    table.add({text_of(member(venue, "venue")), figure("all_in_cost", 2), figure("price_cost", 2),
               figure("fees", 2), figure("notional_usd", 0), figure("orders", 0), figure("fills", 0),
               figure("filled_ratio", 1, 100), figure("rejected_ratio", 1, 100),
               figure("effective_over_quoted_spread", 2), figure("seconds_to_first_fill", 3, 1000),
               figure("cost_surprise", 3)});
  }
  return table.html();
}

std::string markout_chart(const Json& venues) {
  PlaceLines lines{.title = "Markout after a horizon, by venue, bp (positive: a gain)",
                   .places = {},
                   .series = {},
                   .decimals = 2};
  for (const Json& venue : venues) {
    const Json& markouts = member(venue, "markouts");
    if (!markouts.is_object() || lines.series.size() == kSeriesColours) continue;
    PlaceLines::Series series{.name = text_of(member(venue, "venue")), .values = {}};
    lines.places.clear();
    bool any = false;
    for (const auto& [horizon, of] : markouts.items()) {
      lines.places.push_back(horizon);
      series.values.push_back(number_or_nan(member(of, "mean")));
      any = any || series.values.back() == series.values.back();
    }
    if (any) lines.series.push_back(std::move(series));
  }
  return place_chart(lines);
}

std::string cost_chart(const Json& venues) {
  BarRows bars{.title = "Cost by venue, bp", .parts = {"price", "fees"}, .rows = {}};
  for (const Json& venue : venues) {
    if (bars.rows.size() == kMostBars) break;
    bars.rows.push_back({text_of(member(venue, "venue")),
                         {number_or_nan(member(venue, "price_cost")), number_or_nan(member(venue, "fees"))},
                         shown(number_of(member(venue, "all_in_cost")), 2)});
  }
  return bar_chart(bars);
}

std::string shortfall_chart(const Json& shortfall) {
  BarRows bars{
      .title = "Implementation shortfall by strategy, bp of what was ordered", .parts = {}, .rows = {}};
  for (const Json& row : shortfall) {
    const Json& points = member(row, "basis_points");
    if (!points.is_object() || bars.rows.size() == kMostBars) continue;
    BarRows::Row bar{.name = text_of(member(row, "strategy")),
                     .parts = {},
                     .shown = shown(number_of(member(points, "total")), 2)};
    bars.parts.clear();
    for (const auto& [word, value] : points.items()) {
      if (word == "total") continue;
      bars.parts.push_back(word);
      bar.parts.push_back(number_or_nan(value));
    }
    bars.rows.push_back(std::move(bar));
  }
  return bar_chart(bars);
}

struct Sums {
  double notional = 0;
  double fills = 0;
};

/// The largest first.
std::string traded_chart(const Json& traded, const char* by, const std::string& title) {
  std::map<std::string, Sums> sums;
  for (const Json& row : traded) {
    Sums& of = sums[text_of(member(row, by))];
    of.notional += number_of(member(row, "notional")).value_or(0);
    of.fills += number_of(member(row, "fills")).value_or(0);
  }
  std::vector<std::pair<std::string, Sums>> sorted(sums.begin(), sums.end());
  std::ranges::stable_sort(
      sorted, [](const auto& a, const auto& b) { return a.second.notional > b.second.notional; });
  const std::size_t all = sorted.size();
  if (all > kMostBars) sorted.resize(kMostBars);
  BarRows bars{.title = title, .parts = {by}, .rows = {}};
  if (all > kMostBars)
    bars.title += " (the " + std::to_string(kMostBars) + " largest of " + std::to_string(all) + ")";
  for (const auto& [name, of] : sorted) bars.rows.push_back({name, {of.notional}, shown(of.notional, 0)});
  return bar_chart(bars);
}

std::string traded_table(const Json& traded, const std::string& currency) {
  HtmlTable table({{"Symbol", "", false},
                   {"Venue", "", false},
                   {"Fills", ""},
                   {"Traded", currency},
                   {"Fees", currency},
                   {"Fees", "bp"}});
  std::size_t count = 0;
  for (const Json& row : traded) {
    if (++count > kMostRows) break;
    const auto notional = number_of(member(row, "notional"));
    const auto fees = number_of(member(row, "fees"));
    std::optional<double> points;
    if (notional && fees && *notional > 0) points = 1e4 * *fees / *notional;
    table.add({text_of(member(row, "symbol")), text_of(member(row, "venue")),
               shown_count(member(row, "fills")), shown(notional, 0), shown(fees, 2), shown(points, 3)});
  }
  return table.html() +
         bounded_note(std::min(traded.size(), kMostRows), traded.size(), "rows, the first ones");
}

std::string slippage_part(const Json& slippage) {
  if (!slippage.is_object()) return {};
  BarRows bars{
      .title = "Slippage against the arrival mid, mean over orders, bp", .parts = {"mean"}, .rows = {}};
  HtmlTable table({{"Symbol", "", false},
                   {"Orders", ""},
                   {"No benchmark", ""},
                   {"Mean", "bp"},
                   {"Median", "bp"},
                   {"95 %", "bp"},
                   {"99 %", "bp"}});
  std::size_t count = 0;
  for (const auto& [symbol, of] : slippage.items()) {
    if (++count > kMostRows) break;
    const Json& figures = of;
    const auto figure = [&figures](const char* name) { return shown(number_of(member(figures, name)), 3); };
    table.add({symbol, shown_count(member(of, "samples")), shown_count(member(of, "missing_benchmark")),
               figure("mean"), figure("p50"), figure("p95"), figure("p99")});
    if (bars.rows.size() < kMostBars)
      bars.rows.push_back({symbol, {number_or_nan(member(of, "mean"))}, figure("mean")});
  }
  return charts(bar_chart(bars)) + table.html() +
         bounded_note(std::min(slippage.size(), kMostRows), slippage.size(), "symbols, the first ones");
}

std::string benchmarks_table(const Json& rows, const std::string& currency) {
  HtmlTable table({{"Venue", "", false},
                   {"Type", "", false},
                   {"Benchmark", "", false},
                   {"Orders", ""},
                   {"Mean", "bp"},
                   {"Mean by value", "bp"},
                   {"Executed", currency}});
  std::size_t count = 0;
  for (const Json& row : rows) {
    if (++count > kMostRows) break;
    table.add({text_of(member(row, "venue")), text_of(member(row, "order_type")),
               text_of(member(row, "benchmark")), shown_count(member(row, "orders")),
               shown(number_of(member(row, "mean")), 3), shown(number_of(member(row, "mean_by_value")), 3),
               shown(number_of(member(row, "executed_usd")), 0)});
  }
  return table.html() + bounded_note(std::min(rows.size(), kMostRows), rows.size(), "rows, the first ones");
}

std::string counts_table(const Json& counts, const char* name) {
  if (!counts.is_object()) return {};
  HtmlTable table({{name, "", false}, {"Count", ""}});
  for (const auto& [word, count] : counts.items()) table.add({word, shown_count(count)});
  return table.html();
}

std::string latency_table(const Json& latency) {
  if (!latency.is_object()) return {};
  HtmlTable table({{"From, to", "", false},
                   {"Samples", ""},
                   {"Median", "µs"},
                   {"99 %", "µs"},
                   {"99.9 %", "µs"},
                   {"Most", "µs"}});
  for (const auto& [stage, of] : latency.items()) {
    const bool any = number_of(member(of, "samples")).value_or(0) > 0;
    const Json& figures = of;
    const auto micros = [&figures, any](const char* name) {
      const auto ns = number_of(member(figures, name));
      return any && ns ? shown(*ns / 1000, 1) : std::string{kUnknownText};
    };
    table.add({stage, shown_count(member(of, "samples")), micros("p50_ns"), micros("p99_ns"),
               micros("p999_ns"), micros("max_ns")});
  }
  return table.html();
}

}  // namespace

std::string execution_section(const Json& report) {
  const std::string currency = text_of(member(member(report, "report"), "reporting_currency"));
  const Json& quality = member(report, "execution_quality");
  const Json& venues = member(quality, "venues");
  const Json& traded = member(report, "traded");
  const std::string figures = markout_chart(venues) + cost_chart(venues) +
                              shortfall_chart(member(quality, "shortfall")) +
                              traded_chart(traded, "symbol", "Traded by symbol, " + currency) +
                              traded_chart(traded, "venue", "Traded by venue, " + currency);
  return section("Execution",
                 venues_table(venues, currency) + charts(figures) +
                     part("Traded by symbol and venue", traded_table(traded, currency)) +
                     part("Slippage by symbol", slippage_part(member(report, "slippage"))) +
                     part("Against benchmarks", benchmarks_table(member(quality, "benchmarks"), currency)));
}

std::string orders_section(const Json& report) {
  const auto counts = [](const char* heading, const Json& of, const char* name) {
    const std::string table = part(heading, counts_table(of, name));
    return table.empty() ? table : "<div>" + table + "</div>\n";
  };
  return section("Orders",
                 charts(counts("By final state", member(member(report, "orders"), "by_state"), "State") +
                        counts("Denied", member(report, "denials"), "Reason") +
                        counts("Rejected by venues", member(report, "rejects"), "Reason")) +
                     part("Latency", latency_table(member(report, "latency"))));
}

}  // namespace vigil::engine
