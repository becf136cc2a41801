#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace vigil::risk {

/// VaR_a = the ceil(a*n)-th of n losses in ascending order; CVaR_a = VaR + sum(max(L - VaR, 0)) / ((1-a)n).
/// Positive = a loss.
struct HistoricalLoss {
  double var = 0;
  double cvar = 0;
};

/// ceil(a * n) of what a decimal fraction means: 0.99 * 100 is 99, whatever binary makes of it.
[[nodiscard]] inline std::size_t ceil_share(double a, std::size_t n) noexcept {
  return static_cast<std::size_t>(std::ceil(a * static_cast<double>(n) - 1e-9));
}

/// What a portfolio would gain in a scenario.
struct ScenarioOutcome {
  double pnl = 0;
  std::uint32_t scenario = 0;

  friend bool operator<(const ScenarioOutcome& a, const ScenarioOutcome& b) noexcept {
    return a.pnl != b.pnl ? a.pnl < b.pnl : a.scenario < b.scenario;
  }
};

/// How many of the worst of n outcomes a confidence looks at; the last of them is the VaR.
[[nodiscard]] inline std::size_t outcomes_at(double confidence, std::size_t n) noexcept {
  return n - ceil_share(confidence, n) + 1;
}

/// What of n outcomes makes the loss at a confidence.
struct LossDepth {
  std::size_t outcomes = 0;  ///< so many of the worst; 0: there are too few, n < ceil(1 / (1 - a))
  double divisor = 0;        ///< (1 - a) n

  LossDepth() = default;
  LossDepth(double confidence, std::size_t n) noexcept {
    if (n == 0 || n < ceil_share(1 / (1 - confidence), 1)) return;
    outcomes = outcomes_at(confidence, n);
    divisor = (1 - confidence) * static_cast<double>(n);
  }
};

/// `worst`: the worst outcomes, the worst first, at least as many as the depth looks at; gains are positive.
/// The VaR alone.
[[nodiscard]] inline std::optional<double> historical_var(std::span<const ScenarioOutcome> worst,
                                                          const LossDepth& depth) noexcept {
  if (depth.outcomes == 0) return std::nullopt;
  return 0.0 - worst[depth.outcomes - 1].pnl;  // not -0 of nothing
}
[[nodiscard]] inline std::optional<HistoricalLoss> historical_loss(std::span<const ScenarioOutcome> worst,
                                                                   const LossDepth& depth) noexcept {
  const auto var = historical_var(worst, depth);
  if (!var) return std::nullopt;
  // Four sums side by side: an addition waits for the one before, and this is done at each fill. Not an array
  // of them, which the compiler keeps in memory.
  double first = 0;
  double second = 0;
  double third = 0;
  double fourth = 0;
  const auto beyond = [&](std::size_t i) { return -worst[i].pnl - *var; };
  const std::size_t others = depth.outcomes - 1;
  std::size_t i = 0;
  for (; i + 4 <= others; i += 4) {
    first += beyond(i);
    second += beyond(i + 1);
    third += beyond(i + 2);
    fourth += beyond(i + 3);
  }
  for (; i < others; ++i) first += beyond(i);
  const double all = (first + second) + (third + fourth);
  return HistoricalLoss{.var = *var, .cvar = *var + all / depth.divisor};
}

}  // namespace vigil::risk
