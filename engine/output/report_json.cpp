#include "engine/output/report.h"
#include "engine/views/json_parts.h"

namespace vigil::engine {
namespace {

Json decimal_of_raw(orders::Int128 raw) {
  return orders::decimal_string(raw, orders::kScaleDigits);
}

template <typename T>
Json decimal_or_null(const std::optional<T>& value) {
  return value ? decimal_of_raw(value->raw()) : Json(nullptr);
}

Json time_or_null(orders::Timestamp time) {
  return time == orders::Timestamp{} ? Json(nullptr) : Json(orders::nanoseconds_of(time));
}

Json ratio(double value) {
  // Fixed digits, so that the text does not depend on how a library prints a double.
  char text[32];
  std::snprintf(text, sizeof text, "%.8f", value);
  return text;
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

template <typename Reason, std::size_t N>
Json reasons_json(const std::array<std::uint64_t, N>& counts) {
  Json result = Json::object();
  for (std::size_t i = 0; i < N; ++i) {
    if (counts[i] > 0) result[std::string(orders::to_string(static_cast<Reason>(i)))] = counts[i];
  }
  return result;
}

Json positions_json(const EngineConfig& config, const ReplayReport& report) {
  Json result = Json::array();
  for (const positions::PositionView& position : report.positions) {
    const orders::Instrument& instrument = config.instruments[orders::index(position.instrument)];
    result.push_back(
        {{"account", config.portfolio.accounts[orders::index(position.account)].name},
         {"symbol", instrument.symbol},
         {"currency", config.currencies[orders::index(instrument.settlement)].code},
         {"multiplier", decimal_of_raw(instrument.multiplier.raw())},
         {"inverse", instrument.inverse},
         {"quantity", decimal_of_raw(position.quantity.raw())},
         {"average_price", decimal_or_null(position.average_price)},
         {"realized", decimal_of_raw(position.realized.raw())},
         {"commissions", decimal_of_raw(position.commissions.raw())},
         {"unrealized", decimal_or_null(position.unrealized)},
         {"cash", decimal_of_raw(position.cash.raw())},
         {"mark", decimal_or_null(position.mark)},
         {"mark_age", position.mark ? decimal_of_raw(position.mark_age.count() / 10) : Json(nullptr)},
         {"mark_stale", position.mark_stale}});
  }
  return result;
}

Json accounts_json(const EngineConfig& config, const ReplayReport& report) {
  Json result = Json::array();
  for (const positions::AccountView& account : report.accounts) {
    const positions::AccountConfig& known = config.portfolio.accounts[orders::index(account.account)];
    result.push_back({{"account", known.name},
                      {"currency", config.currencies[orders::index(known.base_currency)].code},
                      {"initial_capital", decimal_of_raw(known.initial_capital.raw())},
                      {"cash", decimal_or_null(account.cash)},
                      {"realized", decimal_or_null(account.realized)},
                      {"unrealized", decimal_or_null(account.unrealized)},
                      {"commissions", decimal_or_null(account.commissions)},
                      {"balance", decimal_or_null(account.balance)},
                      {"equity", decimal_or_null(account.equity)},
                      {"margin_used", decimal_or_null(account.margin_used)},
                      {"margin_available", decimal_or_null(account.margin_available)},
                      {"day_pnl", decimal_or_null(account.day_pnl)},
                      {"max_drawdown", ratio(account.max_drawdown)}});
  }
  return result;
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

}  // namespace

std::string report_json(const EngineConfig& config, const ReplayReport& report) {
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
  const Json document{{"input", input_json(report)},
                      {"orders", orders_json(report)},
                      {"denials", reasons_json<orders::DenyReason>(report.denials)},
                      {"rejects", reasons_json<orders::RejectReason>(report.rejects)},
                      {"fills", report.fills},
                      {"alerts", alerts_json(report)},
                      {"positions", positions_json(config, report)},
                      {"accounts", accounts_json(config, report)},
                      {"identity_residual", report.identity_residual.to_string()},
                      {"slippage", std::move(slippage)},
                      {"execution_quality", report.execution_quality},
                      {"performance", report.performance},
                      {"risk", report.risk},
                      {"models", report.models},
                      {"latency", std::move(latency)}};
  return document.dump(2) + "\n";
}

}  // namespace vigil::engine
