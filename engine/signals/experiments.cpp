#include "engine/signals/experiments.h"

#include <limits>

#include "engine/signals/experiment_metrics.h"

namespace vigil::engine {
namespace {

/// FNV-1a, 64 bits.
std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

/// The finalizer of SplitMix64 (Steele, Lea and Flood 2014): every bit of the result depends on every bit.
std::uint64_t mixed(std::uint64_t value) noexcept {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ value >> 30U) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27U) * 0x94d049bb133111eb;
  return value ^ value >> 31U;
}

std::int64_t slot_of(const ExperimentConfig& config, orders::Timestamp now) noexcept {
  return now.time_since_epoch() / config.slot;
}

}  // namespace

Experiments::Experiments(const std::vector<ExperimentConfig>& config,
                         const std::vector<std::string>& strategies, std::size_t instrument_count,
                         monitoring::Registry& registry)
    : config_(config),
      places_(strategies.size()),
      instruments_(instrument_count),
      slots_(config.size() * instrument_count, std::numeric_limits<std::int64_t>::min()) {
  declare(registry);
  for (std::size_t e = 0; e < config_.size(); ++e) {
    seeds_.push_back(hash_of(config_[e].name));
    auto& variants = series_.emplace_back();
    for (std::size_t v = 0; v < config_[e].variants.size(); ++v) {
      const std::size_t strategy = index(config_[e].variants[v]);
      places_[strategy] = {static_cast<std::uint32_t>(e), static_cast<std::uint32_t>(v)};
      variants.push_back({registry.counter(metric::kAssignments, {config_[e].name, strategies[strategy]}),
                          registry.gauge(metric::kExperimentPnl, {config_[e].name, strategies[strategy]})});
    }
  }
}

void Experiments::declare(monitoring::Registry& registry) {
  registry.declare(metric::kAssignments);
  registry.declare(metric::kExperimentPnl);
}

std::uint32_t Experiments::drawn(std::uint32_t experiment, orders::InstrumentId instrument,
                                 orders::Timestamp now) const noexcept {
  const ExperimentConfig& config = config_[experiment];
  const auto slot = static_cast<std::uint64_t>(slot_of(config, now));
  const std::uint64_t draw = mixed(mixed(seeds_[experiment] ^ slot) ^ index(instrument));
  return static_cast<std::uint32_t>(draw % config.variants.size());
}

void Experiments::quoted(orders::InstrumentId instrument, orders::Timestamp now) noexcept {
  for (std::size_t e = 0; e < config_.size(); ++e) {
    std::int64_t& last = slots_[e * instruments_ + index(instrument)];
    const std::int64_t slot = slot_of(config_[e], now);
    if (slot == last) continue;
    last = slot;
    series_[e][drawn(static_cast<std::uint32_t>(e), instrument, now)].assignments.add();
  }
}

void Experiments::pnl(orders::StrategyId strategy, std::optional<double> pnl) noexcept {
  const Place& place = places_[index(strategy)];
  if (place.experiment == kNone) return;
  series_[place.experiment][place.variant].pnl.set(pnl);
}

}  // namespace vigil::engine
