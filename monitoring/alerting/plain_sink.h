#pragma once

#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "monitoring/alerting/rule_group.h"
#include "monitoring/store/plain_source.h"

namespace vigil::monitoring {

/// Puts what a rule gives into plain vectors, with stale markers for what ended. A series that others write
/// too is left to them.
class PlainSink final : public RuleSeriesSink {
 public:
  /// `source` outlives the sink.
  explicit PlainSink(PlainSource& source) : source_(source) {}
  void write(SampleTime now, const std::vector<std::pair<Labels, double>>& series) override {
    std::set<Labels> before = std::exchange(alive_, {});
    for (const auto& [labels, value] : series) {
      if (source_.append(labels, {.time = now, .value = value})) alive_.insert(labels);
      before.erase(labels);
    }
    for (const Labels& ended : before) {
      static_cast<void>(source_.append(ended, {.time = now, .value = kStaleMarker}));
    }
  }

 private:
  PlainSource& source_;
  std::set<Labels> alive_;
};

}  // namespace vigil::monitoring
