#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "monitoring/store/block.h"
#include "monitoring/store/head.h"

namespace vigil::monitoring {

/// Raw blocks hold this much, the first minute blocks too; all are aligned to it.
inline constexpr SampleTime kRawBlockSpan = 600'000;
inline constexpr SampleTime kMinute = 60'000;
inline constexpr SampleTime kHour = 60 * kMinute;
inline constexpr SampleTime kDay = 24 * kHour;

using Blocks = std::vector<std::shared_ptr<const Block>>;

/// Blocks of one level to be made one; of whole days of minutes the hours are made besides.
struct MergePlan {
  BlockSpan into;
  Blocks from;  ///< by time
  bool makes_hours = false;
};
/// What to merge next: minutes by two hours, then by days, hours by 30 days, each once that time is over (at
/// `newest`). `blocks`: of all levels, in any order.
[[nodiscard]] std::optional<MergePlan> plan_merge(std::span<const std::shared_ptr<const Block>> blocks,
                                                  SampleTime newest);

// The following write blocks to sinks, which are left to be finished. Throw HistoryError.
/// The samples of the head in the span, and the minutes they make.
void write_raw(const Head& head, BlockSpan span, ByteSink& raw, ByteSink& minutes);
/// `hours`: for the hours of what is merged; nullptr if they are not wanted.
void write_merged(const MergePlan& plan, ByteSink& merged, ByteSink* hours);

}  // namespace vigil::monitoring
