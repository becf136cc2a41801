#pragma once

#include <cstdint>

namespace vigil::monitoring::promql {

/// Does a range of five minutes hold the sample that is exactly five minutes old? Prometheus 3 says no,
/// Prometheus 2 said yes. The answer also decides which of the two is followed wherever else they differ:
///
/// - LeftOpen, Prometheus 3.5: ranges, subqueries and the lookback leave their oldest instant out; averages
///   are sums divided by counts; buckets of histograms may be off by rounding; label names are any UTF-8
///   text; histogram_fraction() reads classic histograms.
/// - Closed, Prometheus 2.42: all of them include it; averages are incremental means; holt_winters()
///   is known; label names in functions are ASCII; numbers are no durations, durations no numbers, and
///   numbers have no underscores; names have no quotation marks.
enum class RangeEnds : std::uint8_t { LeftOpen, Closed };

}  // namespace vigil::monitoring::promql
