#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/store/sample_source.h"

namespace vigil::monitoring {

/// Samples in plain vectors, all of them as they were recorded: for tests of rules and queries, and what the
/// store is compared with. One thread fills it; once filled, any thread asks.
class PlainSource : public SampleSource {
 public:
  PlainSource();
  ~PlainSource() override;

  /// Adds a sample behind those that the series has. False: it is not newer than the last, and was not added.
  bool append(const Labels& labels, Sample sample);

  [[nodiscard]] std::vector<std::shared_ptr<const StoredSeries>> select(
      std::span<const LabelMatcher> matchers, SampleRange range) const override;
  [[nodiscard]] SampleTime raw_from() const override;
  [[nodiscard]] std::vector<std::string> label_names(std::span<const LabelMatcher> matchers,
                                                     SampleRange range) const override;
  [[nodiscard]] std::vector<std::string> label_values(std::string_view name,
                                                      std::span<const LabelMatcher> matchers,
                                                      SampleRange range) const override;

 private:
  class Series;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Does the series match all of them?
[[nodiscard]] bool matches_all(std::span<const LabelMatcher> matchers, const Labels& labels);

}  // namespace vigil::monitoring
