#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

// What the history publishes about itself.

inline constexpr MetricDefinition kHistorySeries{
    "monitoring_history_series", MetricType::Gauge, "1", "Series with samples in memory.", {}};
inline constexpr MetricDefinition kHistorySamples{
    "monitoring_history_samples_total", MetricType::Counter, "1", "Samples recorded in the history.", {}};
inline constexpr std::array<std::string_view, 1> kHistoryReasonLabels{"reason"};
inline constexpr MetricDefinition kHistorySamplesDropped{
    "monitoring_history_samples_dropped_total", MetricType::Counter, "1",
    "Samples the history did not take, by reason.", kHistoryReasonLabels};  // reason: no_room, out_of_order
inline constexpr std::array<std::string_view, 1> kHistoryPartLabels{"part"};
inline constexpr MetricDefinition kHistoryBytes{
    "monitoring_history_bytes", MetricType::Gauge, "bytes",
    "Bytes of the history: in memory (head), and in blocks of samples as they were taken (raw), minutes and "
    "hours.",
    kHistoryPartLabels};  // part: head, raw, minute, hour
inline constexpr MetricDefinition kHistoryBlocks{"monitoring_history_blocks", MetricType::Gauge, "1",
                                                 "Blocks of the history.",
                                                 kHistoryPartLabels};  // part: raw, minute, hour
inline constexpr std::array<std::string_view, 1> kHistoryErrorLabels{"operation"};
inline constexpr MetricDefinition kHistoryErrors{
    "monitoring_history_errors_total", MetricType::Counter, "1",
    "Files of the history that could not be read or written, by what was done; log_queue: records of the log "
    "that "
    "found no room to wait.",
    kHistoryErrorLabels};  // operation: open, read, write_block, merge, remove, write_log, log_queue

inline constexpr std::array kHistoryMetrics{kHistorySeries, kHistorySamples, kHistorySamplesDropped,
                                            kHistoryBytes,  kHistoryBlocks,  kHistoryErrors};

/// Handles of the above. Counters have several writing threads (recording, working, reading), gauges one.
struct HistoryMetrics {
  explicit HistoryMetrics(Registry& registry);

  Gauge series;
  SharedCounter samples;
  SharedCounter dropped_no_room, dropped_out_of_order;
  Gauge bytes_head;
  std::array<Gauge, 3> bytes_blocks, blocks;  ///< by BlockLevel
  SharedCounter open_errors, read_errors, block_errors, merge_errors, remove_errors, log_errors,
      log_queue_errors;
};

}  // namespace vigil::monitoring
