#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "monitoring/metrics/gauge_cell.h"
#include "monitoring/store/labels.h"
#include "monitoring/watches/quiet_ranges.h"
#include "monitoring/watches/watch_program.h"

namespace vigil::monitoring {

/// What one rule says about one set of labels, judged whenever a gauge that it reads leaves its quiet range.
struct Watch {
  std::uint64_t key = 0;   ///< of the rule and the labels: the same in the next table
  std::uint32_t rule = 0;  ///< a number of the caller's
  Labels labels;           ///< of the expression's result, without the metric's name
  Labels alert;            ///< the labels of the alert that comes of it
  WatchProgram program;    ///< its inputs are numbers of the table's gauges
};

/// Told of crossings by the judging thread.
class WatchListener {
 public:
  virtual ~WatchListener() = default;
  /// The condition of a watch holds that did not; `value` is that of the expression.
  virtual void crossed(std::uint32_t watch, double value) noexcept = 0;
};

/// Watches that are judged together. Made by one thread (the monitor), which keeps it as long as another one
/// (the core) judges: that one neither allocates nor waits. A store into a gauge costs two compares; one that
/// leaves the quiet range costs a judgement of the watches that read it.
class WatchTable {
 public:
  /// `gauges`: by the numbers that programs use, each once; they outlive the table.
  WatchTable(std::vector<Watch> watches, std::vector<GaugeWatch*> gauges);
  WatchTable(const WatchTable&) = delete;
  WatchTable& operator=(const WatchTable&) = delete;

  [[nodiscard]] std::size_t size() const noexcept { return watches_.size(); }
  [[nodiscard]] const Watch& operator[](std::size_t watch) const noexcept { return watches_[watch]; }
  [[nodiscard]] std::size_t gauge_count() const noexcept { return gauges_.size(); }

  // Any thread.
  /// While an alert fires, a condition that comes to hold again is no crossing. A crossing sets this itself.
  void set_firing(std::size_t watch, bool is_firing) noexcept { states_[watch].is_firing.store(is_firing); }
  [[nodiscard]] bool is_firing(std::size_t watch) const noexcept { return states_[watch].is_firing.load(); }

  // The judging thread.
  /// Judges all watches and begins to listen to the gauges. What fired in `before` (nullptr: there was none)
  /// fires on, and gauges that only `before` listens to are let go.
  void install(WatchTable* before, WatchListener& listener) noexcept;
  /// Judges what the gauges that changed have to do with, as often as gauges change meanwhile, to a bound:
  /// what is left then is for the next call.
  void judge(ChangedGauges& changed, WatchListener& listener) noexcept;
  /// Once in a while: finds gauges that another thread changed in the same moment in which their range was
  /// set, and conditions that hold still when their alert has ended.
  void look_again(WatchListener& listener) noexcept;
  /// Judgements of single watches so far.
  [[nodiscard]] std::uint64_t judgements() const noexcept { return judgements_; }

 private:
  struct State {
    std::atomic<bool> is_firing{false};
    bool holds = false;  ///< as of the last judgement; the judging thread's
    double value = 0;
  };

  /// Evaluates; true if the condition holds. The values of the inputs are in values_ then.
  bool evaluate(std::uint32_t watch) noexcept;
  void tell(std::uint32_t watch, WatchListener& listener) noexcept;
  void judge_gauge(std::uint32_t gauge, WatchListener& listener) noexcept;
  void judge_watch(std::uint32_t watch, WatchListener& listener) noexcept;
  void take_over(const WatchTable& before) noexcept;
  [[nodiscard]] std::span<const std::uint32_t> watches_of(std::uint32_t gauge) const noexcept;

  static constexpr int kMostRounds = 4;
  static constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};

  std::vector<Watch> watches_;  ///< by key
  std::vector<GaugeWatch*> gauges_;
  std::vector<std::uint32_t> first_reader_;  ///< by gauge, in readers_; one more at the end
  std::vector<std::uint32_t> readers_;
  std::unique_ptr<State[]> states_;
  // The judging thread's.
  std::vector<GaugeWatch::Range> ranges_;  ///< by gauge
  std::vector<double> values_;
  std::vector<WatchValue> scratch_;
  QuietRanges quiet_;
  std::uint64_t judgements_ = 0;
};

}  // namespace vigil::monitoring
