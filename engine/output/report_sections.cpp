#include "engine/output/report_sections.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "engine/output/html_text.h"
#include "engine/output/svg_chart.h"

namespace vigil::engine {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kMostCurves = 8;
constexpr std::size_t kMostAlertRows = 100;

std::string tile(const std::string& name, const std::string& value, const std::string& more,
                 const char* kind) {
  return "<div class=\"tile\"><span>" + html_escaped(name) + "</span><b class=\"" + kind + "\">" +
         html_escaped(value) + "</b><span>" + html_escaped(more) + "</span></div>\n";
}

const char* kind_of(std::optional<double> value) {
  if (!value || *value == 0) return "even";
  return *value > 0 ? "good" : "bad";
}

/// P&L of all accounts by currency: a sum has to know each of them.
std::map<std::string, std::optional<double>> pnl_by_currency(const Json& report) {
  std::map<std::string, std::optional<double>> sums;
  for (const Json& account : member(report, "accounts")) {
    const auto pnl = number_of(member(account, "pnl"));
    const auto [at, is_new] = sums.try_emplace(text_of(member(account, "currency")), 0.0);
    at->second = at->second && pnl ? std::optional(*at->second + *pnl) : std::nullopt;
  }
  return sums;
}

/// Of the account that fell furthest for its size.
std::string drawdown_tile(const Json& report) {
  std::optional<double> worst;
  std::string of;
  for (const Json& account : member(member(report, "performance"), "accounts")) {
    const auto drawdown = number_of(member(account, "max_drawdown"));
    if (!drawdown || (worst && *drawdown <= *worst)) continue;
    worst = drawdown;
    of = text_of(member(account, "account"));
  }
  std::string fall = of;
  for (const Json& curve : member(member(report, "curves"), "accounts")) {
    const auto drop = number_of(member(curve, "worst_drop"));
    if (text_of(member(curve, "account")) != of || !drop) continue;
    fall += ": " + shown(-*drop, 2) + " " + text_of(member(curve, "currency"));
  }
  return tile("Worst drawdown", shown_percent(worst, 3), fall, worst && *worst > 0 ? "bad" : "even");
}

/// Weighted by what was traded at each venue.
std::string cost_tile(const Json& report) {
  double cost = 0;
  double notional = 0;
  for (const Json& venue : member(member(report, "execution_quality"), "venues")) {
    const auto all_in = number_of(member(venue, "all_in_cost"));
    const auto traded = number_of(member(venue, "notional_usd"));
    if (!all_in || !traded) continue;
    cost += *all_in * *traded;
    notional += *traded;
  }
  std::optional<double> mean;
  if (notional > 0) mean = cost / notional;
  return tile("Cost, all in", mean ? shown(mean, 2) + " bp" : std::string{kUnknownText}, "price and fees",
              "even");
}

/// Equity or P&L, and below it how far it has fallen from its peak.
std::string curves_of(const Json& row, const std::string& name, const std::string& unit) {
  TimeCurve curve{.title = name + (unit.empty() ? "" : ", " + unit),
                  .points = {},
                  .decimals = 2,
                  .from_zero_down = false};
  TimeCurve fall{.title = name + ": below its peak" + (unit.empty() ? "" : ", " + unit),
                 .points = {},
                 .decimals = 2,
                 .from_zero_down = true};
  double peak = kNone;
  bool has_fallen = false;
  for (const Json& point : member(row, "points")) {
    if (!point.is_array() || point.size() != 5 || !point[0].is_number_integer()) continue;
    const TimeCurve::Point at{.time = point[0].get<std::int64_t>(),
                              .least = number_or_nan(point[2]),
                              .greatest = number_or_nan(point[3]),
                              .last = number_or_nan(point[4])};
    curve.points.push_back(at);
    if (std::isfinite(at.greatest)) peak = std::isfinite(peak) ? std::max(peak, at.greatest) : at.greatest;
    const double below = std::isfinite(at.last) ? at.last - peak : kNone;
    has_fallen = has_fallen || below < 0;
    fall.points.push_back({at.time, below, std::isfinite(below) ? 0 : kNone, below});
  }
  return time_chart(curve) + (has_fallen ? time_chart(fall) : std::string{});
}

std::string accounts_table(const Json& report) {
  HtmlTable table({{"Account", "", false},
                   {"Currency", "", false},
                   {"P&L", ""},
                   {"Equity", ""},
                   {"Realized", ""},
                   {"Unrealized", ""},
                   {"Commissions", ""},
                   {"Margin used", ""},
                   {"Max drawdown", "%"}});
  std::map<std::string, std::optional<double>> drawdowns;
  for (const Json& row : member(member(report, "performance"), "accounts"))
    drawdowns[text_of(member(row, "account"))] = number_of(member(row, "max_drawdown"));
  for (const Json& row : member(report, "accounts")) {
    const auto money = [&row](const char* name) { return shown(number_of(member(row, name)), 2); };
    const auto drawdown = drawdowns[text_of(member(row, "account"))];
    table.add({text_of(member(row, "account")), text_of(member(row, "currency")),
               shown_signed(number_of(member(row, "pnl")), 2), money("equity"), money("realized"),
               money("unrealized"), money("commissions"), money("margin_used"),
               drawdown ? shown(100 * *drawdown, 3) : std::string{kUnknownText}});
  }
  return table.html();
}

std::string strategies_table(const Json& report, const std::string& currency) {
  HtmlTable table({{"Strategy", "", false},
                   {"P&L", currency},
                   {"Trades", ""},
                   {"Win ratio", "%"},
                   {"Profit factor", ""},
                   {"Mean trade", currency},
                   {"Sharpe", "a year"},
                   {"Sortino", "a year"},
                   {"Max drawdown", "%"},
                   {"Fees", currency}});
  std::map<std::string, const Json*> performance;
  for (const Json& row : member(member(report, "performance"), "strategies"))
    performance[text_of(member(row, "strategy"))] = &row;
  for (const Json& row : member(report, "strategies")) {
    const auto found = performance.find(text_of(member(row, "strategy")));
    const Json none;
    const Json& of = found == performance.end() ? none : *found->second;
    const Json& all = member(member(of, "ratios"), "all");
    const auto percent = [&of](const char* name, int decimals) {
      const auto ratio = number_of(member(of, name));
      return ratio ? shown(100 * *ratio, decimals) : std::string{kUnknownText};
    };
    table.add({text_of(member(row, "strategy")), shown_signed(number_of(member(row, "pnl")), 2),
               shown_count(member(of, "trades")), percent("win_ratio", 1),
               shown(number_of(member(of, "profit_factor")), 2),
               shown(number_of(member(of, "mean_trade")), 2), shown(number_of(member(all, "sharpe")), 2),
               shown(number_of(member(all, "sortino")), 2), percent("max_drawdown", 3),
               shown(number_of(member(of, "fees")), 2)});
  }
  return table.html();
}

std::string positions_table(const Json& report) {
  constexpr std::size_t kMost = 200;
  HtmlTable table({{"Account", "", false},
                   {"Symbol", "", false},
                   {"Quantity", ""},
                   {"Average price", ""},
                   {"Mark", ""},
                   {"Realized", ""},
                   {"Unrealized", ""},
                   {"Currency", "", false}});
  const Json& rows = member(report, "positions");
  std::size_t count = 0;
  for (const Json& row : rows) {
    if (++count > kMost) break;
    const auto figure = [&row](const char* name, int decimals) {
      return shown(number_of(member(row, name)), decimals);
    };
    table.add({text_of(member(row, "account")), text_of(member(row, "symbol")),
               shown_plain(number_of(member(row, "quantity"))),
               shown_plain(number_of(member(row, "average_price"))),
               shown_plain(number_of(member(row, "mark"))), figure("realized", 2), figure("unrealized", 2),
               text_of(member(row, "currency"))});
  }
  return table.html() + bounded_note(std::min(rows.size(), kMost), rows.size(), "positions, the first ones");
}

}  // namespace

std::string section(const std::string& heading, const std::string& content) {
  if (content.empty()) return {};
  return "<section>\n<h2>" + html_escaped(heading) + "</h2>\n" + content + "</section>\n";
}

std::string part(const std::string& heading, const std::string& content) {
  return content.empty() ? std::string{} : "<h3>" + html_escaped(heading) + "</h3>\n" + content;
}

std::string charts(const std::string& figures) {
  return figures.empty() ? std::string{} : "<div class=\"charts\">\n" + figures + "</div>\n";
}

std::string bounded_note(std::size_t shown_count, std::size_t of, const std::string& what) {
  if (shown_count >= of) return {};
  return "<p class=\"soft\">Shown: " + std::to_string(shown_count) + " of " + std::to_string(of) + " " +
         html_escaped(what) + ". All are in the JSON.</p>\n";
}

std::string headline_html(const Json& report) {
  std::string out = "<div class=\"tiles\">\n";
  for (const auto& [currency, pnl] : pnl_by_currency(report))
    out += tile("P&L", shown_signed(pnl, 2), currency, kind_of(pnl));
  out += tile("Fills", shown_count(member(report, "fills")),
              "of " + shown_count(member(member(report, "orders"), "total")) + " orders", "even");
  out += drawdown_tile(report) + cost_tile(report);
  const auto alerts = number_of(member(report, "alerts_fired"));
  out += tile("Alerts fired", shown(alerts, 0), "", alerts && *alerts > 0 ? "bad" : "even");
  return out + "</div>\n";
}

std::string value_section(const Json& report) {
  const std::string currency = text_of(member(member(report, "report"), "reporting_currency"));
  std::string figures;
  std::size_t shown = 0;
  std::size_t all = 0;
  const Json& curves = member(report, "curves");
  for (const Json& row : member(curves, "accounts")) {
    ++all;
    if (shown >= kMostCurves) continue;
    ++shown;
    figures +=
        curves_of(row, "Equity of " + text_of(member(row, "account")), text_of(member(row, "currency")));
  }
  std::string accounts = charts(figures) + bounded_note(shown, all, "accounts, the first ones");
  figures.clear();
  shown = all = 0;
  for (const Json& row : member(curves, "strategies")) {
    ++all;
    if (shown >= kMostCurves) continue;
    ++shown;
    figures += curves_of(row, "P&L of " + text_of(member(row, "strategy")), currency);
  }
  const std::string strategies = charts(figures) + bounded_note(shown, all, "strategies, the first ones");
  return section("Accounts", accounts_table(report) + accounts) +
         section("Strategies", strategies_table(report, currency) + strategies) +
         section("Positions", positions_table(report));
}

std::string alerts_section(const Json& report) {
  HtmlTable table({{"Time", "UTC", false},
                   {"Alert", "", false},
                   {"State", "", false},
                   {"Value", ""},
                   {"Labels", "", false}});
  const Json& rows = member(report, "alerts");
  std::size_t count = 0;
  for (const Json& row : rows) {
    if (++count > kMostAlertRows) break;
    table.add({shown_time(member(row, "time")), text_of(member(row, "alert")), text_of(member(row, "state")),
               shown(number_of(member(row, "value")), 4), text_of(member(row, "labels"))});
  }
  const auto fired = static_cast<std::size_t>(number_of(member(report, "alerts_fired")).value_or(0));
  return section("Alerts",
                 table.html() + bounded_note(std::min(rows.size(), kMostAlertRows),
                                             std::max(rows.size(), fired), "alerts, the first ones"));
}

}  // namespace vigil::engine
