#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"
#include "engine/config/config_words.h"

namespace vigil::engine {

void read_query(const YamlValue& query, monitoring::PrometheusApiConfig& out) {
  using std::chrono::milliseconds;
  orders::Duration lookback = out.engine.lookback;
  read_duration(query["lookback"], lookback, milliseconds{1}, std::chrono::hours{24});
  out.engine.lookback = std::chrono::duration_cast<milliseconds>(lookback);
  read_choice(query["ranges"], out.engine.ranges, kRangeEndsWords);
  read_count(query["concurrency"], out.concurrency, 1, 64);
  read_duration(query["timeout"], out.timeout, milliseconds{10}, std::chrono::minutes{10});
  read_count(query["samples"], out.max_samples, 1000, 1'000'000'000);
}

}  // namespace vigil::engine
