#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "monitoring/delivery/alert.h"

namespace vigil::monitoring {

/// What was said last about a group: which alerts fired and which were resolved. Fingerprints, sorted.
struct GroupMemo {
  std::vector<std::uint64_t> firing = {};
  std::vector<std::uint64_t> resolved = {};
  SampleTime time = 0;
  friend bool operator==(const GroupMemo&, const GroupMemo&) = default;
};

/// One message about a group of alerts for one receiver, before it takes the receiver's form.
struct Notification {
  std::string receiver = {};
  /// Names the group: route and labels, `{}/{team="trading"}:{alertname="X"}` as Alertmanager writes it.
  std::string group_key = {};
  Labels group_labels = {};
  SampleTime time = 0;
  bool is_repeat = false;  ///< says nothing new: its repeat interval is over
  /// The alerts that fire (ends_at 0) first, then the resolved ones (ends_at set), by name and labels. None:
  /// nothing is to be sent, only the memo kept.
  std::vector<Alert> alerts = {};
  std::size_t truncated = 0;         ///< alerts left out for their number
  std::string idempotency_key = {};  ///< the same for every attempt to deliver it, no other has it
  GroupMemo memo = {};

  [[nodiscard]] std::size_t firing() const noexcept;
  [[nodiscard]] bool is_firing() const noexcept { return firing() > 0; }
  friend bool operator==(const Notification&, const Notification&) = default;
};

/// Labels (or annotations) that all alerts have with the same value.
[[nodiscard]] Labels common_labels(const std::vector<Alert>& alerts);
[[nodiscard]] Labels common_annotations(const std::vector<Alert>& alerts);

/// The gravest `severity` among the alerts: critical, high, warning, info; else the first one's, which may be
/// empty.
[[nodiscard]] std::string_view gravest_severity(const std::vector<Alert>& alerts);

/// "[FIRING:2] HighOrderLatency (exchange="sim")": one line for a person.
[[nodiscard]] std::string title_of(const Notification& notification);

}  // namespace vigil::monitoring
