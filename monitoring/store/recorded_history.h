#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/store/block_list.h"
#include "monitoring/store/head.h"
#include "monitoring/store/sample_source.h"

namespace vigil::monitoring {

/// The history that a History keeps in a folder, as it was when this was opened: whether that still records,
/// ended, or crashed. Nothing in the folder is changed. Any thread.
class RecordedHistory final : public SampleSource {
 public:
  /// Reads the log into memory; blocks are read when they are asked for. Throws HistoryError if the folder or
  /// the log cannot be read, or files come and go in it all the time.
  explicit RecordedHistory(const std::string& folder);

  [[nodiscard]] std::vector<std::shared_ptr<const StoredSeries>> select(
      std::span<const LabelMatcher> matchers, SampleRange range) const override;
  [[nodiscard]] SampleTime raw_from() const override;
  [[nodiscard]] std::vector<std::string> label_names(std::span<const LabelMatcher> matchers,
                                                     SampleRange range) const override;
  [[nodiscard]] std::vector<std::string> label_values(std::string_view name,
                                                      std::span<const LabelMatcher> matchers,
                                                      SampleRange range) const override;

  /// All samples lie within; from > to: there are none.
  [[nodiscard]] SampleRange range() const noexcept { return range_; }
  /// Before this there are hours, from here to raw_from() minutes.
  [[nodiscard]] SampleTime minute_from() const noexcept { return list_->minute_from; }
  /// One line for each file that could not be used, or not all of it, with the reason; of what was read so
  /// far.
  [[nodiscard]] std::vector<std::string> damage() const;

 private:
  void load(const std::string& folder);
  void load_log(const std::string& folder);
  void remember_damage(const std::string& what);

  std::unique_ptr<Head> head_;
  std::shared_ptr<const BlockList> list_;
  SampleRange range_;
  mutable std::mutex lock_;
  std::vector<std::string> damage_;  ///< under lock_
};

}  // namespace vigil::monitoring
