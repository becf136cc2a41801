#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "engine/analysis/activity.h"
#include "engine/analysis/day_book.h"
#include "engine/views/json_parts.h"

// What the report of a replay and that of a day have in common. Money, prices and quantities are decimal
// strings, what is unknown is null.

namespace vigil::engine {

[[nodiscard]] inline Json decimal_of_raw(orders::Int128 raw) {
  return orders::decimal_string(raw, orders::kScaleDigits);
}
template <typename T>
[[nodiscard]] Json decimal_or_null(const std::optional<T>& value) {
  return value ? decimal_of_raw(value->raw()) : Json(nullptr);
}

/// A report as it is written. An alert's labels are cut where they are too long, within a character too: what
/// is no text any more is replaced.
[[nodiscard]] inline std::string report_text(const Json& report) {
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

[[nodiscard]] Json positions_rows(const EngineConfig& config,
                                  const std::vector<positions::PositionView>& positions);
/// `equity_at_begin`: by account, what P&L is counted from.
[[nodiscard]] Json accounts_rows(const EngineConfig& config,
                                 const std::vector<positions::AccountView>& accounts,
                                 const std::vector<std::optional<orders::Money>>& equity_at_begin);
/// By StrategyId.
[[nodiscard]] Json strategies_rows(const EngineConfig& config,
                                   const std::vector<std::optional<orders::Money>>& pnl,
                                   const std::vector<std::optional<orders::Money>>& pnl_at_begin);
/// Where there were fills.
[[nodiscard]] Json traded_rows(const EngineConfig& config, const Activity& activity);
[[nodiscard]] Json curves_json(const EngineConfig& config, const ValueCurves& curves);

template <typename Reason, std::size_t N>
[[nodiscard]] Json counts_by_name(const std::array<std::uint64_t, N>& counts) {
  Json result = Json::object();
  for (std::size_t i = 0; i < N; ++i) {
    if (counts[i] > 0) result[std::string(orders::to_string(static_cast<Reason>(i)))] = counts[i];
  }
  return result;
}

}  // namespace vigil::engine
