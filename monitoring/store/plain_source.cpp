#include "monitoring/store/plain_source.h"

#include <algorithm>
#include <limits>
#include <map>

namespace vigil::monitoring {

class PlainSource::Series final : public StoredSeries {
 public:
  explicit Series(Labels labels) : labels_(std::move(labels)) {}

  [[nodiscard]] const Labels& labels() const noexcept override { return labels_; }
  void read(SampleRange range, RollUpColumn column, std::vector<Sample>& out) const override {
    for (auto at = first(range.from); at != samples_.end() && at->time <= range.to; ++at) {
      const bool counts = column == RollUpColumn::Count && !is_stale(at->value);
      out.push_back({.time = at->time, .value = counts ? 1 : at->value});
    }
  }
  [[nodiscard]] std::optional<Sample> last(SampleRange range) const override {
    const auto end = std::ranges::upper_bound(samples_, range.to, {}, &Sample::time);
    if (end == samples_.begin() || (end - 1)->time < range.from) return std::nullopt;
    return *(end - 1);
  }

  bool append(Sample sample) {
    if (!samples_.empty() && samples_.back().time >= sample.time) return false;
    samples_.push_back(sample);
    return true;
  }

 private:
  [[nodiscard]] std::vector<Sample>::const_iterator first(SampleTime from) const {
    return std::ranges::lower_bound(samples_, from, {}, &Sample::time);
  }

  Labels labels_;
  std::vector<Sample> samples_;
};

struct PlainSource::Impl {
  std::map<Labels, std::shared_ptr<Series>> series;
};

PlainSource::PlainSource() : impl_(std::make_unique<Impl>()) {}
PlainSource::~PlainSource() = default;

bool PlainSource::append(const Labels& labels, Sample sample) {
  auto& series = impl_->series[labels];
  if (series == nullptr) series = std::make_shared<Series>(labels);
  return series->append(sample);
}

std::vector<std::shared_ptr<const StoredSeries>> PlainSource::select(std::span<const LabelMatcher> matchers,
                                                                     SampleRange range) const {
  std::vector<std::shared_ptr<const StoredSeries>> out;
  for (const auto& [labels, series] : impl_->series) {
    if (matches_all(matchers, labels) && series->last(range)) out.push_back(series);
  }
  return out;
}

SampleTime PlainSource::raw_from() const {
  return std::numeric_limits<SampleTime>::min();
}

std::vector<std::string> PlainSource::label_names(std::span<const LabelMatcher> matchers,
                                                  SampleRange range) const {
  return label_names_of(select(matchers, range));
}

std::vector<std::string> PlainSource::label_values(std::string_view name,
                                                   std::span<const LabelMatcher> matchers,
                                                   SampleRange range) const {
  return label_values_of(name, select(matchers, range));
}

bool matches_all(std::span<const LabelMatcher> matchers, const Labels& labels) {
  return std::ranges::all_of(matchers, [&](const LabelMatcher& matcher) { return matcher.matches(labels); });
}

}  // namespace vigil::monitoring
