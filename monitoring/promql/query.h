#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "monitoring/promql/range_ends.h"
#include "monitoring/promql/value.h"
#include "monitoring/store/sample_source.h"

namespace vigil::monitoring::promql {

struct EngineOptions {
  /// How old the sample of an instant may be.
  std::chrono::milliseconds lookback = std::chrono::minutes{5};
  RangeEnds ranges = RangeEnds::LeftOpen;
  /// Of a subquery that names no step.
  std::chrono::milliseconds subquery_step = std::chrono::minutes{1};
};

/// What bounds one query.
struct QueryContext {
  /// Asked from time to time; the query ends with a timeout once it says `deadline` or later. None: no
  /// deadline.
  std::function<std::chrono::nanoseconds()> clock = {};
  std::chrono::nanoseconds deadline{0};
  /// Asked from time to time; a stop ends the query as canceled.
  std::stop_token stop = {};
  /// How many samples it may hold at once, 16 bytes each: those read from the source, intermediate results (a
  /// place for every step of every series) and the result.
  std::size_t max_samples = 50'000'000;
};

/// The moments at which an expression is evaluated.
struct Grid {
  SampleTime start = 0;
  std::int64_t step = 1;  ///< milliseconds, positive
  std::size_t count = 1;

  [[nodiscard]] SampleTime at(std::size_t index) const noexcept {
    return start + static_cast<std::int64_t>(index) * step;
  }
  [[nodiscard]] SampleTime end() const noexcept { return at(count - 1); }
  [[nodiscard]] Grid first() const noexcept { return {.start = start, .step = step, .count = 1}; }
};

/// One evaluation: what all its parts share. One thread.
class Query {
 public:
  /// `start` and `end` as they were asked for: the last step of a range may come before its end.
  Query(const EngineOptions& options, const SampleSource& source, const QueryContext& context,
        SampleTime start, SampleTime end);

  [[nodiscard]] const EngineOptions& options() const noexcept { return options_; }
  [[nodiscard]] bool is_left_open() const noexcept { return options_.ranges == RangeEnds::LeftOpen; }
  [[nodiscard]] const SampleSource& source() const noexcept { return source_; }
  [[nodiscard]] SampleTime raw_from() const noexcept { return raw_from_; }
  /// What `@ start()` and `@ end()` mean.
  [[nodiscard]] SampleTime start() const noexcept { return start_; }
  [[nodiscard]] SampleTime end() const noexcept { return end_; }

  /// Throws EvaluationError once the query is canceled or over its deadline. Cheap: looks at every 64th call.
  void poll() {
    if (++polls_ % 64 == 0) check_interruption();
  }
  void check_interruption() const;

  /// Throws EvaluationError when that are too many.
  void hold(std::size_t samples);
  void release(std::size_t samples) noexcept { held_ -= samples; }
  [[nodiscard]] std::size_t peak() const noexcept { return peak_; }

  /// Once for a text; nothing where Prometheus 2 is followed.
  void annotate(AnnotationLevel level, std::string text, TextRange range);
  [[nodiscard]] std::vector<Annotation> take_annotations() noexcept { return std::move(annotations_); }

 private:
  const EngineOptions& options_;
  const SampleSource& source_;
  const QueryContext& context_;
  SampleTime start_;
  SampleTime end_;
  SampleTime raw_from_;
  std::uint32_t polls_ = 0;
  std::size_t held_ = 0;
  std::size_t peak_ = 0;
  std::vector<Annotation> annotations_;
};

/// Samples of a query's budget, held until this ends.
class HeldSamples {
 public:
  HeldSamples() noexcept = default;
  HeldSamples(Query& query, std::size_t samples) : query_(&query), samples_(samples) { query.hold(samples); }
  HeldSamples(HeldSamples&& other) noexcept
      : query_(std::exchange(other.query_, nullptr)), samples_(std::exchange(other.samples_, 0)) {}
  HeldSamples& operator=(HeldSamples&& other) noexcept {
    std::swap(query_, other.query_);
    std::swap(samples_, other.samples_);
    return *this;
  }
  ~HeldSamples() {
    if (query_ != nullptr) query_->release(samples_);
  }

  /// Holds that many from now on.
  void resize(Query& query, std::size_t samples) {
    if (samples > samples_) query.hold(samples - samples_);
    if (samples < samples_) query.release(samples_ - samples);
    query_ = &query;
    samples_ = samples;
  }

 private:
  Query* query_ = nullptr;
  std::size_t samples_ = 0;
};

}  // namespace vigil::monitoring::promql
