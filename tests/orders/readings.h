#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include "monitoring/metrics/registry.h"

namespace vigil::orders::test {

using Labels = std::map<std::string, std::string>;

/// What a registry says, by name and labels.
class Readings {
 public:
  explicit Readings(const monitoring::Registry& registry) : registry_(registry) {}

  /// The series of `name` whose labels include these.
  [[nodiscard]] std::vector<prometheus::ClientMetric> series(const std::string& name,
                                                             const Labels& labels = {}) const {
    std::vector<prometheus::ClientMetric> found;
    for (const prometheus::MetricFamily& family : registry_.Collect()) {
      if (family.name != name) continue;
      for (const prometheus::ClientMetric& metric : family.metric) {
        const bool matches = std::all_of(labels.begin(), labels.end(), [&](const auto& wanted) {
          return std::any_of(metric.label.begin(), metric.label.end(), [&](const auto& label) {
            return label.name == wanted.first && label.value == wanted.second;
          });
        });
        if (matches) found.push_back(metric);
      }
    }
    return found;
  }
  [[nodiscard]] double counter(const std::string& name, const Labels& labels = {}) const {
    double sum = 0;
    for (const auto& metric : series(name, labels)) sum += metric.counter.value;
    return sum;
  }
  /// NaN when there is not exactly one.
  [[nodiscard]] double gauge(const std::string& name, const Labels& labels = {}) const {
    const auto found = series(name, labels);
    return found.size() == 1 ? found[0].gauge.value : std::nan("");
  }
  [[nodiscard]] double count(const std::string& name, const Labels& labels = {}) const {
    double sum = 0;
    for (const auto& metric : series(name, labels)) sum += static_cast<double>(metric.histogram.sample_count);
    return sum;
  }
  [[nodiscard]] double sum(const std::string& name, const Labels& labels = {}) const {
    double sum = 0;
    for (const auto& metric : series(name, labels)) sum += metric.histogram.sample_sum;
    return sum;
  }
  /// Observations at or below a bound, over all matching series.
  [[nodiscard]] double at_most(const std::string& name, double bound, const Labels& labels = {}) const {
    double sum = 0;
    for (const auto& metric : series(name, labels)) {
      for (const auto& bucket : metric.histogram.bucket) {
        if (bucket.upper_bound == bound) sum += static_cast<double>(bucket.cumulative_count);
      }
    }
    return sum;
  }

 private:
  const monitoring::Registry& registry_;
};

}  // namespace vigil::orders::test
