#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

namespace vigil::monitoring {

/// Prometheus text format 0.0.4.
inline constexpr std::string_view kTextContentType = "text/plain; version=0.0.4; charset=utf-8";

/// The families of several collectables (our registry, foreign prometheus-cpp ones), sorted by name. Families
/// of one name become one, as the format demands; one whose type differs from that of the first is left out
/// and counted.
struct CollectedFamilies {
  std::vector<prometheus::MetricFamily> families;
  std::size_t type_conflicts = 0;
};
[[nodiscard]] CollectedFamilies collect(std::span<const prometheus::Collectable* const> sources);

/// Families as text. Not prometheus-cpp's TextSerializer: that prints 16 digits, which makes
/// le="0.9975000000000001" of the bound 0.9975 (rules match that text) and loses the last digit of sums. Here
/// every number is the shortest text that reads back as the same number.
[[nodiscard]] std::string to_text(std::span<const prometheus::MetricFamily> families);

}  // namespace vigil::monitoring
