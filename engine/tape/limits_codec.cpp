#include <utility>

#include "engine/tape/event_codec.h"

namespace vigil::engine {
namespace {

template <typename Wire, Fields<risk::InstrumentLimits> Limits>
void fields(Wire& wire, Limits& limits) {
  wire(limits.max_order_quantity);
  wire(limits.max_order_notional);
  wire(limits.max_position);
  wire(limits.max_price_deviation_bp);
  wire(limits.max_period_deviation_bp);
}

template <typename Wire, Fields<risk::AccountLimits> Limits>
void fields(Wire& wire, Limits& limits) {
  wire(limits.max_gross_exposure);
  wire(limits.max_net_exposure);
  wire(limits.max_day_loss);
  wire(limits.max_drawdown);
  wire(limits.max_margin_usage);
  wire(limits.max_open_orders);
  wire(limits.max_open_positions);
  wire(limits.max_messages_per_second);
}

template <typename Wire, Fields<std::optional<std::uint32_t>> Limit>
void fields(Wire& wire, Limit& limit) {
  wire(limit);
}

// A list: its length in 32 bits, then its elements.

void fields(WireWriter& wire, const std::vector<bool>& row) {
  wire(static_cast<std::uint32_t>(row.size()));
  for (const bool permitted : row) wire(permitted);
}
void fields(WireReader& wire, std::vector<bool>& row) {
  std::uint32_t size = 0;
  wire(size);
  row.clear();
  for (std::uint32_t i = 0; i < size && !wire.has_failed(); ++i) {
    bool permitted = false;
    wire(permitted);
    row.push_back(permitted);
  }
}

template <typename T>
void list(WireWriter& wire, const std::vector<T>& elements) {
  wire(static_cast<std::uint32_t>(elements.size()));
  for (const T& element : elements) fields(wire, element);
}
template <typename T>
void list(WireReader& wire, std::vector<T>& elements) {
  std::uint32_t size = 0;
  wire(size);
  elements.clear();
  for (std::uint32_t i = 0; i < size && !wire.has_failed(); ++i) {
    T element{};
    fields(wire, element);
    elements.push_back(std::move(element));
  }
}

template <typename Wire, Fields<risk::Limits> Limits>
void fields(Wire& wire, Limits& limits) {
  list(wire, limits.instruments);
  list(wire, limits.accounts);
  list(wire, limits.venue_messages_per_second);
  list(wire, limits.permissions);
  wire(limits.stale_reference_after);
  wire(limits.market_order_needs_reference);
  wire(limits.collar_period);
  wire(limits.duplicate_window);
  wire(limits.max_repeated_executions);
  wire(limits.repeated_executions_window);
  wire(limits.breaker.failures_to_open);
  wire(limits.breaker.open_for);
  wire(limits.breaker.successes_to_close);
  wire(limits.cancel_on_halt);
}

}  // namespace

void put_limits(WireWriter& wire, const risk::Limits& limits) noexcept {
  fields(wire, limits);
}

void get_limits(WireReader& wire, risk::Limits& limits) {
  fields(wire, limits);
}

}  // namespace vigil::engine
