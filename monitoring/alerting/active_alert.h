#pragma once

#include <cstdint>
#include <string_view>

#include "monitoring/store/labels.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring {

enum class AlertPhase : std::uint8_t { Inactive, Pending, Firing };
/// As Prometheus writes it: inactive, pending, firing.
[[nodiscard]] std::string_view to_string(AlertPhase state) noexcept;

/// One alert of a rule: what the rule says about one set of labels. Times in milliseconds since 1970; 0: not
/// yet.
struct ActiveAlert {
  AlertPhase state =
      AlertPhase::Pending;  ///< Inactive: resolved, and kept so that the resolution is delivered
  Labels labels;            ///< with alertname and the rule's own
  Labels annotations;
  double value = 0;
  SampleTime active_at = 0;  ///< since when its condition holds
  SampleTime fired_at = 0;
  SampleTime resolved_at = 0;
  SampleTime keep_firing_since = 0;  ///< since when it fires only because of keep_firing_for
  SampleTime no_data_since = 0;      ///< since when it is as it is for want of data
  SampleTime last_sent_at = 0;
  SampleTime valid_until = 0;  ///< as the last message about it said
};

/// A change that people want to know of.
struct AlertChange {
  AlertPhase from = AlertPhase::Inactive;
  ActiveAlert alert;  ///< as it is now
};

}  // namespace vigil::monitoring
