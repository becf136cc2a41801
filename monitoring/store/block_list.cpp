#include "monitoring/store/block_list.h"

#include <algorithm>
#include <limits>
#include <map>

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
  try {
    part.block->read(part.place, is_raw ? 0 : place_of(column), wanted, out);
  } catch (const HistoryError& error) {
    out.resize(before);
    if (!list_->on_damage) throw;
    return list_->on_damage(error.what());
  }
  if (!is_raw || column != RollUpColumn::Count) return;
  for (std::size_t i = before; i < out.size(); ++i) {
    if (!is_stale(out[i].value)) out[i].value = 1;
  }
}

SampleRange BlockSeries::part_of_head(SampleRange range) const noexcept {
  return {.from = std::max(range.from, list_->head_from), .to = range.to};
}

std::vector<std::shared_ptr<const StoredSeries>> select_series(const std::shared_ptr<const BlockList>& list,
                                                               std::vector<Head::SeriesPointer> in_head,
                                                               std::span<const LabelMatcher> matchers,
                                                               SampleRange range) {
  std::erase_if(in_head, [&](const Head::SeriesPointer& series) {
    const auto last = series->last_ever();
    return !last || last->time < range.from;
  });
  if (range.from >= list->head_from) return {in_head.begin(), in_head.end()};

  std::map<Labels, std::shared_ptr<BlockSeries>> found;
  const auto series_of = [&](const Labels& labels) -> BlockSeries& {
    auto& series = found[labels];
    if (series == nullptr) series = std::make_shared<BlockSeries>(labels, list);
    return *series;
  };
  for (const auto& block : list->blocks) {
    const SampleRange part = list->part_of(range, block->span().level);
    if (part.from > part.to || part.from >= block->span().to || part.to < block->span().from) continue;
    try {
      BlockCursor cursor(*block, matchers);
      while (cursor.next()) series_of(cursor.labels()).add(*block, cursor.place());
    } catch (const HistoryError& error) {
      if (!list->on_damage) throw;
      list->on_damage(error.what());
    }
  }
  for (const Head::SeriesPointer& series : in_head) series_of(series->labels()).set_head(series);

  std::vector<std::shared_ptr<const StoredSeries>> out;
  out.reserve(found.size());
  for (auto& [labels, series] : found) out.push_back(std::move(series));
  return out;
}

}  // namespace vigil::monitoring
