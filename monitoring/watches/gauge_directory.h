#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "monitoring/promql/ast.h"
#include "monitoring/store/labels.h"

namespace vigil::monitoring {

/// What a metric of the engine is to a watch.
enum class MetricKind : std::uint8_t { Unknown, Gauge, Other };
/// By name; a state set is a gauge. Unknown: none of the engine's.
using MetricKinds = std::function<MetricKind(std::string_view name)>;
[[nodiscard]] MetricKinds kinds_of(const std::vector<MetricDefinition>& definitions);
/// The same, but of these names, which rules record: a series of theirs is none that the engine stores.
[[nodiscard]] MetricKinds kinds_without(MetricKinds kinds, std::set<std::string, std::less<>> recorded);

/// How many series watches could read: with others of them, rules are compiled anew.
[[nodiscard]] std::size_t watchable_series(const Registry& registry);

/// One series of a gauge or of a state.
struct DirectorySeries {
  Labels labels;                       ///< with the name
  std::optional<std::uint32_t> gauge;  ///< number of the gauge; none: it is always 1
  std::optional<double> state;         ///< the series is 1 while the gauge has this value, else 0
};

/// The gauges there are, with a number for each that somebody asked for. One thread.
class GaugeDirectory {
 public:
  /// Reads what there is now. The registry outlives the directory.
  explicit GaugeDirectory(Registry& registry);

  /// What a selector finds, in the order the series were made, those that are unset too.
  [[nodiscard]] std::vector<DirectorySeries> select(const promql::VectorSelector& selector);
  /// By number.
  [[nodiscard]] std::vector<GaugeWatch*> take_gauges() { return std::move(gauges_); }

 private:
  [[nodiscard]] std::uint32_t number_of(const ShownFamily& family, std::uint32_t series);

  Registry& registry_;
  std::map<std::string_view, ShownFamily> families_;
  std::vector<GaugeWatch*> gauges_;
  std::unordered_map<const GaugeWatch*, std::uint32_t> numbers_;
};

}  // namespace vigil::monitoring
