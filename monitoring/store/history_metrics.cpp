#include "monitoring/store/history_metrics.h"

namespace vigil::monitoring {

HistoryMetrics::HistoryMetrics(Registry& registry)
    : series(registry.gauge(kHistorySeries, {}, 0)),
      samples(registry.shared_counter(kHistorySamples, {})),
      dropped_no_room(registry.shared_counter(kHistorySamplesDropped, {"no_room"})),
      dropped_out_of_order(registry.shared_counter(kHistorySamplesDropped, {"out_of_order"})),
      bytes_head(registry.gauge(kHistoryBytes, {"head"}, 0)),
      bytes_blocks{registry.gauge(kHistoryBytes, {"raw"}, 0), registry.gauge(kHistoryBytes, {"minute"}, 0),
                   registry.gauge(kHistoryBytes, {"hour"}, 0)},
      blocks{registry.gauge(kHistoryBlocks, {"raw"}, 0), registry.gauge(kHistoryBlocks, {"minute"}, 0),
             registry.gauge(kHistoryBlocks, {"hour"}, 0)},
      open_errors(registry.shared_counter(kHistoryErrors, {"open"})),
      read_errors(registry.shared_counter(kHistoryErrors, {"read"})),
      block_errors(registry.shared_counter(kHistoryErrors, {"write_block"})),
      merge_errors(registry.shared_counter(kHistoryErrors, {"merge"})),
      remove_errors(registry.shared_counter(kHistoryErrors, {"remove"})),
      log_errors(registry.shared_counter(kHistoryErrors, {"write_log"})),
      log_queue_errors(registry.shared_counter(kHistoryErrors, {"log_queue"})) {}

}  // namespace vigil::monitoring
