#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "monitoring/store/block_list.h"
#include "monitoring/store/head.h"
#include "monitoring/store/history_config.h"
#include "monitoring/store/history_metrics.h"
#include "monitoring/store/stored_bytes.h"

namespace vigil::monitoring {

/// The blocks of a history: opens those there are, writes new ones from the head, merges them, removes the
/// oldest. What goes wrong with a file is counted, remembered for a person, and left at that. One thread
/// changes, any thread asks, and what it selected is read before the keeper goes.
class BlockKeeper {
 public:
  /// Opens the blocks of the folder, if the history has one. Throws HistoryError if that cannot be listed.
  /// All of these outlive the keeper.
  BlockKeeper(const HistoryConfig& config, HistoryMetrics& metrics);

  [[nodiscard]] std::shared_ptr<const BlockList> list() const;
  /// One line for each thing that went wrong, up to a hundred.
  [[nodiscard]] std::vector<std::string> damage() const;
  void remember_damage(std::string what);

  /// Writes the span's samples of the head and the minutes they make. False: not written, and nothing
  /// changed.
  [[nodiscard]] bool write(const Head& head, const BlockSpan& span);
  /// From here on the head answers.
  void set_head_from(SampleTime time);
  // `newest`: of all samples.
  void merge(SampleTime newest);
  void remove_old(SampleTime newest);
  /// Brings the metrics of blocks up to date.
  void publish_sizes();

 private:
  void open_all();
  void remove_file(const Block& block);
  void publish(std::shared_ptr<BlockList> fresh);
  [[nodiscard]] std::unique_ptr<ByteSink> sink(const BlockSpan& span) const;
  [[nodiscard]] SampleTime kept_from(BlockLevel level, SampleTime newest) const;

  const HistoryConfig& config_;
  HistoryMetrics& metrics_;
  mutable std::mutex lock_;  ///< of the two below
  std::shared_ptr<const BlockList> list_ = std::make_shared<BlockList>();
  std::vector<std::string> damage_;
};

}  // namespace vigil::monitoring
