#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "orders/time.h"

namespace vigil::engine {

/// Why a bundle is made.
struct IncidentTrigger {
  enum class Kind : std::uint8_t {
    Halt,   ///< trading was halted
    Alert,  ///< an alert of priority P0 began to fire
    Fatal,  ///< an entry of level FATAL was logged
    Crash,  ///< the run before did not end in order
  };
  Kind kind = Kind::Halt;
  orders::Timestamp time{};
  std::string what = {};  ///< the reason, the alert's name and labels, the message
};
inline constexpr std::size_t kTriggerKinds = 4;
/// By IncidentTrigger::Kind.
inline constexpr std::array<std::string_view, kTriggerKinds> kTriggerNames{"halt", "alert", "fatal", "crash"};
[[nodiscard]] constexpr std::string_view to_string(IncidentTrigger::Kind kind) noexcept {
  return kTriggerNames[static_cast<std::size_t>(kind)];
}

/// Triggers so close to each other that one bundle tells of all.
struct Incident {
  static constexpr std::size_t kMostTriggers = 32;

  std::string id;  ///< "20261122T130455.123Z-halt", after its first trigger
  std::vector<IncidentTrigger> triggers;
  std::size_t further_triggers = 0;  ///< beyond kMostTriggers
  orders::Timestamp from{};
  orders::Timestamp to{};
};

[[nodiscard]] std::string incident_id(const IncidentTrigger& trigger);
/// Whether a text has the form of an id: what is asked for is not taken for the name of a file before.
[[nodiscard]] bool is_incident_id(std::string_view text) noexcept;

}  // namespace vigil::engine
