#include "monitoring/metrics/definition.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

namespace vigil::monitoring {
namespace {

constexpr std::array<std::string_view, 4> kTypes{"counter", "gauge", "histogram", "info"};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_metric_name(std::string_view name) {
  if (name.empty() || is_digit(name.front())) return false;
  return std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == ':'; });
}

bool is_label_name(std::string_view name) {
  if (name.empty() || is_digit(name.front()) || name.starts_with("__")) return false;
  return std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); });
}

}  // namespace

std::string_view to_string(MetricType type) noexcept {
  return kTypes[static_cast<std::size_t>(type)];
}

void validate(const MetricDefinition& definition) {
  const auto fail = [&](std::string_view what) {
    throw std::logic_error(fmt::format("metric '{}': {}", definition.name, what));
  };
  if (!is_metric_name(definition.name)) fail("the name must match [a-zA-Z_:][a-zA-Z0-9_:]*");

  for (std::size_t i = 0; i < definition.labels.size(); ++i) {
    const std::string_view label = definition.labels[i];
    if (!is_label_name(label)) {
      fail(fmt::format("the label '{}' must match [a-zA-Z_][a-zA-Z0-9_]* and not start with __", label));
    }
    if (label == "le" && definition.type == MetricType::Histogram) fail("the label 'le' is the bucket's");
    const auto before = definition.labels.first(i);
    if (std::ranges::find(before, label) != before.end())
      fail(fmt::format("the label '{}' is there twice", label));
  }
  if (definition.type != MetricType::Histogram && !definition.buckets.empty()) {
    fail(fmt::format("a {} has no buckets", to_string(definition.type)));
  }
  validate_bounds(definition, definition.buckets);
  const bool is_histogram = definition.type == MetricType::Histogram;
  if (!is_histogram && (definition.distribution != nullptr || definition.exemplars)) {
    fail("only a histogram has a distribution or exemplars");
  }
  if (!is_histogram && definition.signed_values) fail("only a histogram says that it has signed values");
  if (!definition.states.empty() && (definition.type != MetricType::Gauge || definition.labels.empty())) {
    fail("a state set is a gauge whose last label tells the state");
  }
  if (definition.type == MetricType::Info && !definition.name.ends_with("_info")) {
    fail("the name of an info must end in _info");
  }
  if (definition.idle_expiry.count() != 0 && definition.type != MetricType::Counter && !is_histogram) {
    fail("only counters and histograms expire");
  }
}

void validate_bounds(const MetricDefinition& definition, std::span<const double> bounds) {
  double last = -std::numeric_limits<double>::infinity();
  for (const double bound : bounds) {
    if (!std::isfinite(bound) || bound <= last) {
      throw std::logic_error(
          fmt::format("metric '{}': bucket bounds must be finite and ascending, found {} behind {}",
                      definition.name, bound, last));
    }
    last = bound;
  }
  if (!bounds.empty() && bounds.front() < 0 && !definition.signed_values) {
    throw std::logic_error(
        fmt::format("metric '{}': a histogram with negative bounds has signed values", definition.name));
  }
}

}  // namespace vigil::monitoring
