#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "monitoring/store/labels.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring {

/// The label that holds an alert's name.
inline constexpr std::string_view kAlertNameLabel = "alertname";

/// What a rule says about one set of labels, as Prometheus' notifier is told it. A copy costs two reference
/// counts and the copy of the URL.
struct Alert {
  Labels labels;  ///< `alertname` among them: what makes it the same alert
  /// Texts for people, of any length. An empty annotation is an absent one.
  Labels annotations;
  SampleTime starts_at = 0;  ///< when it began to fire
  /// Until when it fires unless it is heard of again, or when it was resolved; 0: until it is heard of again.
  SampleTime ends_at = 0;
  std::string generator_url = {};  ///< where the rule can be looked at; may be empty
  double value = 0;                ///< of the rule's expression

  /// The same for equal labels, in any process.
  [[nodiscard]] std::uint64_t fingerprint() const noexcept { return labels.hash(); }
  [[nodiscard]] std::string_view name() const noexcept { return labels.value(kAlertNameLabel); }
  [[nodiscard]] bool is_resolved(SampleTime now) const noexcept { return ends_at != 0 && ends_at <= now; }

  friend bool operator==(const Alert&, const Alert&) = default;
};

}  // namespace vigil::monitoring
