#pragma once

#include <array>

#include "monitoring/metrics/registry.h"
#include "orders/time.h"

namespace vigil::engine {

namespace metric {

inline constexpr std::array<std::string_view, 1> kReportLabels{"outcome"};
inline constexpr monitoring::MetricDefinition kDailyReports{
    "daily_reports_total", monitoring::MetricType::Counter, "1",
    "Reports of days that have ended: written, or tried and failed. What failed is tried again.",
    kReportLabels};
inline constexpr monitoring::MetricDefinition kDailyReportLast{
    "daily_report_last_timestamp_seconds",
    monitoring::MetricType::Gauge,
    "seconds",
    "When the last report was written; absent before the first of this process.",
    {}};

}  // namespace metric

/// What is published of reports. The keeper's thread.
class ReportMetrics {
 public:
  explicit ReportMetrics(monitoring::Registry& registry)
      : written_(registry.counter(metric::kDailyReports, {"written"})),
        failed_(registry.counter(metric::kDailyReports, {"failed"})),
        last_(registry.gauge(metric::kDailyReportLast, {})) {}
  static void declare(monitoring::Registry& registry) {
    registry.declare(metric::kDailyReports);
    registry.declare(metric::kDailyReportLast);
  }

  void written(orders::Timestamp now) noexcept {
    written_.add();
    last_.set(std::chrono::duration<double>(now.time_since_epoch()).count());
  }
  void failed() noexcept { failed_.add(); }

 private:
  monitoring::Counter written_;
  monitoring::Counter failed_;
  monitoring::Gauge last_;
};

}  // namespace vigil::engine
