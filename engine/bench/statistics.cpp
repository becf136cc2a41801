#include "engine/bench/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace vigil::engine::bench {

double quantile(std::span<const double> sorted, double share) {
  assert(!sorted.empty());
  assert(share >= 0 && share <= 1);

  const double rank = std::ceil(share * static_cast<double>(sorted.size()));
  return sorted[rank < 1 ? 0 : std::min(static_cast<std::size_t>(rank), sorted.size()) - 1];
}

Summary summarize(std::vector<double> values) {
  if (values.empty()) return {};

  std::sort(values.begin(), values.end());
  Summary summary;
  summary.samples = values.size();
  summary.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  summary.median = quantile(values, 0.5);
  summary.p25 = quantile(values, 0.25);
  summary.p75 = quantile(values, 0.75);
  summary.p95 = quantile(values, 0.95);
  summary.p99 = quantile(values, 0.99);
  summary.least = values.front();
  summary.most = values.back();
  return summary;
}

std::vector<std::size_t> turns(std::size_t cases, std::size_t round) {
  std::vector<std::size_t> order(cases);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (round % 2 == 1) std::reverse(order.begin(), order.end());
  return order;
}

std::vector<double> quotients(std::span<const double> values, std::span<const double> others) {
  if (values.empty() || others.empty()) return {};
  if (std::find(others.begin(), others.end(), 0.0) != others.end()) return {};

  if (values.size() != others.size()) {
    return {summarize({values.begin(), values.end()}).median /
            summarize({others.begin(), others.end()}).median};
  }
  std::vector<double> result;
  result.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) result.push_back(values[i] / others[i]);
  return result;
}

}  // namespace vigil::engine::bench
