#include "engine/core/control.h"

#include <array>

namespace vigil::engine {
namespace {

constexpr std::array<const char*, ControlCommand::kKindCount> kWords{
    "halt",        "reduce",          "resume",           "cancel_all",    "kill",
    "release",     "enable_strategy", "disable_strategy", "reload_limits", "false_positive",
    "pause_venue", "resume_venue",    "close_positions",  "journal_failed"};

}  // namespace

const char* to_string(ControlCommand::Kind kind) noexcept {
  return kWords[static_cast<std::size_t>(kind)];
}

}  // namespace vigil::engine
