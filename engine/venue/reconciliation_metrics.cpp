#include "engine/venue/reconciliation_metrics.h"

namespace vigil::engine {
namespace {

constexpr std::array<const char*, kBreakCount> kWords{"lost_order",    "missing_at_venue", "missing_fill",
                                                      "extra_fill",    "status",           "terms",
                                                      "open_at_venue", "unknown_order"};

}  // namespace

const char* to_string(Break kind) noexcept {
  return kWords[static_cast<std::size_t>(kind)];
}

ReconciliationMetrics::ReconciliationMetrics(monitoring::Registry& registry,
                                             const std::vector<std::string>& venue_names) {
  for (const auto* definition :
       {&metric::kBreaks, &metric::kBreaksOpen, &metric::kBreakResolved, &metric::kRounds}) {
    registry.declare(*definition);
  }
  for (const std::string& name : venue_names) {
    PerVenue& venue = venues_.emplace_back();
    for (std::size_t i = 0; i < kBreakCount; ++i) {
      venue.breaks[i] = registry.counter(metric::kBreaks, {name, kWords[i]});
    }
    venue.open = registry.gauge(metric::kBreaksOpen, {name}, 0);
    venue.resolution = registry.histogram(metric::kBreakResolved, {name});
    venue.rounds = registry.counter(metric::kRounds, {name});
  }
}

void ReconciliationMetrics::open(orders::VenueId venue, int change) noexcept {
  PerVenue& at = venues_[orders::index(venue)];
  at.open_count += change;
  at.open.set(static_cast<double>(at.open_count));
}

}  // namespace vigil::engine
