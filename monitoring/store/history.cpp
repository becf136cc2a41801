#include "monitoring/store/history.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>
#include <variant>

#include "monitoring/store/block_keeper.h"
#include "monitoring/store/block_list.h"
#include "monitoring/store/compaction.h"
#include "monitoring/store/history_error.h"
#include "monitoring/store/history_metrics.h"
#include "monitoring/store/roll_up.h"
#include "monitoring/store/write_ahead_log.h"

namespace vigil::monitoring {

namespace {

constexpr SampleTime kNever = std::numeric_limits<SampleTime>::min();
/// How often the log is synced, in time of samples.
constexpr SampleTime kSyncInterval = 5000;
/// After a record that could not be written, until the next is tried.
constexpr SampleTime kLogRetry = 10'000;
/// Spans of samples whose block could not be written, kept to be tried again.
constexpr std::size_t kMostUnwrittenSpans = 3;

/// A record of the log.
struct LogRecord {
  SampleTime segment;
  std::string bytes;
};
/// The head has all samples of this span.
struct Cut {
  BlockSpan span;
  std::optional<SampleTime> log_before;  ///< segments before this one are not needed once the block is there
};
using WorkItem = std::variant<LogRecord, Cut>;

}  // namespace

struct History::Impl final : public CycleKeeper, private SampleCycle::Replay::Target {
  Impl(HistoryConfig with, Registry& registry)
      : config(std::move(with)), metrics(registry), head(config.max_series) {
    if (!config.folder.empty()) log = std::make_unique<WriteAheadLog>(config.folder + "/wal");
    blocks = std::make_unique<BlockKeeper>(config, metrics);
  }
  ~Impl() override {
    if (!worker.joinable()) return;
    worker.request_stop();
    worker.join();
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // ---- recording thread

  SampleTime begin_turn(SampleTime time) override {
    const bool is_cut = advance(time, true);
    if (segment == kNever || is_cut || must_start_segment.exchange(false)) segment = time;
    if (must_remove_empty.exchange(false)) head.remove_empty();
    metrics.series.set(static_cast<double>(head.size()));
    return segment;
  }
  void end_turn(SampleTime of_segment, std::string record) override {
    if (log == nullptr) return;
    const std::size_t size = record.size();
    {
      const std::lock_guard guard(queue_lock);
      if (queued_bytes + size <= config.max_queued_bytes) {
        queued_bytes += size;
        queue.emplace_back(LogRecord{.segment = of_segment, .bytes = std::move(record)});
        has_work.notify_one();
        return;
      }
    }
    metrics.log_queue_errors.add();
    must_start_segment = true;
  }
  void dropped_no_room(std::uint64_t samples) override { metrics.dropped_no_room.add(samples); }
  void dropped_out_of_order(std::uint64_t samples) override { metrics.dropped_out_of_order.add(samples); }
  void appended(std::uint64_t samples) override { metrics.samples.add(samples); }

  /// The first sample of this time is about to be recorded. True: the span before has ended.
  bool advance(SampleTime time, bool is_live) {
    newest.store(std::max(newest.load(std::memory_order_relaxed), time), std::memory_order_relaxed);
    if (span_from == kNever) span_from = period_start(time, kRawBlockSpan);
    if (time < span_from + kRawBlockSpan) return false;
    for (const Head::SeriesPointer& series : head.all()) series->close_chunk();
    const BlockSpan span{.level = BlockLevel::Raw, .from = span_from, .to = span_from + kRawBlockSpan};
    span_from = period_start(time, kRawBlockSpan);
    const std::lock_guard guard(queue_lock);
    queue.emplace_back(Cut{.span = span, .log_before = is_live ? std::optional{time} : std::nullopt});
    has_work.notify_one();
    return true;
  }

  /// A sample of the log.
  void append(const Labels& labels, Sample sample, Head::SeriesPointer& series) override {
    if (sample.time < blocks->list()->head_from) return;
    advance(sample.time, false);
    if (series == nullptr) series = head.find_or_add(labels);
    if (series == nullptr) {
      metrics.dropped_no_room.add();
    } else if (series->append(sample) == HeadSeries::Appended::OutOfOrder && !is_stale(sample.value)) {
      metrics.dropped_out_of_order.add();
    }
  }

  void recover() {
    if (log == nullptr) return;
    SampleCycle::Replay replay(*this);
    bool is_right = true;
    const auto replayed = replay_log(
        config.folder + "/wal", [&](std::string_view record) { is_right = replay.take(record) && is_right; });
    if (replayed.lost_bytes == 0 && is_right) return;
    metrics.open_errors.add();
    blocks->remember_damage(config.folder + "/wal: " + std::to_string(replayed.lost_bytes) +
                            " bytes behind the last good record are lost");
  }

  // ---- working thread

  void run(const std::stop_token& stop_token) {
    while (true) {
      {
        std::unique_lock guard(queue_lock);
        has_work.wait(guard, stop_token, [&] { return !queue.empty(); });
        if (queue.empty()) break;
      }
      work();
    }
    sync_log();
  }

  void work() {
    const std::lock_guard working(work_lock);
    while (const auto item = next_item()) {
      if (const auto* record = std::get_if<LogRecord>(&*item)) {
        write_log(*record);
      } else {
        unwritten.push_back(std::get<Cut>(*item));
        write_blocks();
      }
    }
  }
  [[nodiscard]] std::optional<WorkItem> next_item() {
    const std::lock_guard guard(queue_lock);
    if (queue.empty()) return std::nullopt;
    WorkItem item = std::move(queue.front());
    queue.pop_front();
    if (const auto* record = std::get_if<LogRecord>(&item)) queued_bytes -= record->bytes.size();
    return item;
  }

  void write_log(const LogRecord& record) {
    if (log_failed_at) {
      metrics.log_errors.add();
      if (newest.load(std::memory_order_relaxed) - *log_failed_at < kLogRetry) return;
      log_failed_at.reset();
      must_start_segment = true;
      return;
    }
    try {
      log->append(record.segment, record.bytes);
      const SampleTime now = newest.load(std::memory_order_relaxed);
      if (now - synced_at < kSyncInterval) return;
      log->sync();
      synced_at = now;
    } catch (const HistoryError& error) {
      // What follows tells of changes to what is missing: it is left out until all begins anew.
      log_failed_at = newest.load(std::memory_order_relaxed);
      metrics.log_errors.add();
      blocks->remember_damage(error.what());
    }
  }
  void sync_log() {
    const std::lock_guard working(work_lock);
    if (log == nullptr) return;
    try {
      log->sync();
    } catch (const HistoryError& error) {
      metrics.log_errors.add();
      blocks->remember_damage(error.what());
    }
  }

  void write_blocks() {
    while (!unwritten.empty()) {
      const Cut cut = unwritten.front();
      const bool is_written = blocks->write(head, cut.span);
      // Not for ever: the samples leave memory, which has a bound, as if the block were there.
      if (!is_written && unwritten.size() <= kMostUnwrittenSpans) break;
      unwritten.pop_front();
      let_go(cut);
      if (is_written) remove_log(cut);
    }
    const SampleTime now = newest.load(std::memory_order_relaxed);
    blocks->merge(now);
    blocks->remove_old(now);
    blocks->publish_sizes();
    metrics.bytes_head.set(static_cast<double>(head_bytes()));
  }
  /// The head keeps the span that was just written, for rules that look back some minutes; what is older
  /// leaves one span later, when no reader of the list before can want it.
  void let_go(const Cut& cut) {
    const SampleTime before = blocks->list()->head_from;
    blocks->set_head_from(std::max(before, cut.span.from));
    for (const Head::SeriesPointer& series : head.all()) series->drop_before(before);
    must_remove_empty = true;
  }
  void remove_log(const Cut& cut) {
    if (log == nullptr || !cut.log_before) return;
    try {
      log->remove_before(*cut.log_before);
    } catch (const HistoryError& error) {
      metrics.remove_errors.add();
      blocks->remember_damage(error.what());
    }
  }

  // ---- any thread

  [[nodiscard]] std::uint64_t head_bytes() const {
    std::uint64_t bytes = 0;
    for (const Head::SeriesPointer& series : head.all()) bytes += series->bytes();
    return bytes;
  }

  const HistoryConfig config;
  HistoryMetrics metrics;
  Head head;
  std::unique_ptr<WriteAheadLog> log;  ///< nullptr: in memory. The working thread's, but for replay
  std::unique_ptr<BlockKeeper> blocks;

  // The recording thread's.
  SampleTime span_from = kNever;
  SampleTime segment = kNever;
  std::uint64_t cycles = 0;

  std::atomic<SampleTime> newest{0};
  std::atomic<bool> must_start_segment{false};
  std::atomic<bool> must_remove_empty{false};

  std::mutex queue_lock;
  std::condition_variable_any has_work;
  std::deque<WorkItem> queue;
  std::size_t queued_bytes = 0;

  // The working thread's.
  std::mutex work_lock;
  std::deque<Cut> unwritten;
  SampleTime synced_at = 0;
  std::optional<SampleTime> log_failed_at;  ///< records are left out

  std::jthread worker;
};

History::History(HistoryConfig config, Registry& registry)
    : impl_(std::make_unique<Impl>(std::move(config), registry)) {}
History::~History() = default;

void History::recover() {
  impl_->recover();
}

SampleTime History::newest() const {
  SampleTime newest = 0;
  for (const Part& part : parts()) newest = std::max(newest, part.to - 1);
  return newest;
}

void History::start() {
  impl_->worker = std::jthread([this](const std::stop_token& stop_token) { impl_->run(stop_token); });
}

void History::work() {
  impl_->work();
}

void History::flush() {
  impl_->work();
  impl_->sync_log();
}

std::unique_ptr<SampleCycle> History::make_cycle() {
  return std::make_unique<SampleCycle>(impl_->cycles++, impl_->head, *impl_);
}

std::vector<std::shared_ptr<const StoredSeries>> History::select(std::span<const LabelMatcher> matchers,
                                                                 SampleRange range) const {
  // The list first: what leaves the head later is still in it.
  const std::shared_ptr<const BlockList> list = impl_->blocks->list();
  std::vector<Head::SeriesPointer> in_head = impl_->head.select(matchers);
  return select_series(list, std::move(in_head), matchers, range);
}

SampleTime History::raw_from() const {
  return impl_->blocks->list()->raw_from;
}

std::vector<std::string> History::label_names(std::span<const LabelMatcher> matchers,
                                              SampleRange range) const {
  return label_names_of(select(matchers, range));
}

std::vector<std::string> History::label_values(std::string_view name, std::span<const LabelMatcher> matchers,
                                               SampleRange range) const {
  return label_values_of(name, select(matchers, range));
}

std::vector<std::string> History::damaged_files() const {
  return impl_->blocks->damage();
}

std::vector<History::Part> History::parts() const {
  const std::shared_ptr<const BlockList> list = impl_->blocks->list();
  std::vector<Part> parts{{.name = "head",
                           .series = impl_->head.size(),
                           .bytes = impl_->head_bytes(),
                           .from = list->head_from,
                           .to = impl_->newest.load(std::memory_order_relaxed) + 1}};
  for (const BlockLevel level : {BlockLevel::Raw, BlockLevel::Minute, BlockLevel::Hour}) {
    Part part{.name = to_string(level)};
    for (const auto& block : list->blocks) {
      const BlockSpan& span = block->span();
      if (span.level != level) continue;
      part.from = part.blocks == 0 ? span.from : std::min(part.from, span.from);
      part.to = part.blocks == 0 ? span.to : std::max(part.to, span.to);
      part.bytes += block->size();
      ++part.blocks;
    }
    parts.push_back(part);
  }
  return parts;
}

std::uint64_t History::memory() const {
  std::uint64_t bytes = impl_->head_bytes();
  if (!impl_->config.folder.empty()) return bytes;
  for (const auto& block : impl_->blocks->list()->blocks) bytes += block->size();
  return bytes;
}

}  // namespace vigil::monitoring
