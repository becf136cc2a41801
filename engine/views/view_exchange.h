#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/core.h"
#include "engine/core/question_slots.h"
#include "engine/views/scenario_json.h"

namespace vigil::engine {

enum class ViewKind : std::uint8_t { Orders, Positions, Risk, Status };

/// What an HTTP worker asks the core to copy, and the copy. Memory is reserved once.
struct View {
  /// Rows of one answer at most; a reader pages on with `after`.
  static constexpr std::size_t kMaxOrders = 200;

  // asked
  ViewKind kind = ViewKind::Status;
  orders::OrderId after = orders::kNoOrder;
  std::size_t limit = kMaxOrders;

  // answered
  orders::EventTime time;
  std::vector<orders::Order> orders;
  bool more_orders = false;
  std::size_t live_orders = 0;
  std::size_t remembered_orders = 0;
  std::size_t order_capacity = 0;
  std::size_t in_doubt = 0;
  orders::Duration oldest_in_doubt{};
  std::vector<positions::PositionView> positions;
  std::vector<positions::AccountView> accounts;
  std::vector<std::optional<orders::Money>> strategy_pnl;  ///< by StrategyId, reporting currency
  struct ExposureRow {
    orders::AccountId account;
    orders::InstrumentId instrument;
    risk::RiskManager::ExposureView exposure;
  };
  std::vector<ExposureRow> exposures;
  std::vector<risk::RiskManager::AccountExposure> account_exposures;
  std::vector<risk::LimitReport> limits;                                   ///< by account
  std::vector<std::optional<risk::VenueExposure::Worth>> venue_exposures;  ///< by account, then venue
  ScenarioFigures scenarios;
  std::vector<bool> strategies_enabled;
  std::vector<bool> venues_connected;
  std::vector<orders::Quote> references;
  risk::TradingState trading_state = risk::TradingState::Active;
  risk::HaltReason halt_reason = risk::HaltReason::None;
  orders::ExactMoney identity_residual{};
};

/// Where HTTP workers ask for copies of what the core knows. Nobody reads the core's structures from outside.
class ViewExchange {
 public:
  static constexpr std::size_t kSlots = 4;
  using Slots = QuestionSlots<View, kSlots>;
  using Outcome = Slots::Outcome;

  explicit ViewExchange(const EngineConfig& config);

  /// Any thread but the core's. `read` is called with the answer before the slot is given back.
  template <typename Read>
  Outcome ask(ViewKind kind, orders::OrderId after, std::size_t limit, std::chrono::milliseconds patience,
              const Read& read) {
    const auto put = [=](View& view) {
      view.kind = kind;
      view.after = after;
      view.limit = limit;
    };
    return slots_.ask(patience, put, read);
  }

  /// The core's thread: answers what is asked, one question a call. True if there was one.
  bool serve(Core& core, orders::EventTime now) noexcept {
    return slots_.serve([&core, now](View& view) { answer(core, view, now); });
  }

 private:
  static void answer(Core& core, View& view, orders::EventTime now) noexcept;

  Slots slots_;
};

}  // namespace vigil::engine
