// Risk, the market, models and objectives: of a report's page.

#include <algorithm>
#include <map>
#include <vector>

#include "engine/output/html_text.h"
#include "engine/output/report_sections.h"
#include "engine/output/svg_chart.h"

namespace vigil::engine {
namespace {

constexpr std::size_t kMostHeat = 16;

std::string limits_table(const Json& accounts) {
  HtmlTable table({{"Account", "", false},
                   {"Limit", "", false},
                   {"Unit", "", false},
                   {"Used", ""},
                   {"Of", ""},
                   {"Used", "%"},
                   {"Mostly by", "", false}});
  for (const Json& account : accounts) {
    for (const Json& limit : member(account, "limits")) {
      const auto part = number_of(member(limit, "utilization"));
      table.add({text_of(member(account, "account")), text_of(member(limit, "limit_type")),
                 text_of(member(limit, "unit")), shown(number_of(member(limit, "used")), 2),
                 shown(number_of(member(limit, "limit")), 2),
                 part ? shown(100 * *part, 1) : std::string{kUnknownText},
                 text_of(member(member(limit, "top_contributor"), "symbol"))});
    }
  }
  return table.html();
}

std::string loss_charts(const Json& accounts) {
  std::string out;
  for (const Json& account : accounts) {
    const std::string name = text_of(member(account, "account"));
    BarRows losses{.title = "Value at risk of " + name + ", base currency (CVaR: the mean loss beyond it)",
                   .parts = {"loss"},
                   .rows = {}};
    const Json& at_risk = member(account, "value_at_risk");
    if (at_risk.is_object()) {
      for (const auto& [confidence, loss] : at_risk.items()) {
        for (const auto& [word, label] : {std::pair{"var", "VaR "}, std::pair{"cvar", "CVaR "}}) {
          losses.rows.push_back({label + confidence,
                                 {number_or_nan(member(loss, word))},
                                 shown(number_of(member(loss, word)), 2)});
        }
      }
    }
    BarRows stress{.title = "Stress of " + name + ", base currency (P&L)", .parts = {"P&L"}, .rows = {}};
    const Json& stresses = member(account, "stress");
    if (stresses.is_object()) {
      for (const auto& [scenario, value] : stresses.items()) {
        if (stress.rows.size() == kMostBars) break;
        stress.rows.push_back({scenario, {number_or_nan(value)}, shown_signed(number_of(value), 2)});
      }
    }
    out += bar_chart(losses) + bar_chart(stress);
  }
  return out;
}

/// Those traded most come first, then as configured.
std::vector<std::size_t> most_traded(const Json& report, const Json& symbols) {
  std::map<std::string, double> traded;
  for (const Json& row : member(report, "traded"))
    traded[text_of(member(row, "symbol"))] += number_of(member(row, "notional")).value_or(0);
  std::vector<std::size_t> places(symbols.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  const auto value = [&](std::size_t place) {
    const auto found = traded.find(text_of(symbols[place]));
    return found == traded.end() ? 0.0 : found->second;
  };
  std::ranges::stable_sort(places, [&](std::size_t a, std::size_t b) { return value(a) > value(b); });
  if (places.size() > kMostHeat) places.resize(kMostHeat);
  return places;
}

std::string correlation_part(const Json& report, const Json& correlations) {
  const Json& symbols = member(correlations, "symbols");
  const Json& matrix = member(correlations, "matrix");
  if (!symbols.is_array() || !matrix.is_array() || matrix.size() != symbols.size()) return {};
  const std::vector<std::size_t> places = most_traded(report, symbols);
  HeatMap map{.title = "Correlation of returns, of " + text_of(member(correlations, "interval")),
              .names = {},
              .at = [&](std::size_t a, std::size_t b) {
                const Json& row = matrix[places[a]];
                static const Json kUnknown;
                return number_or_nan(places[b] < row.size() ? row[places[b]] : kUnknown);
              }};
  for (const std::size_t place : places) map.names.push_back(text_of(symbols[place]));
  return charts(heat_map(map)) + bounded_note(places.size(), symbols.size(), "symbols, those traded most");
}

Json const& objective_window(const Json& objective) {
  static const Json kNull;
  for (const Json& window : member(objective, "windows")) {
    if (member(window, "window") == member(objective, "compliance_period")) return window;
  }
  return kNull;
}

}  // namespace

std::string risk_section(const Json& report) {
  const Json& risk = member(report, "risk");
  const Json& accounts = member(risk, "accounts");
  return section("Risk", part("Limits", limits_table(accounts)) + charts(loss_charts(accounts)) +
                             correlation_part(report, member(risk, "correlations")));
}

std::string market_section(const Json& report) {
  const Json& market = member(member(report, "performance"), "market");
  BarRows bars{.title = "P&L by the market's regime, " +
                        text_of(member(member(report, "report"), "reporting_currency")),
               .parts = {},
               .rows = {}};
  for (const Json& row : member(market, "strategies")) {
    const Json& regimes = member(row, "pnl_by_regime");
    if (!regimes.is_object() || bars.rows.size() == kMostBars) continue;
    BarRows::Row bar{.name = text_of(member(row, "strategy")), .parts = {}, .shown = ""};
    bars.parts.clear();
    double sum = 0;
    for (const auto& [regime, pnl] : regimes.items()) {
      bars.parts.push_back(regime);
      bar.parts.push_back(number_or_nan(pnl));
      sum += bar.parts.back();
    }
    bar.shown = shown_signed(sum, 2);
    bars.rows.push_back(std::move(bar));
  }
  std::string now;
  if (member(market, "regime").is_string()) {
    now = "<p>Regime at the end: <b>" + html_escaped(text_of(member(market, "regime"))) +
          "</b>, volatility over usual: " + shown(number_of(member(market, "volatility_over_usual")), 2) +
          ".</p>\n";
  }
  const std::string figures = charts(bar_chart(bars));
  return section("Market", now + figures);
}

std::string models_section(const Json& report) {
  HtmlTable table({{"Model", "", false},
                   {"State", "", false},
                   {"Version", "", false},
                   {"Horizon", "", false},
                   {"Predictions", ""},
                   {"Correct", ""},
                   {"Incorrect", ""},
                   {"Correct", "%"}});
  for (const Json& model : member(report, "models")) {
    const Json& counts = member(model, "predictions");
    const auto right = number_of(member(counts, "correct"));
    const auto wrong = number_of(member(counts, "incorrect"));
    std::optional<double> share;
    if (right && wrong && *right + *wrong > 0) share = 100 * *right / (*right + *wrong);
    const bool is_on = member(model, "is_on") == Json(true);
    table.add({text_of(member(model, "model")), is_on ? "on" : "off: " + text_of(member(model, "reason")),
               text_of(member(model, "version")), text_of(member(model, "horizon")),
               shown_count(member(counts, "made")), shown(right, 0), shown(wrong, 0), shown(share, 1)});
  }
  return section("Models", table.html());
}

std::string slos_section(const Json& report) {
  HtmlTable table({{"Objective", "", false},
                   {"Target", ""},
                   {"Reached", ""},
                   {"Over", "", false},
                   {"Met", "", false},
                   {"Error budget left", "%"}});
  for (const Json& slo : member(member(report, "slos"), "objectives")) {
    const bool is_count = member(slo, "at_most").is_number();
    const Json& window = objective_window(slo);
    const auto reached = number_of(member(window, is_count ? "count" : "compliance"));
    const Json& met = member(slo, "compliant");
    const auto left = number_of(member(slo, "error_budget_remaining"));
    table.add({text_of(member(slo, "name")),
               is_count ? "at most " + shown(number_of(member(slo, "at_most")), 0)
                        : shown_percent(number_of(member(slo, "target")), 3),
               is_count ? shown(reached, 0) : shown_percent(reached, 3),
               text_of(member(slo, "compliance_period")),
               met.is_boolean() ? (met == Json(true) ? "yes" : "no") : std::string{kUnknownText},
               left ? shown(100 * *left, 1) : std::string{kUnknownText}});
  }
  return section("Service level objectives", table.html());
}

}  // namespace vigil::engine
