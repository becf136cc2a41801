#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "engine/config/engine_config.h"
#include "engine/core/alert_note.h"
#include "engine/signals/signal.h"
#include "orders/order.h"
#include "positions/portfolio.h"

// What JSON views, the journal's dump and reports are made of: names instead of ids, prices, quantities and
// money as decimal strings, times as nanoseconds UTC; what is unknown is null.

namespace vigil::engine {

using Json = nlohmann::ordered_json;

template <typename T>
[[nodiscard]] Json decimal(const T& value) {
  return value.to_string();
}
template <typename T>
[[nodiscard]] Json decimal(const std::optional<T>& value) {
  return value ? Json(value->to_string()) : Json(nullptr);
}

/// A figure that is a floating point number anyhow.
[[nodiscard]] inline Json number(std::optional<double> value) {
  return value ? Json(*value) : Json(nullptr);
}

[[nodiscard]] Json venue_name(const EngineConfig& config, orders::VenueId id);
[[nodiscard]] Json account_name(const EngineConfig& config, orders::AccountId id);
[[nodiscard]] Json strategy_name(const EngineConfig& config, orders::StrategyId id);
[[nodiscard]] Json symbol_name(const EngineConfig& config, orders::InstrumentId id);
[[nodiscard]] Json currency_code(const EngineConfig& config, orders::CurrencyId id);
[[nodiscard]] Json order_json(const EngineConfig& config, const orders::Order& order);
[[nodiscard]] Json signal_json(const EngineConfig& config, const Signal& signal);
[[nodiscard]] Json alert_json(const AlertNote& note);
[[nodiscard]] Json position_json(const EngineConfig& config, const positions::PositionView& position);
[[nodiscard]] Json account_json(const EngineConfig& config, const positions::AccountView& account);

}  // namespace vigil::engine
