#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "risk/scenario_book.h"

namespace vigil::risk {

namespace metric {

inline constexpr std::string_view kLossLabels[] = {"account", "confidence", "horizon"};
inline constexpr std::string_view kStressLabels[] = {"account", "scenario"};

inline constexpr monitoring::MetricDefinition kVar{
    "risk_manager_var_usd", monitoring::MetricType::Gauge, "USD",
    "Historical value at risk of what the account holds: the ceil(confidence * n)-th smallest loss had the "
    "moves of each of the last n intervals (horizon) come again. Positive = a loss. Absent while n < ceil(1 "
    "/ "
    "(1 - confidence)).",
    kLossLabels};
inline constexpr monitoring::MetricDefinition kCvar{
    "risk_manager_cvar_usd", monitoring::MetricType::Gauge, "USD",
    "Expected shortfall: VaR + sum(max(loss - VaR, 0)) / ((1 - confidence) * n), of the same losses.",
    kLossLabels};
inline constexpr monitoring::MetricDefinition kStressPnl{
    "risk_manager_stress_pnl_usd", monitoring::MetricType::Gauge, "USD",
    "What the account would gain or lose if prices moved as the configured stress scenario says.",
    kStressLabels};
inline constexpr monitoring::MetricDefinition kScenarios{"risk_manager_scenarios",
                                                         monitoring::MetricType::Gauge,
                                                         "1",
                                                         "Intervals that value at risk is made of so far.",
                                                         {}};

}  // namespace metric

/// What is read off a ScenarioBook. Core thread only.
class ScenarioMetrics {
 public:
  ScenarioMetrics(monitoring::Registry& registry, std::span<const std::string> accounts,
                  const ScenarioConfig& config, const std::vector<std::string>& confidence_words,
                  const std::string& horizon);
  static void declare(monitoring::Registry& registry);

  /// `rate`: what a unit of the account's currency is in the reporting one; 0: not known.
  void publish(ScenarioBook& book, orders::AccountId account, double rate) noexcept;
  void counted(std::size_t scenarios) noexcept { scenarios_.set(static_cast<double>(scenarios)); }

 private:
  struct Loss {
    monitoring::Gauge var;
    monitoring::Gauge cvar;
  };
  std::size_t confidences_;
  std::size_t stresses_;
  std::vector<Loss> losses_;               ///< [account][confidence]
  std::vector<monitoring::Gauge> stress_;  ///< [account][stress]
  monitoring::Gauge scenarios_;
};

}  // namespace vigil::risk
