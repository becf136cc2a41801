#include "monitoring/store/block_list.h"

#include <algorithm>
#include <limits>

#include "monitoring/store/roll_up.h"

namespace vigil::monitoring {

void BlockList::arrange() {
  std::ranges::sort(blocks, [](const auto& a, const auto& b) {
    const BlockSpan& left = a->span();
    const BlockSpan& right = b->span();
    return left.level != right.level ? left.level > right.level : left.from < right.from;
  });
  const auto first_of = [&](BlockLevel level) -> std::optional<SampleTime> {
    const auto first =
        std::ranges::find_if(blocks, [&](const auto& block) { return block->span().level == level; });
    if (first == blocks.end()) return std::nullopt;
    return (*first)->span().from;
  };
  raw_from = std::min(first_of(BlockLevel::Raw).value_or(head_from), head_from);
  minute_from = std::min(first_of(BlockLevel::Minute).value_or(raw_from), raw_from);
}

SampleRange BlockList::part_of(SampleRange range, BlockLevel level) const noexcept {
  SampleTime from = std::numeric_limits<SampleTime>::min();
  SampleTime to = head_from;
  if (level == BlockLevel::Raw) {
    from = raw_from;
  } else if (level == BlockLevel::Minute) {
    from = minute_from;
    to = raw_from;
  } else {
    to = minute_from;
  }
  // Nothing is before the smallest time there is.
  if (to == std::numeric_limits<SampleTime>::min()) return {.from = 1, .to = 0};
  return {.from = std::max(range.from, from), .to = std::min(range.to, to - 1)};
}

void BlockSeries::read(SampleRange range, RollUpColumn column, std::vector<Sample>& out) const {
  for (const Part& part : parts_) read(part, range, column, out);
  if (head_ != nullptr) head_->read(part_of_head(range), column, out);
}

std::optional<Sample> BlockSeries::last(SampleRange range) const {
  if (head_ != nullptr) {
    if (const auto found = head_->last(part_of_head(range))) return found;
  }
  std::vector<Sample> samples;
  for (auto part = parts_.rbegin(); part != parts_.rend(); ++part) {
    read(*part, range, RollUpColumn::Last, samples);
    if (!samples.empty()) return samples.back();
  }
  return std::nullopt;
}

void BlockSeries::read(const Part& part, SampleRange range, RollUpColumn column,
                       std::vector<Sample>& out) const {
  const BlockSpan& span = part.block->span();
  const SampleRange wanted = list_->part_of(range, span.level);
  if (wanted.from > wanted.to || wanted.from >= span.to || wanted.to < span.from) return;
  const bool is_raw = span.level == BlockLevel::Raw;
  const std::size_t before = out.size();
  part.block->read(part.place, is_raw ? 0 : place_of(column), wanted, out);
  if (!is_raw || column != RollUpColumn::Count) return;
  for (std::size_t i = before; i < out.size(); ++i) {
    if (!is_stale(out[i].value)) out[i].value = 1;
  }
}

SampleRange BlockSeries::part_of_head(SampleRange range) const noexcept {
  return {.from = std::max(range.from, list_->head_from), .to = range.to};
}

}  // namespace vigil::monitoring
