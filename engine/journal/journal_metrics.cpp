#include "engine/journal/journal_metrics.h"

namespace vigil::engine {

void JournalMetrics::declare(monitoring::Registry& registry) {
  for (const auto* definition :
       {&metric::kJournalRecords, &metric::kJournalBytes, &metric::kJournalSync, &metric::kJournalSegments,
        &metric::kJournalLost, &metric::kJournalState, &metric::kJournalBuffer,
        &metric::kJournalBufferCapacity, &metric::kJournalStalls, &metric::kJournalUnsynced,
        &metric::kJournalRecovered, &metric::kJournalRecoveryTime, &metric::kJournalTorn}) {
    registry.declare(*definition);
  }
}

JournalMetrics::JournalMetrics(monitoring::Registry& registry)
    : records_(registry.counter(metric::kJournalRecords, {})),
      bytes_(registry.counter(metric::kJournalBytes, {})),
      segments_(registry.counter(metric::kJournalSegments, {})),
      lost_(registry.counter(metric::kJournalLost, {})),
      stalls_(registry.counter(metric::kJournalStalls, {})),
      state_(registry.state_set(metric::kJournalState, {}, 0)),
      sync_(registry.histogram(metric::kJournalSync, {})),
      buffer_(registry.gauge(metric::kJournalBuffer, {}, 0)),
      capacity_(registry.gauge(metric::kJournalBufferCapacity, {}, 0)),
      not_durable_(registry.gauge(metric::kJournalUnsynced, {}, 0)),
      recovered_(registry.gauge(metric::kJournalRecovered, {}, 0)),
      recovery_time_(registry.gauge(metric::kJournalRecoveryTime, {}, 0)),
      torn_(registry.gauge(metric::kJournalTorn, {}, 0)) {}

void JournalMetrics::sample(JournalHealth health, std::size_t buffered, std::uint64_t not_durable) noexcept {
  state_.set(static_cast<std::size_t>(health));
  buffer_.set(static_cast<double>(buffered));
  not_durable_.set(static_cast<double>(not_durable));
}

void JournalMetrics::recovered(std::uint64_t records, std::chrono::nanoseconds took,
                               std::uint64_t torn_bytes) noexcept {
  recovered_.set(static_cast<double>(records));
  recovery_time_.set(std::chrono::duration<double>(took).count());
  torn_.set(static_cast<double>(torn_bytes));
}

}  // namespace vigil::engine
