#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/views/json_parts.h"
#include "risk/scenario_book.h"

namespace vigil::engine {

/// What the scenarios say of all accounts, copied between two events. In each account's base currency.
struct ScenarioFigures {
  std::size_t count = 0;
  std::optional<orders::Timestamp> as_of;                   ///< the end of the last interval
  std::vector<std::optional<risk::HistoricalLoss>> losses;  ///< [account][confidence]
  std::vector<double> stress;                               ///< [account][stress]
};

/// Of a core that nobody else is using; allocates as far as `out` has no room.
void copy_scenarios(const risk::ScenarioBook& book, std::size_t account_count, ScenarioFigures& out);
/// {"value_at_risk": {"0.95": {"var": ..., "cvar": ...}}, "stress": {"crash": ...}} of an account.
[[nodiscard]] Json account_scenarios_json(const EngineConfig& config, const ScenarioFigures& figures,
                                          std::size_t account);
/// {"count": ..., "interval": "1m", "as_of": ...}
[[nodiscard]] Json scenarios_json(const EngineConfig& config, const ScenarioFigures& figures);

}  // namespace vigil::engine
