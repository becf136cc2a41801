#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/core/control.h"
#include "engine/venue/venue.h"
#include "orders/order.h"

namespace vigil::engine {

/// Commands of a condition that was seen to hold at a point of an event.
struct Crossing {
  std::uint32_t judge_point = 0;
  std::vector<ControlCommand> commands;
};
/// A reading of the clock (since the event began), the answer to a send, a strategy's request, a crossing.
using TapeEntry = std::variant<orders::Duration, SendResult, orders::OrderRequest, Crossing>;

/// What an event's tape says; nothing where that is no tape.
[[nodiscard]] std::optional<std::vector<TapeEntry>> read_tape(std::string_view tape);

}  // namespace vigil::engine
