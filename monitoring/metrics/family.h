#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/metric_family.h>

#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/series_set.h"

namespace vigil::monitoring {

/// As prometheus-cpp calls it.
[[nodiscard]] prometheus::MetricType prometheus_type(MetricType type) noexcept;

/// One metric with all its series. Owns the text of its definition. The registry's lock guards everything but
/// `current`.
class Family {
 public:
  static constexpr std::size_t kCap = 1000;
  static constexpr std::size_t kCapWithSymbol = 3000;

  explicit Family(const MetricDefinition& definition);
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;

  [[nodiscard]] const MetricDefinition& definition() const noexcept { return definition_; }
  /// Throws std::logic_error if `other`, of the same name, differs.
  void expect_same(const MetricDefinition& other) const;
  /// The bounds of all series from now on. Throws std::logic_error if there are series with others.
  void set_bounds(std::span<const double> bounds);

  struct Series {
    std::uint32_t number = 0;
    bool is_new = false;
    bool is_folded = false;
  };
  /// Throws std::logic_error for a wrong number of values or a kind of cell that does not fit the definition
  /// or the other series.
  void check(CellKind kind, std::span<const std::string_view> values) const;
  /// The series of these (checked) label values, a new one or, at the cap, the folded one.
  Series take(CellKind kind, std::span<const std::string_view> values);

  /// Series beyond which label sets are folded.
  [[nodiscard]] std::size_t cap() const noexcept { return cap_; }
  /// The series, of what `take` made; nullptr before. Any thread.
  [[nodiscard]] SeriesSet* current() const noexcept { return current_.load(std::memory_order_acquire); }
  /// The same for who reads them for longer than a look-up: they stay as they are in memory as long as
  /// somebody holds them.
  [[nodiscard]] const std::shared_ptr<SeriesSet>& series() const noexcept { return set_; }
  /// An empty set like the current one, for `replace`.
  [[nodiscard]] std::shared_ptr<SeriesSet> fresh_set() const;
  void replace(std::shared_ptr<SeriesSet> set) noexcept;

 private:
  [[noreturn]] void fail(std::string_view what) const;
  void make_set(CellKind kind);

  std::string name_, unit_, help_;
  std::vector<std::string> label_texts_, state_texts_;
  std::vector<std::string_view> labels_, states_;
  std::vector<double> declared_bounds_;  ///< what every definition must say again
  std::vector<double> bounds_;           ///< what the series have
  MetricDefinition definition_;          ///< views of the above
  std::size_t cap_;
  std::unique_ptr<const BucketLayout> layout_;  ///< histograms: since the first series
  std::shared_ptr<SeriesSet> set_;              ///< since the first series
  std::atomic<SeriesSet*> current_ = nullptr;
};

/// The series in prometheus-cpp's data model; nullopt while none is present.
[[nodiscard]] std::optional<prometheus::MetricFamily> collect(const MetricDefinition& definition,
                                                              const SeriesSet& set);

}  // namespace vigil::monitoring
