#include "monitoring/health/health_board.h"

#include <algorithm>
#include <cassert>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "monitoring/health/health_metrics.h"

namespace vigil::monitoring {
namespace {

constexpr Verdict kNotReported{HealthState::Unhealthy, "not reported yet"};
constexpr Verdict kNoHeartbeat{HealthState::Unhealthy, "no heartbeat"};

// A verdict as one word: the state in the two upper bits, which no address of a program uses, the reason
// below.
constexpr int kStateShift = 62;
constexpr std::uint64_t kReasonMask = (std::uint64_t{1} << kStateShift) - 1;

std::uint64_t packed(Verdict verdict) noexcept {
  const auto reason = reinterpret_cast<std::uintptr_t>(verdict.reason);
  assert((reason & ~kReasonMask) == 0);
  return (static_cast<std::uint64_t>(verdict.state) << kStateShift) | reason;
}

Verdict unpacked(std::uint64_t word) noexcept {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the price of changing both at once
  const auto* const reason = reinterpret_cast<const char*>(word & kReasonMask);
  return {static_cast<HealthState>(word >> kStateShift), reason};
}

HttpResponse json_response(int status, const nlohmann::ordered_json& body) {
  HttpResponse response;
  response.status = status;
  response.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return response;
}

}  // namespace

HealthBoard::HealthBoard(std::vector<HealthComponent> components, std::string_view version, Time started,
                         Registry& registry)
    : version_(version), started_(started), components_(components.size()) {
  for (std::size_t i = 0; i < components.size(); ++i) {
    const HealthComponent& from = components[i];
    Component& component = components_[i];
    for (std::size_t before = 0; before < i; ++before) {
      if (components_[before].name == from.name) {
        throw std::logic_error("health: the component '" + from.name + "' is there twice");
      }
    }
    component.name = from.name;
    component.heartbeat_limit = from.heartbeat_limit;
    component.is_vital = from.is_vital;
    component.is_optional = from.is_optional;
    component.verdict = packed(kNotReported);
    component.last_beat = started.count();
    component.published = kNotReported.state;
    component.state = registry.state_set(kComponentHealthStatus, {component.name},
                                         static_cast<std::size_t>(kNotReported.state));
    component.up = registry.gauge(kComponentUp, {component.name}, 0);
  }
}

std::size_t HealthBoard::find(std::string_view name) const {
  for (std::size_t i = 0; i < components_.size(); ++i) {
    if (components_[i].name == name) return i;
  }
  throw std::logic_error("health: no component '" + std::string(name) + "'");
}

void HealthBoard::report(std::size_t component, Verdict verdict) noexcept {
  components_[component].verdict.store(packed(verdict), std::memory_order_relaxed);
}

void HealthBoard::beat(std::size_t component, Time now) noexcept {
  components_[component].last_beat.store(now.count(), std::memory_order_relaxed);
}

bool HealthBoard::is_beating(const Component& component, Time now) const noexcept {
  if (component.heartbeat_limit == Time::zero()) return true;
  return now - Time{component.last_beat.load(std::memory_order_relaxed)} <= component.heartbeat_limit;
}

Verdict HealthBoard::verdict(std::size_t component, Time now) const noexcept {
  const Component& asked = components_[component];
  if (!is_beating(asked, now)) return kNoHeartbeat;
  return unpacked(asked.verdict.load(std::memory_order_relaxed));
}

HealthState HealthBoard::weighed(std::size_t component, HealthState state) const noexcept {
  return components_[component].is_optional ? std::min(state, HealthState::Degraded) : state;
}

HealthState HealthBoard::overall(Time now) const noexcept {
  HealthState worst = HealthState::Healthy;
  for (std::size_t i = 0; i < size(); ++i) worst = std::max(worst, weighed(i, verdict(i, now).state));
  return worst;
}

bool HealthBoard::is_live(Time now) const noexcept {
  return std::ranges::all_of(components_, [&](const Component& component) {
    return !component.is_vital || is_beating(component, now);
  });
}

bool HealthBoard::is_ready(Time now) const noexcept {
  return is_started_.load(std::memory_order_relaxed) && overall(now) != HealthState::Unhealthy;
}

void HealthBoard::publish(Time now) noexcept {
  for (std::size_t i = 0; i < size(); ++i) {
    Component& component = components_[i];
    const HealthState state = verdict(i, now).state;
    component.up.set(state == HealthState::Unhealthy ? 0 : 1);
    if (state == component.published) continue;
    component.state.set(static_cast<std::size_t>(state));
    component.published = state;
  }
}

HttpResponse HealthBoard::health_response(Time now) const {
  const bool is_alive = is_live(now);
  const auto uptime = std::chrono::floor<std::chrono::milliseconds>(now - started_);
  nlohmann::ordered_json body;
  body["status"] = to_string(is_alive ? HealthState::Healthy : HealthState::Unhealthy);
  body["uptime_seconds"] = static_cast<double>(uptime.count()) / 1000;
  body["version"] = version_;
  return json_response(is_alive ? 200 : 503, body);
}

HttpResponse HealthBoard::ready_response(Time now) const {
  const bool is_started = is_started_.load(std::memory_order_relaxed);
  HealthState worst = HealthState::Healthy;
  nlohmann::ordered_json listed = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < size(); ++i) {
    const Verdict found = verdict(i, now);
    worst = std::max(worst, weighed(i, found.state));
    nlohmann::ordered_json component;
    component["name"] = components_[i].name;
    component["state"] = to_string(found.state);
    component["reason"] = found.reason;
    listed.push_back(std::move(component));
  }
  nlohmann::ordered_json body;
  body["status"] = is_started ? to_string(worst) : "starting";
  body["components"] = std::move(listed);
  return json_response(is_started && worst != HealthState::Unhealthy ? 200 : 503, body);
}

}  // namespace vigil::monitoring
