#include "engine/reports/report_endpoints.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "engine/analysis/analysis.h"
#include "engine/core/clock.h"
#include "engine/output/day_report.h"
#include "engine/output/report_html.h"
#include "engine/output/report_parts.h"

namespace vigil::engine {
namespace {

using monitoring::HttpMethod;
using monitoring::HttpRequest;
using monitoring::HttpResponse;

constexpr std::string_view kToday = "today";
constexpr std::chrono::milliseconds kPatience{1000};

HttpResponse page(std::string html) {
  return {.status = 200, .content_type = "text/html; charset=utf-8", .body = std::move(html), .headers = {}};
}

HttpResponse json(std::string text) {
  HttpResponse response;
  response.body = std::move(text);
  return response;
}

HttpResponse no_such_day(const std::string& day) {
  if (!is_day(day)) {
    return monitoring::http_error(400, "bad_data",
                                  "day: must be a date such as 2026-01-31, or today, was \"" + day + '"');
  }
  return monitoring::http_error(404, "not_found", "there is no report of " + day);
}

void take_losses(const EngineConfig& config, const ScenarioFigures& figures, Closing& closing) {
  closing.scenarios = figures.count;
  closing.scenarios_at = figures.as_of.value_or(orders::Timestamp{});
  const std::size_t confidences = config.scenarios.confidences.size();
  const std::size_t stresses = config.scenarios.stress.size();
  for (std::size_t account = 0; account < config.portfolio.accounts.size(); ++account) {
    const auto of = static_cast<std::uint16_t>(account);
    for (std::size_t place = 0; place < confidences; ++place) {
      const auto& loss = figures.losses[account * confidences + place];
      closing.losses.push_back({of, static_cast<std::uint16_t>(place),
                                loss ? loss->var : ValueCurve::kUnknown,
                                loss ? loss->cvar : ValueCurve::kUnknown});
    }
    for (std::size_t place = 0; place < stresses; ++place)
      closing.stresses.push_back(
          {of, static_cast<std::uint16_t>(place), figures.stress[account * stresses + place], 0});
  }
}

/// How things stand now; nothing where the core does not answer in time.
std::optional<Closing> standing(const ReportLinks& links) {
  Closing closing;
  const auto ask = [&links](ViewKind kind, const auto& take) {
    return links.views.ask(kind, orders::kNoOrder, 0, kPatience, take) == ViewExchange::Outcome::Answered;
  };
  const bool has_positions = ask(ViewKind::Positions, [&closing](const View& view) {
    closing.accounts = view.accounts;
    closing.positions = view.positions;
    closing.strategies = view.strategy_pnl;
  });
  const bool has_risk = ask(ViewKind::Risk, [&](const View& view) {
    for (std::size_t i = 0; i < view.limits.size(); ++i)
      closing.limits.push_back({static_cast<orders::AccountId>(i), view.limits[i]});
    take_losses(links.config, view.scenarios, closing);
  });
  if (!has_positions || !has_risk) return std::nullopt;
  return closing;
}

std::optional<std::string> today(const ReportLinks& links) {
  const std::optional<Closing> closing = standing(links);
  if (!closing) return std::nullopt;
  Json report = links.analysis.read([&](const AnalysisFigures& figures) {
    return day_report_json(links.config, figures.day, *closing, {figures.execution, figures.market},
                           machine_time().wall, false);
  });
  links.extend(report);
  return report_text(report);
}

/// As JSON or as a page, of a day or of today.
HttpResponse one(const ReportLinks& links, const std::string& day, bool as_page) {
  if (day == kToday) {
    const std::optional<std::string> report = today(links);
    if (!report) return monitoring::http_error(503, "timeout", "the core did not answer within 1 s");
    return as_page ? page(report_html(Json::parse(*report), "today.json")) : json(*report);
  }
  std::optional<std::string> text = as_page ? links.store.html(day) : links.store.json(day);
  if (!text) return no_such_day(day);
  return as_page ? page(*std::move(text)) : json(*std::move(text));
}

std::string day_of(const HttpRequest& request) {
  return std::string{request.path_parameter("day").value_or("")};
}

HttpResponse listed(const ReportLinks& links) {
  Json days = Json::array();
  for (const ReportStore::Entry& entry : links.store.list()) {
    days.push_back({{"day", entry.day},
                    {"complete", entry.is_complete},
                    {"json", "/api/reports/" + entry.day},
                    {"html", "/reports/" + entry.day}});
  }
  const Json document{{"reports", std::move(days)},
                      {"today", {{"json", "/api/reports/today"}, {"html", "/reports/today"}}}};
  return json(document.dump() + '\n');
}

}  // namespace

void add_report_endpoints(monitoring::HttpServer& server, const ReportLinks& links) {
  server.add_route({HttpMethod::Get}, "/api/reports", [links](const HttpRequest&) { return listed(links); });
  server.add_route({HttpMethod::Get}, "/api/reports/{day}",
                   [links](const HttpRequest& request) { return one(links, day_of(request), false); });
  server.add_route({HttpMethod::Get}, "/reports/{day}", [links](const HttpRequest& request) {
    std::string day = day_of(request);
    constexpr std::string_view kJson = ".json";
    const bool as_page = !day.ends_with(kJson);  // what a page links to, from a folder as well
    if (!as_page) day.resize(day.size() - kJson.size());
    return one(links, day, as_page);
  });
}

}  // namespace vigil::engine
