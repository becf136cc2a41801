#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/core.h"

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
  struct ExposureRow {
    orders::AccountId account;
    orders::InstrumentId instrument;
    risk::RiskManager::ExposureView exposure;
  };
  std::vector<ExposureRow> exposures;
  std::vector<risk::RiskManager::AccountExposure> account_exposures;
  std::vector<bool> strategies_enabled;
  std::vector<bool> venues_connected;
  std::vector<orders::Quote> references;
  risk::TradingState trading_state = risk::TradingState::Active;
  risk::HaltReason halt_reason = risk::HaltReason::None;
  orders::ExactMoney identity_residual{};
};

/// Where HTTP workers leave questions and the core leaves answers: a few slots, each handed to and fro by one
/// atomic. The core never waits and never allocates; a worker that finds no free slot or waits too long gives
/// up. Nobody reads the core's structures from outside.
class ViewExchange {
 public:
  static constexpr std::size_t kSlots = 4;

  explicit ViewExchange(const EngineConfig& config);

  enum class Outcome : std::uint8_t { Answered, Busy, TimedOut };
  /// Any thread but the core's. `read` is called with the answer before the slot is given back.
  template <typename Read>
  Outcome ask(ViewKind kind, orders::OrderId after, std::size_t limit, std::chrono::milliseconds patience,
              Read&& read);

  /// The core's thread: answers what is asked, one question a call. True if there was one.
  bool serve(Core& core, orders::EventTime now) noexcept;

 private:
  enum class State : std::uint8_t { Free, Taken, Asked, Answering, Answered };
  struct Slot {
    std::atomic<State> state{State::Free};
    View view;
  };

  Slot* take() noexcept;
  [[nodiscard]] static bool wait(Slot& slot, std::chrono::milliseconds patience) noexcept;
  static void answer(Core& core, View& view, orders::EventTime now) noexcept;

  std::array<Slot, kSlots> slots_;
};

template <typename Read>
ViewExchange::Outcome ViewExchange::ask(ViewKind kind, orders::OrderId after, std::size_t limit,
                                        std::chrono::milliseconds patience, Read&& read) {
  Slot* const slot = take();
  if (slot == nullptr) return Outcome::Busy;
  slot->view.kind = kind;
  slot->view.after = after;
  slot->view.limit = limit;
  slot->state.store(State::Asked, std::memory_order_release);
  if (!wait(*slot, patience)) return Outcome::TimedOut;
  read(static_cast<const View&>(slot->view));
  slot->state.store(State::Free, std::memory_order_release);
  return Outcome::Answered;
}

}  // namespace vigil::engine
