// The first byte says how ranges are read: R closed, anything else left open; the rest is a file of service
// level objectives. It is read, or refused with messages that name it; what was read is within its bounds,
// and can be evaluated where there is nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "monitoring/promql/engine.h"
#include "monitoring/promql/error.h"
#include "monitoring/promql/printer.h"
#include "monitoring/slo/slo_evaluator.h"
#include "monitoring/slo/slo_file.h"
#include "monitoring/store/plain_source.h"
#include "monitoring/yaml/config_error.h"

using namespace vigil::monitoring;

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

void check_objective(const SloDefinition& slo, const promql::Engine& engine) {
  require(!slo.name.empty() && slo.line >= 1);
  require(slo.kind == SloKind::Count ? slo.at_most >= 0 : slo.target > 0 && slo.target < 1);
  require(slo.measurement_window.count() > 0 && slo.measurement_window <= slo.compliance_period);
  require(!slo.windows.empty());
  const PlainSource nothing;
  for (const SliExpressions& each : slo.windows) {
    require(each.value != nullptr && (each.total != nullptr) == (slo.kind == SloKind::Ratio));
    require(!promql::to_string(*each.value).empty());
    try {
      const auto reading = read_sli(slo, each, engine, nothing, 1'700'000'000'000, {.max_samples = 100'000});
      if (!reading) continue;
      // What is there where there is nothing, such as vector(1).
      require(reading->value >= 0 && (slo.kind == SloKind::Count || reading->value <= 1));
    } catch (const promql::EvaluationError&) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto ranges = data[0] == 'R' ? promql::RangeEnds::Closed : promql::RangeEnds::LeftOpen;
  const promql::Engine engine({.ranges = ranges});
  try {
    const auto objectives = read_slo_file(text, "slos.yml", ranges);
    require(objectives.size() <= kMostObjectives);
    for (const SloDefinition& slo : objectives) check_objective(slo, engine);
  } catch (const ConfigError& error) {
    require(!error.messages().empty());
    for (const std::string& message : error.messages())
      require(message.find("slos.yml") != std::string::npos);
  }
  return 0;
}
