#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "monitoring/alerting/rule_group.h"
#include "monitoring/store/history.h"
#include "monitoring/store/sample_cycle.h"

namespace vigil::monitoring {

/// Records what a rule gives in the history. The recording thread.
class HistorySink final : public RuleSeriesSink {
 public:
  /// `history` outlives the sink.
  explicit HistorySink(History& history) : cycle_(history.make_cycle()) {}
  void write(SampleTime now, const std::vector<std::pair<Labels, double>>& series) override {
    if (!cycle_->begin(now)) return;
    for (const auto& [labels, value] : series) static_cast<void>(cycle_->put(labels, value));
    cycle_->end();
  }

 private:
  std::unique_ptr<SampleCycle> cycle_;
};

}  // namespace vigil::monitoring
