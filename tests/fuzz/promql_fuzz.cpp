// Any text is either refused as no expression or prints as one that prints the same; and its evaluation, of
// few samples and not for long, gives a result or an error.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "monitoring/promql/engine.h"
#include "monitoring/promql/printer.h"
#include "monitoring/store/plain_source.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::promql;

namespace {

void fill(PlainSource& source) {
  for (const char* name : {"up", "up_total", "up_bucket"}) {
    for (const char* label : {"1", "2", "+Inf"}) {
      const Labels labels{{kMetricNameLabel, name}, {"le", label}, {"job", "a"}};
      for (SampleTime at = 0; at < 12; ++at) {
        source.append(labels,
                      {.time = at * 30'000, .value = at % 5 == 4 ? kStaleMarker : static_cast<double>(at)});
      }
    }
  }
}

void evaluate(const Engine& engine, const Expression& expression, const SampleSource& source) {
  // The clock counts how often it was asked.
  std::chrono::nanoseconds asked{0};
  const QueryContext context{.clock = [&asked] { return ++asked; },
                             .deadline = std::chrono::nanoseconds{2000},
                             .stop = {},
                             .max_samples = 5000};
  try {
    (void)engine.instant(expression, source, 300'000, context);
  } catch (const EvaluationError&) {
    // As it should be.
  }
  asked = std::chrono::nanoseconds{0};
  try {
    (void)engine.range(expression, source, 0, 330'000, std::chrono::minutes{1}, context);
  } catch (const EvaluationError&) {
    // As it should be.
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static PlainSource source;
  static const bool filled = (fill(source), true);
  if (size == 0 || !filled) return 0;
  const Engine engine{{.ranges = data[0] % 2 == 0 ? RangeEnds::LeftOpen : RangeEnds::Closed}};
  ExpressionPtr expression;
  try {
    expression = engine.parse(std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  } catch (const ParseError& error) {
    if (error.cause().empty()) std::abort();
    return 0;
  }
  const std::string printed = to_string(*expression);
  if (to_string(*engine.parse(printed)) != printed) std::abort();
  evaluate(engine, *expression, source);
  return 0;
}
