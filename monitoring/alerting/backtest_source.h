#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/alerting/rule_series.h"
#include "monitoring/store/sample_source.h"

namespace vigil::monitoring {

/// What rules see that are judged over a recording: nothing later than a moment that moves on, and in the
/// place of the series they gave when it was recorded those they give now.
///
/// Rules look at mostly the same samples from one evaluation to the next, so what selectors found stays, and
/// so do the samples of these series, unpacked, from as far back as was asked for. One thread.
class BacktestSource final : public SampleSource {
 public:
  /// `of_rules` are the series that `produced` has, and that are left out of `recorded`. The latter does not
  /// change, the former does; both outlive the source and what is selected from it. Throws what they throw.
  BacktestSource(const SampleSource& recorded, const SampleSource& produced, RuleSeries of_rules);
  ~BacktestSource() override;

  /// From now on it is `now`; at first it is 1970. Going back is permitted, and slow.
  void set_now(SampleTime now) noexcept;

  [[nodiscard]] std::vector<std::shared_ptr<const StoredSeries>> select(
      std::span<const LabelMatcher> matchers, SampleRange range) const override;
  [[nodiscard]] SampleTime raw_from() const override;
  [[nodiscard]] std::vector<std::string> label_names(std::span<const LabelMatcher> matchers,
                                                     SampleRange range) const override;
  [[nodiscard]] std::vector<std::string> label_values(std::string_view name,
                                                      std::span<const LabelMatcher> matchers,
                                                      SampleRange range) const override;

  /// Is there a sample in the range, whatever time it is now?
  [[nodiscard]] bool has_samples(std::span<const LabelMatcher> matchers, SampleRange range) const;

 private:
  class Series;
  using Selected = std::vector<std::shared_ptr<const Series>>;
  struct MatchersLess {
    using is_transparent = void;
    bool operator()(std::span<const LabelMatcher> a, std::span<const LabelMatcher> b) const noexcept;
  };

  struct Selection {
    Selected recorded;
    bool may_be_produced;
  };

  [[nodiscard]] const Selection& selection(std::span<const LabelMatcher> matchers) const;

  const SampleSource& recorded_;
  const SampleSource& produced_;
  const RuleSeries of_rules_;
  std::shared_ptr<SampleTime> now_;  ///< shared with the series
  /// By the metric's name; of one name by labels.
  std::map<std::string, Selected, std::less<>> by_name_;
  mutable std::map<std::vector<LabelMatcher>, Selection, MatchersLess> selections_;
};

/// The times at which anything was recorded in the range: those of an engine's turns, or where the recording
/// has only minutes or hours, of their ends. Sorted. Throws what the source throws.
[[nodiscard]] std::vector<SampleTime> sample_times(const SampleSource& recorded, SampleRange range);

}  // namespace vigil::monitoring
