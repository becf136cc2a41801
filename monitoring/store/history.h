#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "monitoring/store/history_config.h"
#include "monitoring/store/sample_cycle.h"
#include "monitoring/store/sample_source.h"

namespace vigil::monitoring {

/// The embedded history of series: the newest samples in memory, older ones in blocks on disk (or in memory),
/// first as they were taken, then as minutes, then as hours.
///
/// Threads: one records (it makes cycles and their turns, in order of time), one works (start(), or the
/// caller of work()): it alone touches the disk, so that a slow one delays nobody. Any thread selects and
/// reads.
///
/// A crash loses what was not in the log yet, which is what the last second or so recorded; a loss of power
/// what was not synced, up to five seconds. What cannot be written is counted, and trying goes on with the
/// next block.
class History final : public SampleSource {
 public:
  /// Metrics about the history itself go to `registry`, which outlives it. Reads the blocks there are: one
  /// that is damaged is left alone, counted and named in damaged_files(). Throws HistoryError if the folder
  /// cannot be made or listed.
  History(HistoryConfig config, Registry& registry);
  ~History() override;

  /// Brings back what the log has and no block: before the first turn. The recording thread. Throws
  /// HistoryError.
  void recover();
  /// Time of the newest sample there is; 0: of none.
  [[nodiscard]] SampleTime newest() const;
  /// Works in a thread of its own from now on, until the end.
  void start();
  /// Does what there is to do: writes the log and blocks, merges, removes what is too old. For who does not
  /// start().
  void work();
  /// Writes and syncs the log. Waits for the working thread.
  void flush();

  /// Cycles end before the history. The recording thread.
  [[nodiscard]] std::unique_ptr<SampleCycle> make_cycle();

  [[nodiscard]] std::vector<std::shared_ptr<const StoredSeries>> select(
      std::span<const LabelMatcher> matchers, SampleRange range) const override;
  [[nodiscard]] SampleTime raw_from() const override;
  [[nodiscard]] std::vector<std::string> label_names(std::span<const LabelMatcher> matchers,
                                                     SampleRange range) const override;
  [[nodiscard]] std::vector<std::string> label_values(std::string_view name,
                                                      std::span<const LabelMatcher> matchers,
                                                      SampleRange range) const override;

  /// One line for each file that could not be used, with its reason.
  [[nodiscard]] std::vector<std::string> damaged_files() const;
  /// Samples, bytes and blocks there are, by level; "head" is what is in memory.
  struct Part {
    std::string_view name;
    std::size_t series = 0;
    std::uint64_t bytes = 0;
    std::size_t blocks = 0;
    SampleTime from = 0;
    SampleTime to = 0;
  };
  [[nodiscard]] std::vector<Part> parts() const;
  /// Bytes of samples in memory: the head, and without a folder all blocks.
  [[nodiscard]] std::uint64_t memory() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::monitoring
