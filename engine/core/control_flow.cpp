// What people and alerts ask of the core: halts, pauses, cancels, closing positions.

#include "engine/core/core.h"
#include "engine/tape/event_codec.h"
#include "risk/kill_switch.h"

namespace vigil::engine {

void Core::on_control(const ControlCommand& command, orders::EventTime now) noexcept {
  take_up_quotes(now);
  begin_event(RecordType::Control, now, [&](WireWriter& out) {
    fields(out, command);
    if (command.kind == ControlCommand::Kind::ReloadLimits) put_limits(out, *command.limits);
  });
  obey(command, now);
  metrics_.handled(CoreEvent::Control, true);
  end_event();
}

void Core::obey(const ControlCommand& command, orders::EventTime now) noexcept {
  log_.control(command, now);
  metrics_.controlled(command.kind);
  carry_out(command, now);
  after_risk_event(now);
  run_sweeps(now);
  if (command.by_alert) metrics_.action_carried_out(clock_.monotonic() - command.detected);
}

void Core::carry_out(const ControlCommand& command, orders::EventTime now) noexcept {
  using Kind = ControlCommand::Kind;
  switch (command.kind) {
    case Kind::Halt:
      halt(command, risk::TradingState::Halted, now);
      break;
    case Kind::Reduce:
      halt(command, risk::TradingState::Reducing, now);
      break;
    case Kind::Resume:
      close_out_.end();
      risk_.set_trading_state(risk::TradingState::Active, risk::HaltReason::None, now);
      break;
    case Kind::CancelAll:
      cancel_everything(command, now);
      break;
    case Kind::EngageKillSwitch:
      engage_kill_switch(command.scope, now);
      break;
    case Kind::ReleaseKillSwitch:
      risk_.release_kill_switch(command.scope);
      break;
    case Kind::EnableStrategy:
      risk_.enable_strategy(command.strategy, true);
      break;
    case Kind::DisableStrategy:
      risk_.enable_strategy(command.strategy, false);
      break;
    case Kind::ReloadLimits:
      risk_.reload(*command.limits);
      break;
    case Kind::MarkFalsePositive:
      risk_metrics_.false_positive();
      break;
    case Kind::PauseVenue:
      risk_.pause_venue(command.venue, true);
      break;
    case Kind::ResumeVenue:
      risk_.pause_venue(command.venue, false);
      break;
    case Kind::ClosePositions:
      if (risk_.trading_state() == risk::TradingState::Active) {
        halt(command, risk::TradingState::Reducing, now);
      }
      cancel_everything(command, now);
      close_out_.begin();
      break;
    case Kind::JournalFailed:
      risk_.set_trading_state(risk::TradingState::Halted, risk::HaltReason::Journal, now);
      break;
  }
}

void Core::halt(const ControlCommand& command, risk::TradingState state, orders::EventTime now) noexcept {
  const auto reason = command.by_alert ? risk::HaltReason::Alert : risk::HaltReason::Operator;
  // An alert makes it stricter, never looser.
  if (command.by_alert && state < risk_.trading_state()) return;
  risk_.set_trading_state(state, reason, now);
  const bool cancels =
      command.by_alert && state == risk::TradingState::Halted && risk_.limits().cancel_on_halt;
  if (cancels) cancel_everything(command, now);
}

void Core::cancel_everything(const ControlCommand& command, orders::EventTime now) noexcept {
  if (command.by_alert) {
    std::size_t working = 0;
    orders_.for_each_open(orders::kNoOrder, [&](orders::Order& order) {
      if (order.parent != orders::kNoOrder || order.cancel_awaited) return true;
      order.cancel_awaited = true;
      ++working;
      return true;
    });
    if (const auto took = awaited_cancels_.begin(working, command.detected, now.monotonic)) {
      metrics_.action_settled(*took);
    }
  }
  Sweep sweep;
  sweep.what = Sweep::What::Matching;
  start_sweep(sweep);
}

void Core::run_close_out(orders::EventTime now) noexcept {
  if (!close_out_.active()) return;
  bool is_done = true;
  for (std::size_t a = 0; a < portfolio_.account_count(); ++a) {
    for (const orders::Instrument& instrument : config_.instruments) {
      const auto account = static_cast<orders::AccountId>(a);
      const orders::Quantity position = portfolio_.position(account, instrument.id).quantity();
      if (close_out_.is_done(account, instrument.id, position)) continue;
      is_done = false;
      const auto exposure = risk_.exposure(account, instrument.id);
      const bool others_work =
          exposure.working_buy != orders::Quantity{} || exposure.working_sell != orders::Quantity{};
      if (close_out_.is_due(account, instrument.id, others_work, now.monotonic)) {
        close_position(account, instrument.id, now);
      }
    }
  }
  if (!is_done) return;
  close_out_.end();
  log_.positions_closed(now);
}

void Core::close_position(orders::AccountId account, orders::InstrumentId instrument,
                          orders::EventTime now) noexcept {
  const orders::Quantity position = portfolio_.position(account, instrument).quantity();
  const orders::OrderRequest request = close_out_.next_order(account, instrument, position, now);
  metrics_.handled(CoreEvent::Request, handle_request(request, true, now));
  if (orders_.find(request.client_order_id) != nullptr) return;
  // The table was full: no order came to be, and none will end.
  close_out_.ended(account, instrument, CloseOut::Ending::Failed, {}, now.monotonic);
}

void Core::liquidation_ended(const orders::Order& order, orders::EventTime now) noexcept {
  auto ending = CloseOut::Ending::Failed;
  if (order.cum_quantity > orders::Quantity{}) {
    ending = CloseOut::Ending::Traded;
  } else if (order.deny_reason == orders::DenyReason::MaxOrderQuantity ||
             order.deny_reason == orders::DenyReason::MaxOrderNotional) {
    ending = CloseOut::Ending::TooLarge;
  }
  // The next order may have the same terms, which within the window would be a duplicate.
  const orders::Duration pause = risk_.limits().duplicate_window;
  close_out_.ended(order.account, order.instrument, ending, pause, now.monotonic);
}

void Core::engage_kill_switch(const risk::KillScope& scope, orders::EventTime now) noexcept {
  std::size_t working = 0;
  orders_.for_each_open(orders::kNoOrder, [&](orders::Order& order) {
    if (order.is_parent || order.kill_pending || !risk::covers(scope, order)) return true;
    order.kill_pending = true;
    ++working;
    return true;
  });
  risk_.engage_kill_switch(scope, working, now);
  Sweep sweep;
  sweep.what = Sweep::What::Killed;
  start_sweep(sweep);
}

}  // namespace vigil::engine
