#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "monitoring/store/block.h"
#include "monitoring/store/compaction.h"
#include "monitoring/store/head.h"
#include "monitoring/store/history_error.h"
#include "monitoring/store/sample_source.h"

namespace vigil::monitoring {

/// What there is besides the head at one moment, and which part answers for which time: the head from
/// head_from on, before that raw blocks back to raw_from, minutes back to minute_from, then hours.
struct BlockList {
  Blocks blocks;  ///< by level, the finest last, then by time: the order of reading
  SampleTime head_from = std::numeric_limits<SampleTime>::min();
  SampleTime raw_from = std::numeric_limits<SampleTime>::min();
  SampleTime minute_from = std::numeric_limits<SampleTime>::min();
  /// Told of each read that met damage; what could not be read is left out. Any thread. Without it readers
  /// throw HistoryError.
  std::function<void(const std::string& what)> on_damage = {};

  /// Sorts the blocks and sets raw_from and minute_from by them.
  void arrange();
  /// The part of `range` that blocks of this level answer for.
  [[nodiscard]] SampleRange part_of(SampleRange range, BlockLevel level) const noexcept;
};

/// A series with samples in blocks, and perhaps in the head.
class BlockSeries final : public StoredSeries {
 public:
  BlockSeries(Labels labels, std::shared_ptr<const BlockList> list) noexcept
      : labels_(std::move(labels)), list_(std::move(list)) {}

  // While it is put together: blocks in the list's order.
  void add(const Block& block, BlockPlace place) { parts_.push_back({.block = &block, .place = place}); }
  void set_head(Head::SeriesPointer head) noexcept { head_ = std::move(head); }

  [[nodiscard]] const Labels& labels() const noexcept override { return labels_; }
  void read(SampleRange range, RollUpColumn column, std::vector<Sample>& out) const override;
  [[nodiscard]] std::optional<Sample> last(SampleRange range) const override;

 private:
  struct Part {
    const Block* block;  ///< of list_
    BlockPlace place;
  };
  void read(const Part& part, SampleRange range, RollUpColumn column, std::vector<Sample>& out) const;
  [[nodiscard]] SampleRange part_of_head(SampleRange range) const noexcept;

  Labels labels_;
  std::shared_ptr<const BlockList> list_;
  Head::SeriesPointer head_;
  std::vector<Part> parts_;
};

/// The series of the list's blocks that match and of `in_head`, which match too, that may have samples in the
/// range, by their labels.
[[nodiscard]] std::vector<std::shared_ptr<const StoredSeries>> select_series(
    const std::shared_ptr<const BlockList>& list, std::vector<Head::SeriesPointer> in_head,
    std::span<const LabelMatcher> matchers, SampleRange range);

}  // namespace vigil::monitoring
