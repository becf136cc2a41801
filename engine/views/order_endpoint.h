#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "engine/config/engine_config.h"
#include "engine/gateway/order_desk.h"
#include "monitoring/http/server.h"

namespace vigil::engine {

struct ParsedOrder {
  orders::OrderRequest request;
  bool venue_known = true;
  std::string error;  ///< empty: the request is one
};
/// An order, cancel or replace as JSON: {"action": "new", "client_order_id": "A1", "account": "MAIN",
/// "symbol": "ACME", "side": "buy", "type": "limit", "quantity": "100", "limit_price": "99.5", ...}. Prices
/// and quantities are decimal strings or whole numbers, never fractions in floating point. Names that there
/// are not reach the checks, which refuse them.
[[nodiscard]] ParsedOrder parse_order_json(const std::string& body, const EngineConfig& config);

/// POST /api/control/order: answers once the request was taken up and, with a durable journal, cannot be
/// forgotten. `place`: hands it to the engine and waits; nothing where the engine did not take it up.
using PlaceOrder = std::function<std::optional<OrderAnswer>(const orders::OrderRequest&, bool venue_known)>;
void add_order_endpoint(monitoring::HttpServer& server, const EngineConfig& config, PlaceOrder place);

}  // namespace vigil::engine
