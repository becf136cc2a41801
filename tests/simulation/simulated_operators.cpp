#include "simulated_operators.h"

#include <iterator>

namespace vigil::engine::test {

void SimulatedOperators::command(Core& core, orders::EventTime now) {
  using Kind = ControlCommand::Kind;
  constexpr Kind kKinds[] = {
      Kind::Halt,       Kind::Reduce,      Kind::CancelAll,         Kind::EngageKillSwitch,
      Kind::PauseVenue, Kind::ResumeVenue, Kind::ReleaseKillSwitch, Kind::ClosePositions};
  ControlCommand command;
  command.kind = kKinds[random_.below(std::size(kKinds))];
  command.venue = static_cast<orders::VenueId>(random_.below(2));
  command.by_alert = random_.chance(0.3);
  command.detected = now.monotonic;
  core.on_control(command, now);
  if (random_.chance(0.3)) return;
  for (const Kind undo : {Kind::Resume, Kind::ReleaseKillSwitch, Kind::ResumeVenue}) {
    command.kind = undo;
    command.by_alert = false;
    core.on_control(command, now);
  }
}

void SimulatedOperators::change_limits(Core& core, orders::EventTime now) {
  auto& fresh = limits_.emplace_back(std::make_unique<risk::Limits>(core.risk().limits()));
  for (auto& limits : fresh->instruments) limits.max_position = orders::Quantity{random_.from_one_to(600)};
  ControlCommand command;
  command.kind = ControlCommand::Kind::ReloadLimits;
  command.limits = fresh.get();
  core.on_control(command, now);
}

}  // namespace vigil::engine::test
