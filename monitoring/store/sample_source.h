#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/store/label_matcher.h"
#include "monitoring/store/labels.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring {

/// What of a roll-up is read. Of a sample as it was recorded each gives the value, but Count, which gives 1:
/// so a count over time is the sum of Count, an average the sum of Sum over that of Count, in rolled-up
/// history too.
enum class RollUpColumn : std::uint8_t { Last, Minimum, Maximum, Sum, Count };

/// Samples without stale markers, and what is known of them.
struct SeriesValues {
  std::span<const Sample> samples;
  bool never_falls = false;  ///< surely none is less than the one before; false: who knows
};

/// One series of a source. Any thread.
class StoredSeries {
 public:
  StoredSeries() = default;
  virtual ~StoredSeries() = default;
  StoredSeries(const StoredSeries&) = delete;
  StoredSeries& operator=(const StoredSeries&) = delete;

  [[nodiscard]] virtual const Labels& labels() const noexcept = 0;
  /// Appends the samples in the range to `out`, the oldest first, stale markers too.
  virtual void read(SampleRange range, RollUpColumn column, std::vector<Sample>& out) const = 0;
  /// The latest sample in the range, a stale marker too: what an instant vector needs, without a look at the
  /// samples before.
  [[nodiscard]] virtual std::optional<Sample> last(SampleRange range) const = 0;
  /// As read(), without stale markers, and without a copy where the series has its samples lying ready: else
  /// in `buffer`, whose samples of before go. Good until the buffer changes or the series is read again.
  [[nodiscard]] virtual SeriesValues values(SampleRange range, RollUpColumn column,
                                            std::vector<Sample>& buffer) const;
};

/// Series that can be asked for: the store, the samples of a test. Any thread.
class SampleSource {
 public:
  SampleSource() = default;
  virtual ~SampleSource() = default;
  SampleSource(const SampleSource&) = delete;
  SampleSource& operator=(const SampleSource&) = delete;

  /// The series that match all matchers and may have samples in the range, by their labels. They stay as long
  /// as they are held, whatever the source does meanwhile.
  [[nodiscard]] virtual std::vector<std::shared_ptr<const StoredSeries>> select(
      std::span<const LabelMatcher> matchers, SampleRange range) const = 0;
  /// Samples before this are roll-ups, one a minute or an hour.
  [[nodiscard]] virtual SampleTime raw_from() const = 0;
  /// The names of the labels of the series that match, sorted. All series if there are no matchers.
  [[nodiscard]] virtual std::vector<std::string> label_names(std::span<const LabelMatcher> matchers,
                                                             SampleRange range) const = 0;
  /// The values of that label among the series that match, sorted.
  [[nodiscard]] virtual std::vector<std::string> label_values(std::string_view name,
                                                              std::span<const LabelMatcher> matchers,
                                                              SampleRange range) const = 0;
};

/// The names of the labels of these series, sorted.
[[nodiscard]] std::vector<std::string> label_names_of(
    std::span<const std::shared_ptr<const StoredSeries>> series);
/// The values of that label among these series, sorted.
[[nodiscard]] std::vector<std::string> label_values_of(
    std::string_view name, std::span<const std::shared_ptr<const StoredSeries>> series);

}  // namespace vigil::monitoring
