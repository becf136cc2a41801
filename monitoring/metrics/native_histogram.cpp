#include "monitoring/metrics/native_histogram.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>

namespace vigil::monitoring {
namespace {

/// Empty buckets between two others that are written out as zeros: a span of its own would be no shorter.
constexpr std::int32_t kLongestGap = 2;

/// Appends buckets in ascending order of index.
struct Spans {
  NativeHistogram& histogram;
  std::int32_t next = 0;  ///< index behind the last bucket
  std::int64_t last_count = 0;

  void append(std::int64_t count) {
    histogram.positive_delta.push_back(count - last_count);
    last_count = count;
    ++histogram.positive_span.back().length;
    ++next;
  }
  void add(std::int32_t index, std::uint64_t count) {
    const bool is_first = histogram.positive_span.empty();
    if (is_first || index - next > kLongestGap) {
      histogram.positive_span.push_back({.offset = index - next, .length = 0});
      next = index;
    }
    while (next < index) append(0);
    append(static_cast<std::int64_t>(count));
  }
};

}  // namespace

NativeHistogram native_histogram(const DistributionLayout& layout, std::span<const std::uint64_t> counts,
                                 std::int32_t schema) {
  assert(schema >= 0 && schema <= kDistributionSchema && counts.size() == layout.slots());
  NativeHistogram histogram{.schema = schema,
                            .zero_threshold = std::ldexp(1.0, layout.min_exponent()),
                            .zero_count = counts.front(),
                            .positive_span = {},
                            .positive_delta = {}};
  Spans spans{.histogram = histogram};
  const std::size_t merged = std::size_t{1} << (kDistributionSchema - schema);
  std::int32_t index = layout.min_exponent() * (1 << schema);
  for (std::size_t slot = 1; slot < counts.size(); slot += merged) {
    ++index;
    std::uint64_t count = 0;
    for (const std::uint64_t each : counts.subspan(slot, std::min(merged, counts.size() - slot))) {
      count += each;
    }
    if (count != 0) spans.add(index, count);
  }
  return histogram;
}

}  // namespace vigil::monitoring
