#pragma once

#include <array>
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
#include "monitoring/metrics/instruments.h"
#include "monitoring/metrics/label_index.h"

namespace vigil::monitoring {

/// Cells that never move. A block is a cache line, so that families with different writing threads never
/// share one.
template <typename T>
class CellBlocks {
 public:
  [[nodiscard]] std::atomic<T>* cell(std::size_t i) const noexcept {
    return &blocks_[i / kPerBlock]->cells[i % kPerBlock];
  }
  std::atomic<T>* add() {
    if (size_ % kPerBlock == 0) blocks_.push_back(std::make_unique<Block>());
    return cell(size_++);
  }

 private:
  static constexpr std::size_t kPerBlock = 64 / sizeof(std::atomic<T>);
  struct alignas(64) Block {
    std::array<std::atomic<T>, kPerBlock> cells{};
  };
  std::vector<std::unique_ptr<Block>> blocks_;
  std::size_t size_ = 0;
};

/// One metric with all its series. Owns the text of its definition. The registry's lock guards it; only the
/// cells are read and written without.
class Family {
 public:
  static constexpr std::size_t kCap = 1000;
  static constexpr std::size_t kCapWithSymbol = 3000;
  enum class CellKind : std::uint8_t { Count, SharedCount, Amount, Gauge, Buckets, SharedBuckets };

  explicit Family(const MetricDefinition& definition);
  ~Family();
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

  // Handles of the series that `take` gave, of the family's kind.
  [[nodiscard]] Counter counter(std::uint32_t number) const noexcept {
    return Counter(OwnCells(counts_.cell(number)));
  }
  [[nodiscard]] SharedCounter shared_counter(std::uint32_t number) const noexcept {
    return SharedCounter(SharedCells(shared_[number]));
  }
  [[nodiscard]] std::atomic<double>* value_cell(std::uint32_t number) const noexcept {
    return values_.cell(number);
  }
  [[nodiscard]] Histogram histogram(std::uint32_t number) const noexcept {
    return {layout_.get(), OwnCells(histograms_[number].get())};
  }
  [[nodiscard]] SharedHistogram shared_histogram(std::uint32_t number) const noexcept {
    return {layout_.get(), SharedCells(shared_[number])};
  }
  /// What a scrape shows of the family; nullopt while no series is present.
  [[nodiscard]] std::optional<prometheus::MetricFamily> collect() const;

 private:
  [[noreturn]] void fail(std::string_view what) const;
  std::uint32_t add(std::string_view key);
  void make_layout();
  [[nodiscard]] std::uint32_t cells_of_a_series() const noexcept;
  [[nodiscard]] bool collect_series(std::uint32_t number, prometheus::ClientMetric& metric) const;

  std::string name_, unit_, help_;
  std::vector<std::string> label_texts_;
  std::vector<std::string_view> labels_;
  std::vector<double> declared_bounds_;  ///< what every definition must say again
  std::vector<double> bounds_;           ///< what the series have
  MetricDefinition definition_;          ///< views of the above
  std::size_t cap_;
  std::optional<CellKind> kind_;  ///< since the first series
  LabelIndex index_;
  CellBlocks<std::uint64_t> counts_;
  CellBlocks<double> values_;
  std::unique_ptr<const BucketLayout> layout_;  ///< histograms: since the first series
  std::vector<std::unique_ptr<std::atomic<std::uint64_t>[]>> histograms_;  ///< sum, then a count a bucket
  std::vector<std::uint32_t> shared_;  ///< shared kinds: the first of a series' thread cells
};

}  // namespace vigil::monitoring
