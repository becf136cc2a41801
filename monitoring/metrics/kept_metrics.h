#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

/// The values of a registry's series as they are kept over a restart and put into a registry that is wired
/// alike. Families and series are known by their names and labels, so that it does not matter in which order
/// they were taken. `Wire` puts or takes each value it is called with. While nobody records.
class KeptMetrics {
 public:
  explicit KeptMetrics(const Registry& registry) : families_(registry.families()) {}

  /// Writes the families of these names, which are sorted.
  template <typename Wire>
  void put(Wire& wire, std::span<const std::string> names) const;
  /// Sets what is read; whatever is not in it stays as it is. Gives the names of families of which something
  /// was passed over: the registry has no such family, or other buckets, or not that series.
  template <typename Wire>
  [[nodiscard]] std::vector<std::string> take(Wire& wire) const;

 private:
  [[nodiscard]] const ShownFamily* find(std::string_view name) const noexcept;
  template <typename Wire>
  static void put_text(Wire& wire, std::string_view text);
  template <typename Wire>
  static std::string_view take_text(Wire& wire);
  template <typename Wire>
  static void put_series(Wire& wire, const SeriesSet& set, std::uint32_t number);
  /// `set` null: the values are passed over.
  template <typename Wire>
  static void take_series(Wire& wire, CellKind kind, std::size_t cells, std::size_t exemplars,
                          const SeriesSet* set, std::uint32_t number);

  std::vector<ShownFamily> families_;
};

template <typename Wire>
void KeptMetrics::put_text(Wire& wire, std::string_view text) {
  wire(static_cast<std::uint32_t>(text.size()));
  wire.bytes(text);
}

template <typename Wire>
std::string_view KeptMetrics::take_text(Wire& wire) {
  std::uint32_t size = 0;
  wire(size);
  return wire.bytes(size);
}

template <typename Wire>
void KeptMetrics::put(Wire& wire, std::span<const std::string> names) const {
  std::vector<const ShownFamily*> kept;
  for (const std::string& name : names) {
    if (const ShownFamily* const family = find(name)) kept.push_back(family);
  }
  wire(static_cast<std::uint32_t>(kept.size()));
  for (const ShownFamily* const family : kept) {
    const SeriesSet& set = *family->set;
    const bool is_histogram = family->definition->type == MetricType::Histogram;
    put_text(wire, family->definition->name);
    wire(set.kind());
    wire(set.cells_of_a_series());
    wire(set.size() > 0 && set.exemplars(0) != nullptr);
    wire(static_cast<std::uint32_t>(is_histogram ? set.layout().bounds().size() : 0));
    if (is_histogram) {
      for (const double bound : set.layout().bounds()) wire(bound);
    }
    wire(static_cast<std::uint32_t>(set.size()));
    for (std::uint32_t number = 0; number < set.size(); ++number) {
      const std::vector<std::string> values = set.table().values(number);
      wire(static_cast<std::uint32_t>(values.size()));
      for (const std::string& value : values) put_text(wire, value);
      put_series(wire, set, number);
    }
  }
}

template <typename Wire>
void KeptMetrics::put_series(Wire& wire, const SeriesSet& set, std::uint32_t number) {
  switch (set.kind()) {
    case CellKind::Amount:
      wire(set.value(number));
      break;
    case CellKind::Gauge:
    case CellKind::State:
      wire(set.gauge_cell(number)->load());
      break;
    case CellKind::Info:
      break;
    case CellKind::Count:
    case CellKind::SharedCount:
    case CellKind::SharedAmount:
    case CellKind::Buckets:
    case CellKind::SharedBuckets:
      wire.counts(set.cells_of_a_series(), [&](std::size_t i) { return set.cell(number, i); });
      break;
  }
  ExemplarSlot* const exemplars = set.exemplars(number);
  if (exemplars == nullptr) return;
  for (std::size_t i = 0; i < set.layout().buckets(); ++i) {
    const std::optional<Exemplar> exemplar = exemplars[i].read();
    wire(exemplar.has_value());
    if (!exemplar) continue;
    wire(exemplar->value);
    wire(exemplar->trace.high);
    wire(exemplar->trace.low);
    wire(exemplar->time);
  }
}

template <typename Wire>
std::vector<std::string> KeptMetrics::take(Wire& wire) const {
  std::vector<std::string> passed_over;
  std::uint32_t families = 0;
  wire(families);
  for (; families > 0 && !wire.has_failed(); --families) {
    const std::string_view name = take_text(wire);
    CellKind kind{};
    std::uint32_t cells = 0;
    bool has_exemplars = false;
    std::vector<double> bounds;
    std::uint32_t size = 0;
    wire.choice(kind, CellKind::SharedBuckets);
    wire(cells);
    wire(has_exemplars);
    wire.list(bounds, SIZE_MAX);
    wire(size);

    const ShownFamily* const family = find(name);
    const SeriesSet* set = family == nullptr ? nullptr : family->set.get();
    if (set != nullptr) {
      const bool has_bounds = family->definition->type == MetricType::Histogram;
      const std::span<const double> here = has_bounds ? set->layout().bounds() : std::span<const double>{};
      const bool is_alike = set->kind() == kind && set->cells_of_a_series() == cells &&
                            (set->size() > 0 && set->exemplars(0) != nullptr) == has_exemplars &&
                            std::equal(here.begin(), here.end(), bounds.begin(), bounds.end());
      if (!is_alike) set = nullptr;
    }
    bool is_whole = set != nullptr;
    for (; size > 0 && !wire.has_failed(); --size) {
      std::uint32_t labels = 0;
      wire(labels);
      std::vector<std::string_view> values;
      for (; labels > 0 && !wire.has_failed(); --labels) values.push_back(take_text(wire));
      if (wire.has_failed()) break;
      const bool fits = set != nullptr && values.size() == set->table().label_count();
      const std::optional<std::uint32_t> number = fits ? set->find(values) : std::nullopt;
      is_whole = is_whole && number;
      const std::size_t buckets = has_exemplars ? bounds.size() + 1 : 0;
      take_series(wire, kind, cells, buckets, number ? set : nullptr, number.value_or(0));
    }
    if (!is_whole && !wire.has_failed()) passed_over.emplace_back(name);
  }
  return passed_over;
}

template <typename Wire>
void KeptMetrics::take_series(Wire& wire, CellKind kind, std::size_t cells, std::size_t exemplars,
                              const SeriesSet* set, std::uint32_t number) {
  double value = 0;
  switch (kind) {
    case CellKind::Amount:
      wire(value);
      if (set != nullptr && !wire.has_failed()) set->amount_cell(number)->store(value);
      break;
    case CellKind::Gauge:
    case CellKind::State:
      wire(value);
      if (set != nullptr && !wire.has_failed()) set->gauge_cell(number)->store(value);
      break;
    case CellKind::Info:
      break;
    case CellKind::Count:
    case CellKind::SharedCount:
    case CellKind::SharedAmount:
    case CellKind::Buckets:
    case CellKind::SharedBuckets:
      for (std::size_t i = 0; set != nullptr && i < cells; ++i) set->set_cell(number, i, 0);
      wire.counts(cells, [&](std::size_t i, std::uint64_t count) {
        if (set != nullptr) set->set_cell(number, i, count);
      });
      break;
  }
  for (std::size_t i = 0; i < exemplars; ++i) {
    bool is_there = false;
    wire(is_there);
    if (!is_there) continue;
    Exemplar exemplar;
    wire(exemplar.value);
    wire(exemplar.trace.high);
    wire(exemplar.trace.low);
    wire(exemplar.time);
    if (set != nullptr && !wire.has_failed()) set->exemplars(number)[i].store(exemplar);
  }
}

}  // namespace vigil::monitoring
