#pragma once

#include <string_view>

#include "engine/config/engine_config.h"
#include "engine/core/control.h"
#include "engine/tape/event_tape.h"
#include "monitoring/log/logger.h"
#include "orders/execution_report.h"
#include "orders/order.h"
#include "orders/order_manager.h"
#include "positions/portfolio.h"
#include "risk/risk_manager.h"

namespace vigil::engine {

/// The core's log entries: each event of an order's life as one record of plain data, written wait-free into
/// the logger's queue and turned into text by its writer. All entries of one order, and of the slices a
/// router made of it, carry the same correlation id: the (parent) order's id. Core thread only.
class CoreLog {
 public:
  /// While `tape` replays nothing is written: it was, when it happened.
  CoreLog(monitoring::Logger& logger, const EngineConfig& config, const EventTape& tape) noexcept
      : logger_(logger), config_(config), tape_(tape) {}

  void received(const orders::Order& order, orders::EventTime now) noexcept;
  void check_passed(const orders::Order& order, orders::EventTime now) noexcept;
  /// `order` null: no order came to be.
  void denied(const orders::OrderRequest& request, const orders::Order* order, const risk::Verdict& verdict,
              orders::EventTime now) noexcept;
  void sent(const orders::Order& order, orders::EventTime now) noexcept;
  void cancel_sent(const orders::Order& order, orders::EventTime now) noexcept;
  void retry(const orders::Order& order, std::uint32_t attempt, orders::EventTime now) noexcept;
  /// What a venue said and what came of it, at the level the case deserves.
  void report(const orders::ExecutionReport& report, const orders::ReportOutcome& outcome,
              orders::EventTime now) noexcept;
  /// A break between a venue's books and ours. `kind`: a literal. `order` null: we know of none.
  void broken(const orders::ExecutionReport& report, const orders::Order* order, const char* kind,
              orders::EventTime now) noexcept;
  void filled(const orders::Order& order, const orders::ExecutionReport& report,
              const positions::BookedFill& booked, orders::EventTime now) noexcept;
  void in_doubt(std::size_t count, orders::EventTime now) noexcept;
  void venue_connection(orders::VenueId venue, bool connected, orders::EventTime now) noexcept;
  void trading_state(risk::TradingState state, risk::HaltReason reason, orders::EventTime now) noexcept;
  void strategy_disabled(orders::StrategyId strategy, orders::EventTime now) noexcept;
  /// `unsent`: DAY orders that ended with it, never sent.
  void session_rolled(std::size_t unsent, orders::EventTime now) noexcept;
  void positions_closed(orders::EventTime now) noexcept;
  void control(const ControlCommand& command, orders::EventTime now) noexcept;

 private:
  using Record = monitoring::LogRecord;
  [[nodiscard]] static Record record(monitoring::LogLevel level, const char* component, const char* module,
                                     const char* message, orders::EventTime now) noexcept;
  void identify(Record& record, const orders::Order& order) const noexcept;
  void terms(Record& record, const orders::Order& order) const noexcept;

  [[nodiscard]] std::string_view symbol(orders::InstrumentId id) const noexcept;
  [[nodiscard]] std::string_view venue(orders::VenueId id) const noexcept;
  [[nodiscard]] std::string_view account(orders::AccountId id) const noexcept;
  [[nodiscard]] std::string_view strategy(orders::StrategyId id) const noexcept;

  [[nodiscard]] bool enabled(monitoring::LogLevel level) const noexcept {
    return logger_.enabled(level) && !tape_.replays();
  }

  monitoring::Logger& logger_;
  const EngineConfig& config_;
  const EventTape& tape_;
};

}  // namespace vigil::engine
