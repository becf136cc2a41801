#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include "engine/journal/journal_writer.h"
#include "monitoring/metrics/operation_seconds.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

namespace metric {

inline constexpr monitoring::MetricDefinition kJournalRecords{
    "journal_records_written_total",
    monitoring::MetricType::Counter,
    "1",
    "Records of the core's events that the journal has written.",
    {}};
inline constexpr monitoring::MetricDefinition kJournalBytes{
    "journal_bytes_written_total", monitoring::MetricType::Counter, "bytes", "Bytes of these records.", {}};
inline constexpr monitoring::MetricDefinition kJournalSync{
    "journal_sync_duration_seconds",
    monitoring::MetricType::Histogram,
    "seconds",
    "Time the disk takes to keep what was written; with ack durable every order waits for one.",
    {},
    monitoring::kOperationSeconds};
inline constexpr monitoring::MetricDefinition kJournalSegments{
    "journal_segments_begun_total",
    monitoring::MetricType::Counter,
    "1",
    "Segments begun because the one before was full.",
    {}};
inline constexpr monitoring::MetricDefinition kJournalLost{
    "journal_records_lost_total",
    monitoring::MetricType::Counter,
    "1",
    "Records that are not in the journal because the disk failed. Trading is halted from the first.",
    {}};
inline constexpr std::array<std::string_view, 3> kJournalHealthStates{"good", "full", "failed"};
inline constexpr std::array<std::string_view, 1> kJournalStateLabels{"state"};
inline constexpr monitoring::MetricDefinition kJournalState{
    "journal_state",
    monitoring::MetricType::Gauge,
    "1",
    "How the journal is; exactly one state is 1. full: no room for another segment, failed: nothing is "
    "written any more.",
    kJournalStateLabels,
    {},
    kJournalHealthStates};
inline constexpr monitoring::MetricDefinition kJournalBuffer{
    "journal_buffer_bytes",
    monitoring::MetricType::Gauge,
    "bytes",
    "Records between the core and the journal's thread.",
    {}};
inline constexpr monitoring::MetricDefinition kJournalBufferCapacity{
    "journal_buffer_capacity_bytes",
    monitoring::MetricType::Gauge,
    "bytes",
    "What that buffer can hold; the core takes up nothing while it is nearly full.",
    {}};
inline constexpr monitoring::MetricDefinition kJournalStalls{
    "journal_stalls_total",
    monitoring::MetricType::Counter,
    "1",
    "Times the core took up no event because the journal's buffer was full; nothing is lost by it.",
    {}};
inline constexpr monitoring::MetricDefinition kJournalUnsynced{
    "journal_records_not_durable",
    monitoring::MetricType::Gauge,
    "1",
    "Records of the core that are not on the disk yet.",
    {}};
inline constexpr monitoring::MetricDefinition kJournalRecovered{"journal_recovered_records",
                                                                monitoring::MetricType::Gauge,
                                                                "1",
                                                                "Records that this run was recovered from.",
                                                                {}};
inline constexpr monitoring::MetricDefinition kJournalRecoveryTime{"journal_recovery_duration_seconds",
                                                                   monitoring::MetricType::Gauge,
                                                                   "seconds",
                                                                   "Time the recovery took.",
                                                                   {}};
inline constexpr monitoring::MetricDefinition kJournalTorn{
    "journal_torn_bytes",
    monitoring::MetricType::Gauge,
    "bytes",
    "Bytes of a last write that a crash cut short, cut off by this run's recovery. None of them was "
    "acknowledged.",
    {}};

}  // namespace metric

/// What the journal publishes. Each function says whose thread it is for.
class JournalMetrics {
 public:
  explicit JournalMetrics(monitoring::Registry& registry);
  static void declare(monitoring::Registry& registry);

  // The journal's thread.
  void wrote(std::uint64_t records, std::uint64_t bytes) noexcept {
    records_.add(records);
    bytes_.add(bytes);
  }
  void synced(std::chrono::nanoseconds took) noexcept { sync_.observe(took); }
  void segment_begun() noexcept { segments_.add(); }
  void lost(std::uint64_t records) noexcept { lost_.add(records); }

  // The core's thread.
  void stalled() noexcept { stalls_.add(); }

  // Who samples, once a second, and who recovers, before that.
  void sample(JournalHealth health, std::size_t buffered, std::uint64_t not_durable) noexcept;
  void set_capacity(std::size_t bytes) noexcept { capacity_.set(static_cast<double>(bytes)); }
  void recovered(std::uint64_t records, std::chrono::nanoseconds took, std::uint64_t torn_bytes) noexcept;

 private:
  monitoring::Counter records_, bytes_, segments_, lost_, stalls_;
  monitoring::StateSet state_;
  monitoring::Histogram sync_;
  monitoring::Gauge buffer_, capacity_, not_durable_, recovered_, recovery_time_, torn_;
};

}  // namespace vigil::engine
