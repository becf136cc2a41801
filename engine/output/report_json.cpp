#include "engine/output/report.h"

#include <algorithm>

#include "engine/output/report_parts.h"
#include "engine/views/json_parts.h"

namespace vigil::engine {
namespace {

Json time_or_null(orders::Timestamp time) {
  return time == orders::Timestamp{} ? Json(nullptr) : Json(orders::nanoseconds_of(time));
}

Json input_json(const ReplayReport& report) {
  Json files = Json::array();
  std::uint64_t rows = 0;
  std::uint64_t bad = 0;
  for (const FeedStatistics& file : report.files) {
    rows += file.rows;
    bad += file.bad_lines;
    files.push_back({{"path", file.path},
                     {"format", file.format},
                     {"rows", file.rows},
                     {"events", file.events},
                     {"bad_lines", file.bad_lines},
                     {"crossed", file.crossed},
                     {"locked", file.locked},
                     {"ignored", file.ignored},
                     {"first", time_or_null(file.first)},
                     {"last", time_or_null(file.last)}});
  }
  return {{"files", std::move(files)},
          {"rows", rows},
          {"bad_lines", bad},
          {"order_rows", report.order_rows},
          {"first", time_or_null(report.first)},
          {"last", time_or_null(report.last)},
          {"span_seconds", decimal_of_raw((report.last - report.first).count() / 10)}};
}

Json orders_json(const ReplayReport& report) {
  Json states = Json::object();
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < orders::kOrderStatusCount; ++i) {
    if (report.orders_by_status[i] == 0) continue;
    states[std::string(orders::to_string(static_cast<orders::OrderStatus>(i)))] = report.orders_by_status[i];
    total += report.orders_by_status[i];
  }
  return {
      {"total", total}, {"slices", report.slices}, {"not_created", report.not_created}, {"by_state", states}};
}

Json alerts_json(const ReplayReport& report) {
  Json rows = Json::array();
  for (const Recorder::RecordedAlert& alert : report.alerts) {
    Json row{{"time", orders::nanoseconds_of(alert.time)}};
    row.update(alert_json(alert.note));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::uint64_t alerts_fired(const ReplayReport& report) {
  const auto fires = [](const Recorder::RecordedAlert& alert) {
    return alert.note.state == AlertNote::State::Firing;
  };
  return static_cast<std::uint64_t>(std::ranges::count_if(report.alerts, fires));
}

std::vector<std::optional<orders::Money>> initial_capital(const EngineConfig& config) {
  std::vector<std::optional<orders::Money>> capital;
  for (const positions::AccountConfig& account : config.portfolio.accounts)
    capital.emplace_back(account.initial_capital);
  return capital;
}

Json head_json(const EngineConfig& config, const ReplayReport& report) {
  return {{"kind", "replay"},
          {"from", time_or_null(report.first)},
          {"to", time_or_null(report.last)},
          {"reporting_currency", currency_code(config, config.portfolio.reporting_currency)}};
}

}  // namespace

Json report_document(const EngineConfig& config, const ReplayReport& report) {
  Json slippage = Json::object();
  for (const SlippageSummary& summary : report.slippage) {
    const bool any = summary.samples > 0;
    slippage[summary.symbol] = {{"samples", summary.samples},
                                {"missing_benchmark", summary.missing_benchmark},
                                {"mean", any ? decimal_of_raw(summary.mean) : Json(nullptr)},
                                {"p50", any ? decimal_of_raw(summary.p50) : Json(nullptr)},
                                {"p95", any ? decimal_of_raw(summary.p95) : Json(nullptr)},
                                {"p99", any ? decimal_of_raw(summary.p99) : Json(nullptr)}};
  }
  Json latency = Json::object();
  for (const LatencySummary& summary : report.latency) {
    latency[summary.stage] = {{"samples", summary.samples},
                              {"p50_ns", summary.p50},
                              {"p99_ns", summary.p99},
                              {"p999_ns", summary.p999},
                              {"max_ns", summary.max}};
  }
  return {{"report", head_json(config, report)},
          {"input", input_json(report)},
          {"orders", orders_json(report)},
          {"denials", counts_by_name<orders::DenyReason>(report.denials)},
          {"rejects", counts_by_name<orders::RejectReason>(report.rejects)},
          {"fills", report.fills},
          {"alerts", alerts_json(report)},
          {"positions", positions_rows(config, report.positions)},
          {"accounts", accounts_rows(config, report.accounts, initial_capital(config))},
          {"strategies", report.strategies},
          {"traded", report.traded},
          {"alerts_fired", alerts_fired(report)},
          {"identity_residual", report.identity_residual.to_string()},
          {"slippage", std::move(slippage)},
          {"execution_quality", report.execution_quality},
          {"performance", report.performance},
          {"risk", report.risk},
          {"models", report.models},
          {"curves", report.curves},
          {"latency", std::move(latency)}};
}

std::string report_json(const EngineConfig& config, const ReplayReport& report) {
  return report_text(report_document(config, report));
}

}  // namespace vigil::engine
