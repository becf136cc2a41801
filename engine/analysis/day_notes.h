#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/core/alert_note.h"
#include "orders/decimal.h"
#include "orders/ids.h"
#include "orders/time.h"
#include "positions/portfolio.h"
#include "risk/limit_report.h"

// What the core leaves at a session's roll, as the last event before it left things: plain data.

namespace vigil::engine {

struct LimitsMark {
  orders::AccountId account = orders::kNoAccount;
  risk::LimitReport report;
};

/// What an account would lose, in its base currency; NaN: not known.
struct LossMark {
  std::uint16_t account = 0;
  std::uint16_t place = 0;  ///< of the confidence, or of the stress
  bool is_stress = false;
  double value = 0;     ///< value at risk, or what the stress brings
  double expected = 0;  ///< CVaR; of a stress 0
};

/// In the reporting currency; nothing: not known.
struct StrategyMark {
  orders::StrategyId strategy = orders::kNoStrategy;
  std::optional<orders::Money> pnl;
};

/// All of what stands before it belongs to a session's end.
struct DayMark {
  std::int64_t session = 0;          ///< that begins
  orders::Timestamp time{};          ///< of its first event
  orders::Timestamp scenarios_at{};  ///< 0: none
  std::uint64_t scenarios = 0;
  std::uint64_t dropped = 0;  ///< notes that found no room since the process began
};

/// When the core took it up, and what.
struct AlertMark {
  orders::Timestamp time{};
  AlertNote alert;
};

/// How things stood at one moment.
struct Closing {
  struct Loss {
    std::uint16_t account = 0;
    std::uint16_t place = 0;
    double value = 0;
    double expected = 0;
  };
  orders::Timestamp scenarios_at{};
  std::uint64_t scenarios = 0;
  std::vector<positions::AccountView> accounts;
  std::vector<positions::PositionView> positions;
  std::vector<std::optional<orders::Money>> strategies;  ///< by StrategyId
  std::vector<LimitsMark> limits;
  std::vector<Loss> losses;
  std::vector<Loss> stresses;

  void clear() noexcept { *this = {}; }
};

}  // namespace vigil::engine
