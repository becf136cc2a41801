#include "engine/output/report_html.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "engine/output/html_text.h"
#include "engine/output/svg_chart.h"

using namespace vigil::engine;

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

bool has(const std::string& text, const char* what) {
  return text.find(what) != std::string::npos;
}

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

Json day() {
  return {
      {"report",
       {{"kind", "day"},
        {"day", "2026-01-31"},
        {"from", 0},
        {"to", 86'400'000'000'000},
        {"is_over", true},
        {"is_partial", false},
        {"notes_dropped", 0},
        {"complete", true},
        {"reporting_currency", "USD"}}},
      {"orders", {{"total", 3}, {"by_state", {{"Filled", 2}}}}},
      {"fills", 2},
      {"alerts_fired", 0},
      {"accounts",
       Json::array({{{"account", "MAIN"}, {"currency", "USD"}, {"pnl", "-1234.565"}, {"equity", nullptr}}})}};
}

}  // namespace

TEST_CASE("numbers are rounded for people and what is not known is never 0") {
  CHECK(shown(1234567.891, 2) == "1,234,567.89");
  CHECK(shown(-1234.5, 1) == "−1,234.5");
  CHECK(shown(-0.001, 2) == "0.00");
  CHECK(shown(999.999, 2) == "1,000.00");
  CHECK(shown(123, 0) == "123");
  CHECK(shown(std::nullopt, 2) == "–");
  CHECK(shown(kUnknown, 2) == "–");
  CHECK(shown(std::numeric_limits<double>::infinity(), 2) == "–");
  CHECK(shown(1.7e308, 2) == "1.700e+308");
  CHECK(shown_signed(5, 1) == "+5.0");
  CHECK(shown_signed(0.001, 1) == "0.0");
  CHECK(shown_plain(-1.25) == "−1.25");
  CHECK(shown_plain(1000) == "1,000");
  CHECK(shown_percent(0.0125, 2) == "1.25 %");
  CHECK(shown_percent(std::nullopt, 2) == "–");
}

TEST_CASE("a decimal string is a number and other text is none") {
  CHECK(number_of(Json("-12.50")) == -12.5);
  CHECK(number_of(Json(3)) == 3);
  CHECK_FALSE(number_of(Json("12x")));
  CHECK_FALSE(number_of(Json("")));
  CHECK_FALSE(number_of(Json(nullptr)));
}

TEST_CASE("times are those of the clock in Greenwich") {
  CHECK(shown_time(Json(1'767'225'600'000'000'000)) == "2026-01-01 00:00:00");
  CHECK(shown_time(Json(nullptr)) == "–");
  CHECK(shown_time_of_day(-1'000'000'000) == "23:59:59");
}

TEST_CASE("no markup comes of what was configured") {
  CHECK(html_escaped("<a href=\"x\">&'") == "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  CHECK(html_escaped(std::string("a\x01"
                                 "b\nc")) == "a\uFFFDb c");
  Json report = day();
  const std::string evil = "</title></style><script>alert(1)</script>\"'";
  report["report"]["day"] = evil;
  report["report"]["reporting_currency"] = evil;
  report["accounts"][0]["account"] = evil;
  report["accounts"][0]["currency"] = evil;
  report["traded"] =
      Json::array({{{"symbol", evil}, {"venue", evil}, {"fills", 1}, {"notional", 5.0}, {"fees", 1.0}}});
  report["slippage"] = {{evil, {{"samples", 1}, {"mean", "1.5"}}}};
  report["denials"] = {{evil, 1}};
  report["alerts"] = Json::array({{{"time", 1}, {"alert", evil}, {"state", evil}, {"labels", evil}}});
  report["curves"] = {{"accounts", Json::array({{{"account", evil},
                                                 {"currency", evil},
                                                 {"points", Json::array({Json::array({0, 1, 1, 2, 2}),
                                                                         Json::array({9, 2, 1, 2, 1})})}}})}};
  report["execution_quality"]["venues"] = Json::array(
      {{{"venue", evil}, {"price_cost", 1.0}, {"fees", 0.5}, {"markouts", {{evil, {{"mean", 1.0}}}}}}});
  report["risk"] = {
      {"accounts", Json::array({{{"account", evil}, {"stress", {{evil, 5.0}}}}})},
      {"correlations",
       {{"interval", evil}, {"symbols", {evil}}, {"matrix", Json::array({Json::array({1.0})})}}}};
  report["models"] = Json::array({{{"model", evil}, {"is_on", false}, {"reason", evil}}});
  const std::string html = report_html(report, evil);
  CHECK(count_of(html, "<script") == 0);
  CHECK(count_of(html, "</style>") == 1);
  CHECK(count_of(html, "</title>") > 0);
  CHECK(has(html, "&lt;script&gt;alert(1)"));
  CHECK_FALSE(has(html, "href=\"</"));
}

TEST_CASE("a page asks for nothing from elsewhere") {
  const std::string html = report_html(day(), "day.json");
  for (const char* const word : {"http:", "https:", "src=", "<link", "@import", "url("}) {
    CAPTURE(word);
    CHECK_FALSE(has(html, word));
  }
  CHECK(has(html, "prefers-color-scheme:dark"));
}

TEST_CASE("a page shows the figures of its JSON, and a dash for those that are not known") {
  const std::string html = report_html(day(), "2026-01-31.json");
  CHECK(has(html, "Daily report 2026-01-31"));
  CHECK(has(html, "−1,234.5"));
  CHECK(has(html, "<td class=\"n\">–</td>"));
  CHECK(has(html, "href=\"2026-01-31.json\""));
  CHECK(has(html, "1970-01-02 00:00:00"));
}

TEST_CASE("P&L of a currency is not known where that of one of its accounts is not") {
  Json report = day();
  report["accounts"].push_back({{"account", "SECOND"}, {"currency", "USD"}, {"pnl", nullptr}});
  CHECK(has(report_html(report, ""), "<span>P&amp;L</span><b class=\"even\">–</b>"));
}

TEST_CASE("a day in which nothing is known makes a page all the same") {
  for (const Json& report :
       {Json::object(), Json(nullptr), Json{{"report", {{"kind", "day"}}}},
        Json{{"accounts", 5}, {"curves", "no"}, {"risk", Json::array()}, {"traded", {1, 2}}}}) {
    const std::string html = report_html(report, "");
    CHECK(has(html, "</html>"));
    CHECK_FALSE(has(html, "<svg"));
  }
}

TEST_CASE("what of a day is missing stands at its head") {
  Json report = day();
  report["report"]["notes_dropped"] = 1234;
  report["report"]["complete"] = false;
  report["report"]["is_partial"] = true;
  const std::string html = report_html(report, "");
  CHECK(has(html, "incomplete: 1,234 notes dropped"));
  CHECK(has(html, "partial: the engine&#39;s first day"));
  CHECK_FALSE(has(html, ">complete<"));
}

TEST_CASE("a curve breaks where its value was not known") {
  TimeCurve curve{.title = "x", .points = {}, .decimals = 2, .from_zero_down = false};
  for (int i = 0; i < 9; ++i) {
    const double value = i == 4 ? kUnknown : i;
    curve.points.push_back({i, value, value, value});
  }
  CHECK(count_of(time_chart(curve), "<polyline") == 2);
  curve.points.resize(5);
  curve.points.push_back({9, 1, 1, 1});
  CHECK(count_of(time_chart(curve), "<circle") == 1);
}

TEST_CASE("charts of numbers that no scale holds, or of none, are left out and never hang") {
  const auto chart_of = [](double low, double high) {
    return time_chart({.title = "x",
                       .points = {{0, low, low, low}, {1, high, high, high}},
                       .decimals = 2,
                       .from_zero_down = false});
  };
  constexpr double kMost = std::numeric_limits<double>::max();
  CHECK(chart_of(kUnknown, kUnknown).empty());
  CHECK(chart_of(-kMost, kMost).empty());
  CHECK_FALSE(chart_of(0, kMost / 1e9).empty());
  CHECK_FALSE(chart_of(1e15, 1e15).empty());
  CHECK_FALSE(chart_of(1e15, 1e15 + 1).empty());
  CHECK_FALSE(chart_of(0, 0).empty());
  CHECK_FALSE(chart_of(0, 1e-300).empty());
  CHECK_FALSE(has(chart_of(0, std::numeric_limits<double>::denorm_min()), "nan"));
  CHECK(bar_chart({.title = "x", .parts = {"a"}, .rows = {{"r", {kUnknown}, "–"}}}).empty());
  CHECK(has(bar_chart({.title = "x", .parts = {"a", "b"}, .rows = {{"r", {5, -3}, "2"}}}), "s1"));
  CHECK(heat_map({.title = "x", .names = {}, .at = {}}).empty());
  CHECK(has(heat_map({.title = "x", .names = {"a"}, .at = [](auto, auto) { return kUnknown; }}), "–"));
}

TEST_CASE("of many symbols the heat map has those traded most, and says so") {
  Json report = day();
  Json symbols = Json::array();
  Json matrix = Json::array();
  for (int i = 0; i < 40; ++i) {
    symbols.push_back("SYM" + std::to_string(i));
    matrix.push_back(Json(std::vector<double>(40, 0.5)));
  }
  report["risk"]["correlations"] = {{"interval", "1m"}, {"symbols", symbols}, {"matrix", matrix}};
  report["traded"] =
      Json::array({{{"symbol", "SYM37"}, {"venue", "A"}, {"fills", 1}, {"notional", 9.0}, {"fees", 0.0}}});
  const std::string html = report_html(report, "");
  CHECK(has(html, "Shown: 16 of 40 symbols, those traded most."));
  CHECK(has(html, "SYM37, SYM0: 0.50"));
  CHECK_FALSE(has(html, "SYM16"));
}
