#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/promql/ast.h"

namespace vigil::monitoring {

/// What a service level objective says of its indicator (SLI).
enum class SloKind : std::uint8_t {
  Ratio,  ///< good events over all events: at least the target
  Value,  ///< an expression that is such a part already, of time for instance: at least the target
  Count,  ///< events that are at most so many; there is no error budget
};
/// "ratio", "value", "count".
[[nodiscard]] std::string_view to_string(SloKind kind) noexcept;

/// Two windows over which the error budget burns so many times as fast as it may. The long one says that it
/// matters, the short one that it still goes on.
struct BurnRateTier {
  double factor;
  std::chrono::milliseconds long_window;
  std::chrono::milliseconds short_window;
};
/// Those of "The Site Reliability Workbook" (Beyer et al., O'Reilly 2018), chapter 5: of the budget of 30
/// days they take 2 % in an hour, 5 % in six hours, 10 % in three days.
inline constexpr std::array kBurnRateTiers{
    BurnRateTier{
        .factor = 14.4, .long_window = std::chrono::hours{1}, .short_window = std::chrono::minutes{5}},
    BurnRateTier{.factor = 6, .long_window = std::chrono::hours{6}, .short_window = std::chrono::minutes{30}},
    BurnRateTier{.factor = 1, .long_window = std::chrono::hours{72}, .short_window = std::chrono::hours{6}},
};
/// Is the window one of a tier's?
[[nodiscard]] bool is_burn_window(std::chrono::milliseconds window) noexcept;

/// What stands in the texts of an SLI for the window that is looked at.
inline constexpr std::string_view kWindowWord = "WINDOW";

/// An SLI over one window, ready to be evaluated.
struct SliExpressions {
  std::chrono::milliseconds window{0};
  promql::ExpressionPtr value;  ///< Ratio: the good events
  promql::ExpressionPtr total;  ///< Ratio alone
};

/// An objective as its file has it, checked.
struct SloDefinition {
  std::string name;  ///< label `slo` of its metrics
  std::string description;
  SloKind kind = SloKind::Ratio;
  double target = 0;                                ///< Ratio, Value: above 0, below 1
  double at_most = 0;                               ///< Count
  std::chrono::milliseconds compliance_period{0};   ///< over which the objective holds, and the budget lasts
  std::chrono::milliseconds measurement_window{0};  ///< over which the indicator is looked at from day to day
  std::string value_text;                           ///< with WINDOW. Ratio: the good events
  std::string total_text;                           ///< Ratio alone
  /// For the measurement window, the compliance period and, with a target, the burn windows: the shortest
  /// first, none twice.
  std::vector<SliExpressions> windows;
  std::string file;
  int line = 0;  ///< where the objective begins in its file

  /// They say the same, wherever they stand.
  friend bool operator==(const SloDefinition& a, const SloDefinition& b);
};

/// Objectives that one engine has at most: each has up to seven windows, and a series of its metrics for
/// each.
inline constexpr std::size_t kMostObjectives = 100;

/// The windows that an objective with these is evaluated over, as in SloDefinition::windows.
[[nodiscard]] std::vector<std::chrono::milliseconds> slo_windows(SloKind kind,
                                                                 std::chrono::milliseconds measurement_window,
                                                                 std::chrono::milliseconds compliance_period);

/// `text` with `window` in the place of each WINDOW that stands alone, outside of quotes and
/// comments.
[[nodiscard]] std::string with_window(std::string_view text, std::chrono::milliseconds window);

}  // namespace vigil::monitoring
