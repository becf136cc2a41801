#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "monitoring/store/sample_source.h"

namespace vigil::monitoring {

/// What a minute or an hour of samples leaves, a vector for each RollUpColumn, all with the same times: a
/// period's is that of its last sample. Minimum and maximum of numbers, NaN only where there was nothing
/// else.
using RollUp = std::array<std::vector<Sample>, 5>;
[[nodiscard]] constexpr std::size_t place_of(RollUpColumn column) noexcept {
  return static_cast<std::size_t>(column);
}

/// The start of the period of `length` ms (whole ones since 1970) that the time lies in.
[[nodiscard]] constexpr SampleTime period_start(SampleTime time, SampleTime length) noexcept {
  const SampleTime within = time % length;
  return time - within - (within < 0 ? length : 0);
}

/// Rolls samples up by periods of `period` ms (whole ones since 1970) and appends them to `out`. A period
/// that has no sample but a stale marker leaves that marker in all columns, and so does a marker at its end,
/// behind what the samples before leave.
void roll_up(std::span<const Sample> samples, SampleTime period, RollUp& out);
/// The same of what is rolled up already, by shorter periods.
void roll_up(const RollUp& finer, SampleTime period, RollUp& out);

}  // namespace vigil::monitoring
