// Runs the commands of a script against the engine.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/promql/engine.h"
#include "monitoring/store/plain_source.h"
#include "script.h"

namespace vigil::promql_test {

enum class Verdict { Passed, Failed, Skipped };
struct Outcome {
  Verdict verdict = Verdict::Passed;
  std::string reason;  ///< of a failure or a skip
};

/// Holds the samples that were loaded. One thread.
class CaseRunner {
 public:
  explicit CaseRunner(monitoring::promql::RangeEnds ranges)
      : engine_({.ranges = ranges}), source_(std::make_unique<monitoring::PlainSource>()) {}

  void run(const Clear&);
  /// Throws ScriptFault for samples that are not newer than those before.
  void run(const Load& load);
  [[nodiscard]] Outcome run(const Evaluation& evaluation) const;

 private:
  void load_series(const Load& load, const SeriesDescription& series);
  /// Why the case needs what Vigil does not have; none when it does not.
  [[nodiscard]] std::optional<std::string> skip_reason(
      const Evaluation& evaluation, const monitoring::promql::Expression& expression) const;
  [[nodiscard]] bool selects_histograms(const monitoring::promql::Expression& expression) const;
  [[nodiscard]] Outcome run_checked(const Evaluation& evaluation,
                                    const monitoring::promql::Expression& expression) const;
  [[nodiscard]] Outcome run_parsed(const Evaluation& evaluation,
                                   const monitoring::promql::Expression& expression) const;

  monitoring::promql::Engine engine_;
  std::unique_ptr<monitoring::PlainSource> source_;
  std::vector<std::pair<monitoring::Labels, monitoring::Sample>> latest_;
  std::vector<monitoring::Labels>
      histograms_;  ///< series with native histograms, which are not in the source
  bool has_type_labels_ = false;
};

}  // namespace vigil::promql_test
