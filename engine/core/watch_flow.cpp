// Alerts' conditions that are judged at every change: what crosses is acted upon before the next order.

#include <array>

#include "engine/core/core.h"

namespace vigil::engine {

void Core::judge_watches() noexcept {
  if (watch_plan_ == nullptr) return;
  monitoring::WatchTable& table = *watch_plan_->set.table;
  table.judge(changed_gauges_, *this);
  count_judgements();
}

void Core::tick_watches() noexcept {
  tape_.judge_point();
  if (tape_.replays()) return replay_crossings();
  if (links_.watches == nullptr) return;
  if (WatchPlan* const fresh = links_.watches->take_offered()) {
    WatchPlan* const before = watch_plan_;
    watch_plan_ = fresh;
    judgements_counted_ = 0;
    fresh->set.table->install(before == nullptr ? nullptr : before->set.table.get(), *this);
    links_.watches->taken_up(*fresh);
    watch_metrics_.installed(fresh->set.table->size());
  }
  if (watch_plan_ == nullptr) return;
  watch_plan_->set.table->look_again(*this);
  count_judgements();
}

void Core::count_judgements() noexcept {
  const std::uint64_t judgements = watch_plan_->set.table->judgements();
  watch_metrics_.judged(judgements - judgements_counted_);
  judgements_counted_ = judgements;
}

void Core::crossed(std::uint32_t watch, double value) noexcept {
  tape_.crossed(watch_plan_->commands_of(watch));
  const orders::Duration detected = clock_.monotonic();
  watch_metrics_.crossed();
  for (ControlCommand command : watch_plan_->commands_of(watch)) {
    command.detected = detected;
    obey(command, now_);
  }
  const WatchCrossing crossing{
      .plan = watch_plan_, .watch = watch, .value = value, .time = now_.wall, .detected = detected};
  if (!links_.watches->push(crossing)) watch_metrics_.dropped();
}

/// What alerts' conditions brought about here when the journal was written.
void Core::replay_crossings() noexcept {
  for (int count = tape_.next_crossing(); count >= 0; count = tape_.next_crossing()) {
    std::array<ControlCommand, 256> commands;
    for (int i = 0; i < count; ++i) {
      commands[static_cast<std::size_t>(i)] = tape_.next_command();
      if (!is_known(commands[static_cast<std::size_t>(i)])) return tape_.diverge();
    }
    const orders::Duration detected = clock_.monotonic();
    watch_metrics_.crossed();
    for (int i = 0; i < count; ++i) {
      ControlCommand& command = commands[static_cast<std::size_t>(i)];
      command.detected = detected;
      obey(command, now_);
    }
  }
}

}  // namespace vigil::engine
