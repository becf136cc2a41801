#include "monitoring/alerting/backtest_source.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include "monitoring/store/compaction.h"
#include "monitoring/store/plain_source.h"
#include "monitoring/store/roll_up.h"

namespace vigil::monitoring {

namespace {

/// Templates may ask for ever different series; beyond this many selections all are forgotten and found anew.
constexpr std::size_t kMostSelections = 10'000;

/// How much is unpacked at once, at whole multiples since 1970: a block of samples, of roll-ups a day. The
/// last moment of what `time` lies in.
constexpr SampleTime end_of_span(SampleTime time, SampleTime raw_from) noexcept {
  if (time >= raw_from) return period_start(time, kRawBlockSpan) + kRawBlockSpan - 1;
  return std::min(period_start(time, kDay) + kDay, raw_from) - 1;
}

}  // namespace

class BacktestSource::Series final : public StoredSeries {
 public:
  Series(std::shared_ptr<const StoredSeries> stored, std::shared_ptr<const SampleTime> now,
         SampleTime raw_from)
      : stored_(std::move(stored)), now_(std::move(now)), raw_from_(raw_from) {}

  [[nodiscard]] const Labels& labels() const noexcept override { return stored_->labels(); }
  void read(SampleRange range, RollUpColumn column, std::vector<Sample>& out) const override {
    const std::span<const Sample> found = within(range, column);
    out.insert(out.end(), found.begin(), found.end());
  }
  [[nodiscard]] std::optional<Sample> last(SampleRange range) const override {
    const std::span<const Sample> found = within(range, RollUpColumn::Last);
    if (found.empty()) return std::nullopt;
    return found.back();
  }
  [[nodiscard]] SeriesValues values(SampleRange range, RollUpColumn column,
                                    std::vector<Sample>& buffer) const override {
    const std::span<const Sample> found = within(range, column);
    const Window& window = windows_[place_of(column)];
    if (window.has_stale) return StoredSeries::values(range, column, buffer);
    return {.samples = found, .never_falls = found.empty() || found.front().time >= window.last_fall};
  }
  [[nodiscard]] const StoredSeries& stored() const noexcept { return *stored_; }

 private:
  /// The samples of one column in a stretch of time.
  struct Window {
    SampleRange covered{.from = 1, .to = 0};
    SampleTime wanted_from = std::numeric_limits<SampleTime>::max();  ///< the earliest since it was filled
    std::vector<Sample> samples;
    bool has_stale = false;
    SampleTime last_fall = 0;  ///< of a sample that is less than the one before; 0: none is
  };

  [[nodiscard]] std::span<const Sample> within(SampleRange range, RollUpColumn column) const {
    range.to = std::min(range.to, *now_);
    if (range.from > range.to) return {};
    Window& window = windows_[place_of(column)];
    window.wanted_from = std::min(window.wanted_from, range.from);
    if (range.from < window.covered.from || range.to > window.covered.to) fill(window, range, column);
    const auto begin = std::ranges::lower_bound(window.samples, range.from, {}, &Sample::time);
    const auto end = std::ranges::upper_bound(begin, window.samples.end(), range.to, {}, &Sample::time);
    return {begin, end};
  }

  /// Goes on to the end of the span that `range` ends in, and lets go what nobody asked for since the last
  /// time.
  void fill(Window& window, SampleRange range, RollUpColumn column) const {
    const SampleRange wanted{
        .from = std::exchange(window.wanted_from, std::numeric_limits<SampleTime>::max()),
        .to = end_of_span(range.to, raw_from_)};
    const bool goes_on = wanted.from >= window.covered.from && wanted.from <= window.covered.to &&
                         wanted.to >= window.covered.to;
    SampleTime from = wanted.from;
    if (goes_on) {
      std::erase_if(window.samples, [&](const Sample& sample) { return sample.time < wanted.from; });
      from = window.covered.to + 1;
    } else {
      window.samples.clear();
    }
    if (from <= wanted.to) stored_->read({.from = from, .to = wanted.to}, column, window.samples);
    window.covered = wanted;
    window.has_stale =
        std::ranges::any_of(window.samples, [](const Sample& sample) { return is_stale(sample.value); });
    window.last_fall = 0;
    for (std::size_t i = 1; i < window.samples.size(); ++i) {
      if (window.samples[i].value < window.samples[i - 1].value) window.last_fall = window.samples[i].time;
    }
  }

  std::shared_ptr<const StoredSeries> stored_;
  std::shared_ptr<const SampleTime> now_;
  SampleTime raw_from_;
  mutable std::array<Window, std::tuple_size_v<RollUp>> windows_;  ///< by RollUpColumn
};

bool BacktestSource::MatchersLess::operator()(std::span<const LabelMatcher> a,
                                              std::span<const LabelMatcher> b) const noexcept {
  return std::ranges::lexicographical_compare(a, b, [](const LabelMatcher& left, const LabelMatcher& right) {
    return std::tuple(std::string_view{left.name()}, left.kind(), std::string_view{left.value()}) <
           std::tuple(std::string_view{right.name()}, right.kind(), std::string_view{right.value()});
  });
}

BacktestSource::BacktestSource(const SampleSource& recorded, const SampleSource& produced,
                               RuleSeries of_rules)
    : recorded_(recorded),
      produced_(produced),
      of_rules_(std::move(of_rules)),
      now_(std::make_shared<SampleTime>(0)) {
  for (auto& stored : recorded_.select({}, {})) {
    if (of_rules_.has(stored->labels())) continue;
    const std::string_view name = stored->labels().value(kMetricNameLabel);
    auto of_name = by_name_.find(name);
    if (of_name == by_name_.end()) of_name = by_name_.try_emplace(std::string{name}).first;
    of_name->second.push_back(std::make_shared<const Series>(std::move(stored), now_, recorded_.raw_from()));
  }
}

BacktestSource::~BacktestSource() = default;

void BacktestSource::set_now(SampleTime now) noexcept {
  *now_ = now;
}

const BacktestSource::Selection& BacktestSource::selection(std::span<const LabelMatcher> matchers) const {
  if (const auto known = selections_.find(matchers); known != selections_.end()) return known->second;
  if (selections_.size() >= kMostSelections) selections_.clear();

  Selection found{.recorded = {}, .may_be_produced = of_rules_.may_match(matchers)};
  const auto take = [&](const Selected& from) {
    std::ranges::copy_if(from, std::back_inserter(found.recorded),
                         [&](const auto& series) { return matches_all(matchers, series->labels()); });
  };
  const auto name = std::ranges::find_if(matchers, [](const LabelMatcher& matcher) {
    return matcher.kind() == MatchKind::Equal && matcher.name() == kMetricNameLabel;
  });
  if (name == matchers.end()) {
    for (const auto& [of_name, series] : by_name_) take(series);
    std::ranges::sort(found.recorded, {},
                      [](const auto& series) -> const Labels& { return series->labels(); });
  } else if (const auto known = by_name_.find(name->value()); known != by_name_.end()) {
    take(known->second);
  }
  return selections_.emplace(std::vector(matchers.begin(), matchers.end()), std::move(found)).first->second;
}

std::vector<std::shared_ptr<const StoredSeries>> BacktestSource::select(
    std::span<const LabelMatcher> matchers, SampleRange range) const {
  const Selection& found = selection(matchers);
  std::vector<std::shared_ptr<const StoredSeries>> out(found.recorded.begin(), found.recorded.end());
  if (!found.may_be_produced) return out;
  const auto recorded = static_cast<std::ptrdiff_t>(out.size());
  std::ranges::move(produced_.select(matchers, {.from = range.from, .to = std::min(range.to, *now_)}),
                    std::back_inserter(out));
  std::ranges::inplace_merge(out, out.begin() + recorded, {},
                             [](const auto& series) -> const Labels& { return series->labels(); });
  return out;
}

SampleTime BacktestSource::raw_from() const {
  return recorded_.raw_from();
}

std::vector<std::string> BacktestSource::label_names(std::span<const LabelMatcher> matchers,
                                                     SampleRange range) const {
  return label_names_of(select(matchers, range));
}

std::vector<std::string> BacktestSource::label_values(std::string_view name,
                                                      std::span<const LabelMatcher> matchers,
                                                      SampleRange range) const {
  return label_values_of(name, select(matchers, range));
}

bool BacktestSource::has_samples(std::span<const LabelMatcher> matchers, SampleRange range) const {
  std::vector<Sample> samples;
  const auto has = [&](const StoredSeries& series) {
    const auto last = series.last(range);
    if (!last) return false;
    if (!is_stale(last->value)) return true;
    samples.clear();
    series.read(range, RollUpColumn::Last, samples);
    return std::ranges::any_of(samples, [](const Sample& sample) { return !is_stale(sample.value); });
  };
  return std::ranges::any_of(selection(matchers).recorded,
                             [&](const auto& series) { return has(series->stored()); }) ||
         std::ranges::any_of(produced_.select(matchers, range),
                             [&](const auto& series) { return has(*series); });
}

std::vector<SampleTime> sample_times(const SampleSource& recorded, SampleRange range) {
  std::vector<SampleTime> times;
  const auto all = recorded.select({}, range);
  const SampleTime raw_from = recorded.raw_from();
  std::vector<Sample> samples;
  std::vector<SampleTime> found;
  std::vector<SampleTime> others;
  for (SampleTime from = range.from; from <= range.to;) {
    const SampleTime to = std::min(end_of_span(from, raw_from), range.to);
    found.clear();
    for (const auto& series : all) {
      samples.clear();
      series->read({.from = from, .to = to}, RollUpColumn::Last, samples);
      // Nearly all series are recorded at the same times.
      others.clear();
      auto known = found.begin();
      for (const Sample& sample : samples) {
        while (known != found.end() && *known < sample.time) ++known;
        if (known == found.end() || *known != sample.time) others.push_back(sample.time);
      }
      const auto before = static_cast<std::ptrdiff_t>(found.size());
      found.insert(found.end(), others.begin(), others.end());
      std::ranges::inplace_merge(found, found.begin() + before);
    }
    times.insert(times.end(), found.begin(), found.end());
    from = to + 1;
  }
  return times;
}

}  // namespace vigil::monitoring
