#include "engine/core/core_log.h"

#include <chrono>

namespace vigil::engine {
namespace {

using monitoring::LogLevel;

constexpr const char* kEngine = "execution_engine";
constexpr const char* kRisk = "risk_manager";
constexpr const char* kMarketData = "market_data";

/// Slower than this from decision to the venue's transport is worth a warning.
constexpr orders::Duration kSlowSubmission = std::chrono::microseconds{500};

void add_price(monitoring::LogRecord& record, const char* key,
               const std::optional<orders::Price>& price) noexcept {
  if (price) record.add_decimal(key, price->raw(), orders::kScaleDigits);
}

std::int64_t microseconds(orders::Duration duration) noexcept {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

}  // namespace

CoreLog::Record CoreLog::record(LogLevel level, const char* component, const char* module,
                                const char* message, orders::EventTime now) noexcept {
  Record entry;
  entry.time = now.wall;
  entry.level = level;
  entry.component = component;
  entry.module = module;
  entry.message = message;
  return entry;
}

std::string_view CoreLog::symbol(orders::InstrumentId id) const noexcept {
  return id == orders::kNoInstrument ? "unknown"
                                     : std::string_view{config_.instruments[orders::index(id)].symbol};
}
std::string_view CoreLog::venue(orders::VenueId id) const noexcept {
  return id == orders::kNoVenue ? "router" : std::string_view{config_.venues[orders::index(id)].name};
}
std::string_view CoreLog::account(orders::AccountId id) const noexcept {
  return id == orders::kNoAccount ? "unknown"
                                  : std::string_view{config_.portfolio.accounts[orders::index(id)].name};
}
std::string_view CoreLog::strategy(orders::StrategyId id) const noexcept {
  return id == orders::kNoStrategy ? "unknown" : std::string_view{config_.strategies[orders::index(id)].name};
}

void CoreLog::identify(Record& entry, const orders::Order& order) const noexcept {
  const orders::OrderId root = order.parent == orders::kNoOrder ? order.id : order.parent;
  entry.correlation_id = static_cast<std::uint64_t>(root);
  entry.span = "order";
  entry.add("order_id", static_cast<std::int64_t>(order.id));
  entry.add_text("client_order_id", order.client_order_id.view());
  entry.add_text("symbol", symbol(order.instrument));
  entry.add_text("exchange", venue(order.venue));
}

void CoreLog::terms(Record& entry, const orders::Order& order) const noexcept {
  entry.add_text("account", account(order.account));
  entry.add_text("strategy", strategy(order.strategy));
  entry.add_literal("side", orders::to_string(order.side).data());
  entry.add_literal("order_type", orders::to_string(order.type).data());
  entry.add_decimal("quantity", order.terms.quantity.raw(), orders::kScaleDigits);
  add_price(entry, "limit_price", order.terms.limit_price);
  add_price(entry, "stop_price", order.terms.stop_price);
}

void CoreLog::received(const orders::Order& order, orders::EventTime now) noexcept {
  if (!enabled(LogLevel::Debug)) return;
  Record entry = record(LogLevel::Debug, kEngine, "order_manager", "Order received", now);
  identify(entry, order);
  terms(entry, order);
  logger_.write_from_core(entry);
}

void CoreLog::check_passed(const orders::Order& order, orders::EventTime now) noexcept {
  if (!enabled(LogLevel::Debug)) return;
  Record entry = record(LogLevel::Debug, kRisk, "pre_trade_checks", "Risk check passed", now);
  identify(entry, order);
  logger_.write_from_core(entry);
}

void CoreLog::denied(const orders::OrderRequest& request, const orders::Order* order,
                     const risk::Verdict& verdict, orders::EventTime now) noexcept {
  if (!enabled(LogLevel::Warn)) return;
  Record entry = record(LogLevel::Warn, kRisk, "pre_trade_checks", "Order rejection", now);
  if (order != nullptr) {
    identify(entry, *order);
  } else {
    entry.add_text("client_order_id", request.client_order_id.view());
    entry.add_text("symbol", symbol(request.instrument));
  }
  entry.add_literal("rejection_reason", orders::to_string(verdict.reason).data());
  if (verdict.limit.unit != orders::Unit::None) {
    entry.add_literal("unit", orders::to_string(verdict.limit.unit).data());
    entry.add_decimal("observed", verdict.observed.raw, orders::kScaleDigits);
    entry.add_decimal("limit", verdict.limit.raw, orders::kScaleDigits);
  }
  logger_.write_from_core(entry);
}

void CoreLog::sent(const orders::Order& order, orders::EventTime now) noexcept {
  const orders::Duration latency =
      order.stage(orders::Stage::Sent).monotonic - order.stage(orders::Stage::Received).monotonic;
  const bool slow = latency > kSlowSubmission;
  const LogLevel level = slow ? LogLevel::Warn : LogLevel::Info;
  if (!enabled(level)) return;
  Record entry = record(level, kEngine, "order_manager",
                        slow ? "Order submitted, slower than 500 us" : "Order submitted", now);
  identify(entry, order);
  terms(entry, order);
  entry.add("latency_us", microseconds(latency));
  logger_.write_from_core(entry);
}

void CoreLog::cancel_sent(const orders::Order& order, orders::EventTime now) noexcept {
  if (!enabled(LogLevel::Debug)) return;
  Record entry = record(LogLevel::Debug, kEngine, "order_manager", "Cancel sent", now);
  identify(entry, order);
  logger_.write_from_core(entry);
}

void CoreLog::retry(const orders::Order& order, std::uint32_t attempt, orders::EventTime now) noexcept {
  if (!enabled(LogLevel::Warn)) return;
  Record entry = record(LogLevel::Warn, kEngine, "venue", "Send failed, will be tried again", now);
  identify(entry, order);
  entry.add("retry_attempt", attempt);
  logger_.write_from_core(entry);
}

void CoreLog::report(const orders::ExecutionReport& report, const orders::ReportOutcome& outcome,
                     orders::EventTime now) noexcept {
  LogLevel level = LogLevel::Debug;
  const char* message = "Venue report";
  using orders::ReportKind;
  using orders::ReportResult;
  switch (outcome.result) {
    case ReportResult::UnknownOrder:
      level = LogLevel::Error;
      message = "Report for an unknown order";
      break;
    case ReportResult::ConflictingFill:
      level = LogLevel::Error;
      message = "Fill repeated with different data";
      break;
    case ReportResult::IllegalTransition:
      level = LogLevel::Error;
      message = "Report does not fit the order's status";
      break;
    case ReportResult::DuplicateFill:
      level = LogLevel::Warn;
      message = "Fill repeated";
      break;
    case ReportResult::RequestAnswered:
    case ReportResult::Applied:
      switch (report.kind) {
        case ReportKind::Rejected:
          level = LogLevel::Warn;
          message = "Order rejection";
          break;
        case ReportKind::CancelRejected:
          level = LogLevel::Warn;
          message = "Cancel rejected";
          break;
        case ReportKind::UpdateRejected:
          level = LogLevel::Warn;
          message = "Replace rejected";
          break;
        case ReportKind::Accepted:
          message = "Order accepted";
          break;
        case ReportKind::Triggered:
          message = "Order triggered";
          break;
        case ReportKind::Updated:
          message = "Order replaced";
          break;
        case ReportKind::Canceled:
          level = LogLevel::Info;
          message = "Order canceled";
          break;
        case ReportKind::Expired:
          level = LogLevel::Info;
          message = "Order expired";
          break;
        case ReportKind::Fill:
        case ReportKind::Status:
          return;  // filled() and broken() say more
      }
      break;
  }
  if (outcome.result == ReportResult::Applied && outcome.overfill > orders::Quantity{0})
    level = LogLevel::Error;
  if (!enabled(level)) return;
  Record entry = record(level, kEngine, "order_manager", message, now);
  if (outcome.order != nullptr) {
    identify(entry, *outcome.order);
    entry.add_literal("status", orders::to_string(outcome.before).data());
  } else {
    entry.add("order_id", static_cast<std::int64_t>(report.order));
    entry.add_text("exchange", venue(report.venue));
  }
  entry.add_literal("report", orders::to_string(report.kind).data());
  if (report.reason != orders::RejectReason::None) {
    entry.add_literal("rejection_reason", orders::to_string(report.reason).data());
  }
  if (!report.text.empty()) entry.add_text("venue_text", report.text.view());
  if (report.kind == ReportKind::Fill) {
    entry.add_text("venue_trade_id", report.trade_id.view());
    entry.add_decimal("filled_qty", report.quantity.raw(), orders::kScaleDigits);
    entry.add_decimal("price", report.price.raw(), orders::kScaleDigits);
  }
  if (level == LogLevel::Error) {
    entry.file = __FILE__;
    entry.line = __LINE__;
  }
  logger_.write_from_core(entry);
}

void CoreLog::broken(const orders::ExecutionReport& report, const orders::Order* order, const char* kind,
                     orders::EventTime now) noexcept {
  if (!enabled(LogLevel::Error)) return;
  Record entry = record(LogLevel::Error, kEngine, "reconciliation", "Venue and engine do not agree", now);
  if (order != nullptr) {
    identify(entry, *order);
    entry.add_literal("status", orders::to_string(order->status).data());
    entry.add_decimal("cum_qty", order->cum_quantity.raw(), orders::kScaleDigits);
  } else {
    entry.add("order_id", static_cast<std::int64_t>(report.order));
    entry.add_text("exchange", venue(report.venue));
  }
  entry.add_literal("break", kind);
  entry.add_literal("venue_status", orders::to_string(report.status).data());
  entry.add_decimal("venue_cum_qty", report.cum_quantity.raw(), orders::kScaleDigits);
  entry.file = __FILE__;
  entry.line = __LINE__;
  logger_.write_from_core(entry);
}

void CoreLog::filled(const orders::Order& order, const orders::ExecutionReport& report,
                     const positions::BookedFill& booked, orders::EventTime now) noexcept {
  const bool whole = order.status == orders::OrderStatus::Filled;
  const bool odd =
      !booked.applied || !booked.conversion.possible || order.overfill_quantity > orders::Quantity{0};
  const LogLevel level = odd ? LogLevel::Error : LogLevel::Info;
  if (!enabled(level)) return;
  const char* message = whole ? "Order filled" : "Order partially filled";
  if (order.overfill_quantity > orders::Quantity{0}) message = "Order overfilled";
  if (!booked.conversion.possible) message = "Order filled, commission has no conversion rate";
  if (!booked.applied) message = "Fill does not fit the position and was not booked";
  Record entry = record(level, kEngine, "order_manager", message, now);
  identify(entry, order);
  entry.add_literal("side", orders::to_string(order.side).data());
  entry.add_decimal("filled_qty", report.quantity.raw(), orders::kScaleDigits);
  entry.add_decimal("price", report.price.raw(), orders::kScaleDigits);
  add_price(entry, "avg_price", order.average_price());
  entry.add_decimal("leaves_qty", order.leaves_quantity().raw(), orders::kScaleDigits);
  entry.add_decimal("realized_pnl", booked.effect.realized.raw(), orders::kScaleDigits);
  entry.add("latency_us", microseconds(now.monotonic - order.stage(orders::Stage::Received).monotonic));
  entry.add_text("venue_trade_id", report.trade_id.view());
  if (level == LogLevel::Error) {
    entry.file = __FILE__;
    entry.line = __LINE__;
  }
  logger_.write_from_core(entry);
}

void CoreLog::in_doubt(std::size_t count, orders::EventTime now) noexcept {
  if (!enabled(LogLevel::Warn)) return;
  Record entry =
      record(LogLevel::Warn, kEngine, "order_manager", "Requests without an answer past their time-out", now);
  entry.add("orders", static_cast<std::int64_t>(count));
  logger_.write_from_core(entry);
}

void CoreLog::venue_connection(orders::VenueId id, bool connected, orders::EventTime now) noexcept {
  const LogLevel level = connected ? LogLevel::Info : LogLevel::Warn;
  if (!enabled(level)) return;
  Record entry =
      record(level, kMarketData, "venue", connected ? "Venue connected" : "Venue disconnected", now);
  entry.add_text("exchange", venue(id));
  logger_.write_from_core(entry);
}

void CoreLog::trading_state(risk::TradingState state, risk::HaltReason reason,
                            orders::EventTime now) noexcept {
  // A person's halt is no trip of a breaker.
  const bool halted = state == risk::TradingState::Halted && reason != risk::HaltReason::Operator;
  const LogLevel level = halted ? LogLevel::Error : LogLevel::Warn;
  if (!enabled(level)) return;
  Record entry = record(level, kRisk, "trading_state",
                        halted ? "Circuit breaker triggered" : "Trading state changed", now);
  entry.add_literal("state", risk::to_string(state).data());
  entry.add_literal("reason", risk::to_string(reason).data());
  if (halted) {
    entry.file = __FILE__;
    entry.line = __LINE__;
  }
  logger_.write_from_core(entry);
}

void CoreLog::strategy_disabled(orders::StrategyId id, orders::EventTime now) noexcept {
  if (!enabled(LogLevel::Error)) return;
  Record entry = record(LogLevel::Error, kRisk, "repeated_executions", "Strategy disabled", now);
  entry.add_text("strategy", strategy(id));
  entry.file = __FILE__;
  entry.line = __LINE__;
  logger_.write_from_core(entry);
}

void CoreLog::session_rolled(std::size_t unsent, orders::EventTime now) noexcept {
  if (!enabled(LogLevel::Info)) return;
  Record entry = record(LogLevel::Info, kEngine, "session", "Session rolled", now);
  entry.add("unsent_day_orders", static_cast<std::int64_t>(unsent));
  logger_.write_from_core(entry);
}

void CoreLog::positions_closed(orders::EventTime now) noexcept {
  if (!enabled(LogLevel::Warn)) return;
  logger_.write_from_core(record(LogLevel::Warn, kEngine, "control", "Positions closed", now));
}

void CoreLog::control(const ControlCommand& command, orders::EventTime now) noexcept {
  if (!enabled(LogLevel::Warn)) return;
  Record entry = record(LogLevel::Warn, kEngine, "control", "Control command", now);
  entry.add_literal("command", to_string(command.kind));
  const bool by_engine = command.kind == ControlCommand::Kind::JournalFailed;
  entry.add_literal("by", command.by_alert ? "alert" : by_engine ? "engine" : "person");
  if (command.venue != orders::kNoVenue) entry.add_text("exchange", venue(command.venue));
  if (command.strategy != orders::kNoStrategy) entry.add_text("strategy", strategy(command.strategy));
  logger_.write_from_core(entry);
}

}  // namespace vigil::engine
