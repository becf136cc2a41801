#include "monitoring/store/recorded_history.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <system_error>
#include <utility>

#include "monitoring/store/block_folder.h"
#include "monitoring/store/compaction.h"
#include "monitoring/store/history_error.h"
#include "monitoring/store/roll_up.h"
#include "monitoring/store/sample_cycle.h"
#include "monitoring/store/write_ahead_log.h"

namespace vigil::monitoring {

namespace {

/// A history that records changes its files once in ten minutes, for a moment.
constexpr int kMostAttempts = 20;

/// Where the log of a history lies.
std::string log_folder(const std::string& folder) {
  return folder + "/wal";
}

void add_names(const std::string& folder, std::vector<std::string>& names) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    names.push_back(entry.path().string());
  }
  if (error) throw HistoryError(folder + ": cannot be listed: " + error.message());
}

/// All files of a history. The folder of the log comes with it: without one this is no history.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  add_names(folder, names);
  add_names(log_folder(folder), names);
  std::ranges::sort(names);
  return names;
}

class HeadFiller final : public SampleCycle::Replay::Target {
 public:
  HeadFiller(Head& head, SampleRange& range) : head_(head), range_(range) {}
  void append(const Labels& labels, Sample sample, Head::SeriesPointer& series) override {
    if (series == nullptr) series = head_.find_or_add(labels);
    // One that is not newer than the last is what the recording history dropped, too.
    static_cast<void>(series->append(sample));
    range_ = {.from = std::min(range_.from, sample.time), .to = std::max(range_.to, sample.time)};
  }

 private:
  Head& head_;
  SampleRange& range_;
};

}  // namespace

RecordedHistory::RecordedHistory(const std::string& folder) {
  for (int attempt = 1; attempt <= kMostAttempts; ++attempt) {
    const std::vector<std::string> before = names_in(folder);
    try {
      load(folder);
    } catch (const HistoryError&) {
      // A file of before may have gone to another one, which has what it had.
      if (names_in(folder) == before) throw;
      continue;
    }
    if (names_in(folder) == before) return;
  }
  throw HistoryError(folder +
                     ": must rest for as long as it takes to open it, files come and go all the time");
}

void RecordedHistory::load(const std::string& folder) {
  damage_.clear();
  range_ = {.from = std::numeric_limits<SampleTime>::max(), .to = std::numeric_limits<SampleTime>::min()};
  load_log(folder);
  const SampleRange in_log = range_;
  BlockFolder found = open_blocks(folder);
  std::ranges::move(found.damage, std::back_inserter(damage_));
  bool has_raw = false;
  for (const auto& block : found.list.blocks) {
    const BlockSpan& span = block->span();
    has_raw = has_raw || span.level == BlockLevel::Raw;
    range_ = {.from = std::min(range_.from, span.from), .to = std::max(range_.to, span.to - 1)};
  }
  if (!has_raw && !found.list.blocks.empty()) {
    // After an hour without samples only their roll-ups are left, up to where the log begins.
    found.list.head_from =
        in_log.from <= in_log.to ? period_start(in_log.from, kRawBlockSpan) : range_.to + 1;
    found.list.arrange();
  }
  found.list.on_damage = [this](const std::string& what) { remember_damage(what); };
  list_ = std::make_shared<const BlockList>(std::move(found.list));
}

void RecordedHistory::remember_damage(const std::string& what) {
  const std::lock_guard guard(lock_);
  if (std::ranges::find(damage_, what) == damage_.end()) damage_.push_back(what);
}

std::vector<std::string> RecordedHistory::damage() const {
  const std::lock_guard guard(lock_);
  return damage_;
}

void RecordedHistory::load_log(const std::string& folder) {
  head_ = std::make_unique<Head>(std::numeric_limits<std::size_t>::max());
  HeadFiller filler(*head_, range_);
  SampleCycle::Replay replay(filler);
  std::size_t strange = 0;
  const ReplayedLog replayed = replay_log(log_folder(folder), [&](std::string_view record) {
    if (!replay.take(record)) ++strange;
  });
  if (replayed.lost_bytes > 0) {
    damage_.push_back(log_folder(folder) + ": " + std::to_string(replayed.lost_bytes) +
                      " bytes behind the last whole record are left out");
  }
  if (strange > 0) {
    damage_.push_back(log_folder(folder) + ": " + std::to_string(strange) +
                      " records that tell of no samples are left out");
  }
}

std::vector<std::shared_ptr<const StoredSeries>> RecordedHistory::select(
    std::span<const LabelMatcher> matchers, SampleRange range) const {
  return select_series(list_, head_->select(matchers), matchers, range);
}

SampleTime RecordedHistory::raw_from() const {
  return list_->raw_from;
}

std::vector<std::string> RecordedHistory::label_names(std::span<const LabelMatcher> matchers,
                                                      SampleRange range) const {
  return label_names_of(select(matchers, range));
}

std::vector<std::string> RecordedHistory::label_values(std::string_view name,
                                                       std::span<const LabelMatcher> matchers,
                                                       SampleRange range) const {
  return label_values_of(name, select(matchers, range));
}

}  // namespace vigil::monitoring
