#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/operation_seconds.h"
#include "monitoring/metrics/registry.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::engine {

/// In what a venue's books and ours do not agree. The words are label values and stable.
enum class Break : std::uint8_t {
  LostOrder,       ///< sent and never answered, and the venue has never heard of it
  MissingAtVenue,  ///< the venue had it and does not know it any more
  MissingFill,     ///< the venue filled it and we were not told
  ExtraFill,       ///< we have fills that the venue does not have
  Status,          ///< it ended, or was taken up, and we were not told
  Terms,           ///< quantity or prices differ
  OpenAtVenue,     ///< it has ended for us and still works there
  UnknownOrder,    ///< it works there and we have never heard of it
};
inline constexpr std::size_t kBreakCount = static_cast<std::size_t>(Break::UnknownOrder) + 1;
/// "lost_order", ...; literals that live for ever.
[[nodiscard]] const char* to_string(Break kind) noexcept;

namespace metric {

inline constexpr std::array<std::string_view, 2> kBreakLabels{"exchange", "type"};
inline constexpr std::array<std::string_view, 1> kReconciledLabels{"exchange"};
inline constexpr monitoring::MetricDefinition kBreaks{
    "reconciliation_breaks_total", monitoring::MetricType::Counter, "1",
    "Times a venue's books and ours were found not to agree, by kind.", kBreakLabels};
inline constexpr monitoring::MetricDefinition kBreaksOpen{
    "reconciliation_breaks_open", monitoring::MetricType::Gauge, "1",
    "Orders that do not agree with their venue and could not be brought in line yet.", kReconciledLabels};
inline constexpr monitoring::MetricDefinition kBreakResolved{
    "reconciliation_resolution_seconds",
    monitoring::MetricType::Histogram,
    "seconds",
    "Time from asking a venue, where a break was found, until its books and ours agreed again.",
    kReconciledLabels,
    monitoring::kOperationSeconds};
inline constexpr monitoring::MetricDefinition kRounds{
    "reconciliation_rounds_total", monitoring::MetricType::Counter, "1",
    "Times all open orders at a venue were compared with ours.", kReconciledLabels};

}  // namespace metric

/// What reconciliation publishes. Core thread only.
class ReconciliationMetrics {
 public:
  ReconciliationMetrics(monitoring::Registry& registry, const std::vector<std::string>& venue_names);

  void found(orders::VenueId venue, Break kind) noexcept {
    venues_[orders::index(venue)].breaks[static_cast<std::size_t>(kind)].add();
  }
  /// `change`: one more or less that is not resolved.
  void open(orders::VenueId venue, int change) noexcept;
  void resolved(orders::VenueId venue, orders::Duration after) noexcept {
    venues_[orders::index(venue)].resolution.observe(after);
  }
  void round(orders::VenueId venue) noexcept { venues_[orders::index(venue)].rounds.add(); }

  /// What is not in the registry.
  template <typename Wire>
  void state(Wire& wire) {
    for (PerVenue& venue : venues_) wire(venue.open_count);
  }

 private:
  struct PerVenue {
    std::array<monitoring::Counter, kBreakCount> breaks;
    monitoring::Gauge open;
    monitoring::Histogram resolution;
    monitoring::Counter rounds;
    std::int64_t open_count = 0;
  };
  std::vector<PerVenue> venues_;
};

}  // namespace vigil::engine
