#include "engine/core/health_checks.h"

#include "monitoring/process/process_health.h"
#include "risk/trading_state.h"

namespace vigil::engine {
namespace {

using monitoring::HealthState;
using monitoring::Verdict;

constexpr orders::Duration kCoreDegraded = std::chrono::seconds{1};
constexpr orders::Duration kCoreUnhealthy = std::chrono::seconds{5};
constexpr orders::Duration kFeedDegraded = std::chrono::seconds{5};
constexpr orders::Duration kFeedUnhealthy = std::chrono::seconds{30};

Verdict by_age(orders::Duration age, orders::Duration degraded, orders::Duration unhealthy,
               const char* reason) {
  return monitoring::check_at_most(static_cast<double>(age.count()), static_cast<double>(degraded.count()),
                                   static_cast<double>(unhealthy.count()), reason);
}

Verdict judge_venues(std::size_t connected, std::size_t all) {
  if (connected == all) return {};
  if (connected == 0) return {HealthState::Unhealthy, "no venue is connected"};
  return {HealthState::Degraded, "not all venues are connected"};
}

Verdict judge_risk(risk::TradingState state) {
  switch (state) {
    case risk::TradingState::Active:
      return {};
    case risk::TradingState::Reducing:
      return {HealthState::Degraded, "trading is reduced"};
    case risk::TradingState::Halted:
      return {HealthState::Degraded, "trading is halted"};
  }
  return {HealthState::Unhealthy, "unknown trading state"};
}

/// With the models, if there are any.
std::vector<monitoring::HealthComponent> components_of(const LiveEngine& engine) {
  std::vector<monitoring::HealthComponent> all{
      {"core", kCoreUnhealthy, true}, {"feed"}, {"venues"}, {"risk"}, {"process"}};
  if (engine.models_state()) all.push_back({.name = "signal_bridge", .is_optional = true});
  return all;
}

}  // namespace

HealthChecks::HealthChecks(const EngineConfig& config, const LiveEngine& engine,
                           monitoring::Registry& registry, const char* version, orders::Duration started)
    : venue_count_(config.venues.size()),
      engine_(engine),
      started_(started),
      board_(components_of(engine), version, started, registry),
      core_(board_.find("core")),
      feed_(board_.find("feed")),
      venues_(board_.find("venues")),
      risk_(board_.find("risk")),
      process_(board_.find("process")),
      signal_bridge_(engine.models_state() ? board_.find("signal_bridge") : 0) {}

void HealthChecks::check(orders::Duration now) noexcept {
  const LiveEngine::Pulse& pulse = engine_.pulse();
  const orders::Duration core_beat{pulse.core_ns.load(std::memory_order_relaxed)};
  const orders::Duration last_event{pulse.market_ns.load(std::memory_order_relaxed)};
  board_.beat(core_, core_beat);
  board_.report(core_, by_age(now - core_beat, kCoreDegraded, kCoreUnhealthy, "the core's loop is late"));
  board_.report(feed_, by_age(now - last_event, kFeedDegraded, kFeedUnhealthy, "no market data"));
  board_.report(venues_, judge_venues(pulse.venues_connected.load(std::memory_order_relaxed), venue_count_));
  board_.report(
      risk_,
      judge_risk(static_cast<risk::TradingState>(pulse.trading_state.load(std::memory_order_relaxed))));
  if (const auto models = engine_.models_state()) board_.report(signal_bridge_, *models);
  board_.publish(now);
}

void HealthChecks::check_process(const monitoring::ProcessReadings& readings, orders::Duration now) noexcept {
  board_.report(process_, monitoring::assess_process(readings, now - started_, {}));
}

}  // namespace vigil::engine
