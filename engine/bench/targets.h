#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/bench/runner.h"

namespace vigil::engine::bench {

enum class Statistic : std::uint8_t { Mean, Median, P25, P75, P95, P99, Least, Most };
[[nodiscard]] double value_of(const Summary& summary, Statistic statistic) noexcept;

/// A bar that something measured must reach.
struct Target {
  std::string name;
  std::string source;   ///< where the bar was set: "design 8", "S4-1.2"
  std::string measure;  ///< name of a case or a ratio; empty: nothing measures it yet
  bool is_ratio = false;
  Statistic statistic = Statistic::Median;
  std::string reason;  ///< why nothing measures it
  std::optional<double> at_most;
  std::optional<double> at_least;
  std::string unit;
};

/// The targets of a YAML text; `name` stands for the file in messages. Throws ConfigError with all that is
/// wrong with it: a key missing or unknown, a value of another form, a name given twice, a target without a
/// bar.
[[nodiscard]] std::vector<Target> read_targets(std::string_view text, const std::string& name);

enum class Outcome : std::uint8_t { Met, Missed, NotMeasured };
[[nodiscard]] std::string_view to_string(Outcome outcome) noexcept;

struct Verdict {
  Target target;
  Outcome outcome = Outcome::NotMeasured;
  double value = 0;    ///< what was measured
  std::string reason;  ///< why it was not
};

[[nodiscard]] std::vector<Verdict> judge(const std::vector<Target>& targets, const Results& results);
/// The first target whose measure a run of all subjects did not have: a typing error. Nothing when all is
/// well.
[[nodiscard]] std::optional<std::string> unknown_measure(const std::vector<Target>& targets,
                                                         const Results& results);

}  // namespace vigil::engine::bench
