#include "engine/monitor/predicted_signals.h"

#include <string_view>

#include <fmt/format.h>

#include "monitoring/process/process_health.h"
#include "risk/risk_metrics.h"

namespace vigil::engine {

namespace {

std::string threshold(std::string_view name) {
  return fmt::format("scalar(monitoring_alert_threshold{{threshold=\"{}\"}})", name);
}

std::string memory(std::string_view kind) {
  return fmt::format("execution_memory_usage_bytes{{component=\"process\",kind=\"{}\"}}", kind);
}

std::string queue(std::string_view name) {
  return fmt::format(
      "system_queue_depth{{queue=\"{0}\"}} / on (component, queue) system_queue_capacity{{queue=\"{0}\"}}",
      name);
}

std::string p95(std::string_view histogram, std::string_view window) {
  return fmt::format("histogram_quantile(0.95, sum by (le) (rate({}_bucket[{}])))", histogram, window);
}

}  // namespace

std::vector<LimitedSignal> limited_signals(const monitoring::HistoryConfig& history) {
  std::vector<LimitedSignal> signals;
  // What risk limits by account: max_daily_loss, max_drawdown, max_gross_exposure, max_messages_per_second,
  // ...
  for (std::size_t i = 0; i < risk::kLimitTypeCount; ++i) {
    const std::string name{to_string(static_cast<risk::LimitType>(i))};
    signals.push_back(
        {.name = name,
         .expression = fmt::format("execution_position_utilization_ratio{{limit_type=\"{}\"}}", name),
         .is_of_account = true});
  }
  const auto add = [&](std::string name, std::string expression) {
    signals.push_back({.name = std::move(name), .expression = std::move(expression)});
  };
  const auto add_load = [&](std::string name, std::string expression) {
    signals.push_back({.name = std::move(name), .expression = std::move(expression), .is_load = true});
  };
  const auto add_capacity = [&](std::string name, std::string expression) {
    add_load(std::move(name), std::move(expression));
    signals.back().is_capacity = true;
  };
  add("margin_usage", "account_margin_usage_ratio / " + threshold("margin_usage_critical_ratio"));
  // A limit from below: 1 when the balance is down to it, 0 at twice of it.
  add("account_balance", "2 - account_balance_usd / " + threshold("account_balance_min_usd"));
  add("heap", memory("heap") + " / " + threshold("heap_bytes"));

  add_load("cpu", "execution_cpu_usage_percent{component=\"process\"} / 100");
  add_capacity("memory", fmt::format("{} / {}", memory("resident"),
                                     monitoring::ProcessHealthLimits{}.memory_unhealthy));
  add_load("threads", "system_threads / " + threshold("threads"));
  add_capacity("order_slots", "orders_live / orders_capacity");
  add_capacity("market_queue", queue("market"));
  add_capacity("report_queue", queue("reports"));
  add_capacity("command_queue", queue("commands"));
  add_capacity("disk", "system_disk_usage_bytes / on (filesystem) system_disk_size_bytes");
  add_capacity("history_series", fmt::format("monitoring_history_series / {}", history.max_series));
  if (!history.folder.empty()) {
    // No capacity to be near the end of: the oldest blocks leave when it is full.
    add_load("history_disk",
             fmt::format("sum(monitoring_history_bytes{{part!=\"head\"}}) / {}", history.max_bytes));
  }
  return signals;
}

std::vector<WatchedSignal> watched_signals() {
  return {
      {"order_rate", "sum(rate(orders_sent_total[1m]))", {.absolute = 0.1, .relative = 0.05}},
      {"rejection_rate", "sum(rate(execution_rejection_total[1m]))", {.absolute = 0.1, .relative = 0.05}},
      {"fill_rate", "sum(rate(orders_fills_total[1m]))", {.absolute = 0.1, .relative = 0.05}},
      {"fill_ratio", "avg(trading_order_fill_ratio)", {.absolute = 0.05, .relative = 0}},
      {"traded_value", "sum(rate(execution_traded_notional_total[1m]))", {.absolute = 1, .relative = 0.05}},
      {"slippage",
       "sum(rate(execution_slippage_basis_points_sum[5m])) / "
       "sum(rate(execution_slippage_basis_points_count[5m]))",
       {.absolute = 0.1, .relative = 0.05}},
      {"submission_latency",
       p95("execution_engine_order_submission_latency_seconds", "1m"),
       {.absolute = 1e-5, .relative = 0.1}},
      {"order_duration",
       "max(execution_order_duration_quantile_seconds{operation=\"place\",quantile=\"0.99\"})",
       {.absolute = 1e-5, .relative = 0.1}},
      {"market_data_rate",
       "sum(rate(market_data_messages_received_total[1m]))",
       {.absolute = 1, .relative = 0.05}},
      {"market_data_latency",
       p95("market_data_publish_latency_seconds", "1m"),
       {.absolute = 1e-5, .relative = 0.1}},
      {"spread", "avg(market_spread_basis_points)", {.absolute = 0.05, .relative = 0.05}},
      {"book_depth", "sum(market_book_depth_notional)", {.absolute = 1, .relative = 0.05}},
      {"gross_exposure",
       "sum(execution_risk_exposure_notional{kind=\"gross\"})",
       {.absolute = 1, .relative = 0.05}},
      {"profit_and_loss", "sum(delta(trading_daily_pnl_usd[1m]))", {.absolute = 1, .relative = 0}},
      {"cpu", "execution_cpu_usage_percent{component=\"process\"}", {.absolute = 1, .relative = 0.05}},
      {"memory", memory("resident"), {.absolute = 1e6, .relative = 0.05}},
      {"log_problems",
       "sum(rate(log_entries_total{level=~\"WARN|ERROR|FATAL\"}[1m]))",
       {.absolute = 0.05, .relative = 0.05}},
  };
}

}  // namespace vigil::engine
