#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "monitoring/promql/ast.h"
#include "monitoring/promql/range_ends.h"

namespace vigil::monitoring {

enum class RuleKind : std::uint8_t { Alerting, Recording };
[[nodiscard]] std::string_view to_string(RuleKind kind) noexcept;

/// What an alert does while there is nothing to compare, or a NaN: that is not the same as a comparison that
/// does not hold.
enum class NoDataPolicy : std::uint8_t {
  Hold,  ///< one that is pending or firing stays so, and a pending one fires after RuleOptions::no_data_after
  Fire,  ///< fires, whether it was pending before or not
  Clear,  ///< as Prometheus: no data is not true
};

/// What a rule says to Vigil alone, in annotations that Prometheus hands on as text.
struct RuleOptions {
  std::optional<double> exit_threshold;  ///< vigil_exit_threshold: a firing alert goes on until past this
  NoDataPolicy no_data = NoDataPolicy::Hold;                         ///< vigil_no_data
  std::chrono::milliseconds no_data_after{std::chrono::minutes{5}};  ///< vigil_no_data_after
  std::uint64_t minimum_samples = 0;                                 ///< vigil_minimum_samples
  std::vector<std::string> inhibited_by;                             ///< vigil_inhibited_by: names of alerts
};

/// A rule as the file has it, checked.
struct RuleDefinition {
  RuleKind kind = RuleKind::Alerting;
  std::string name;  ///< of the alert, or of the metric that is recorded
  std::string expression_text;
  promql::ExpressionPtr expression;
  std::chrono::milliseconds hold{0};  ///< `for`
  std::chrono::milliseconds keep_firing_for{0};
  /// By name. Values are templates in alerting rules, plain in recording ones.
  std::vector<std::pair<std::string, std::string>> labels;
  std::vector<std::pair<std::string, std::string>> annotations;
  RuleOptions options;
  int line = 0;  ///< where the rule begins in its file

  friend bool operator==(const RuleDefinition& a, const RuleDefinition& b);
};

struct RuleGroupDefinition {
  std::string name;
  std::string file;
  std::optional<std::chrono::milliseconds> interval;  ///< none: the default one
  std::uint64_t limit = 0;                            ///< of alerts or recorded series a rule; 0: none
  std::vector<RuleDefinition> rules;
};

/// A file in the format of Prometheus 2.42. Throws ConfigError with everything that is wrong: "FILE:LINE:
/// key: ...".
[[nodiscard]] std::vector<RuleGroupDefinition> read_rule_file(const std::string& path,
                                                              promql::RangeEnds ranges = {});
/// The same from a text; `name` stands in messages for the file.
[[nodiscard]] std::vector<RuleGroupDefinition> read_rule_file(std::string_view text, const std::string& name,
                                                              promql::RangeEnds ranges = {});

}  // namespace vigil::monitoring
