#include <chrono>

#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"

namespace vigil::engine {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

void read_benchmark(const YamlValue& benchmark, EngineConfig& config) {
  config.by_name.benchmark = read_symbol(benchmark["symbol"], config);
  read_real(benchmark["share"], config.analysis.market.benchmark.share, -10, 10);
  if (benchmark["share"].given() && !benchmark["symbol"].given()) {
    benchmark["share"].refuse("not be given without a symbol");
  }
}

void read_regimes(const YamlValue& regimes, EngineConfig& config) {
  positions::RegimeConfig& out = config.analysis.market.regimes;
  config.by_name.regimes = read_symbol(regimes["symbol"], config);
  read_duration(regimes["short_half_life"], out.short_half_life, seconds{1}, hours{24 * 30});
  read_duration(regimes["long_half_life"], out.long_half_life, seconds{1}, hours{24 * 366});
  if (out.long_half_life <= out.short_half_life) {
    regimes["long_half_life"].refuse("be longer than short_half_life");
  }
  read_duration(regimes["warm_up"], out.warm_up, seconds{0}, hours{24 * 366});
  read_real(regimes["quiet_below"], out.quiet_below, 0, 1);
  read_real(regimes["volatile_above"], out.volatile_above, 1, 1000);
}

void read_correlations(const YamlValue& correlations, risk::CorrelationConfig& out) {
  read_duration(correlations["interval"], out.interval, milliseconds{100}, hours{24});
  read_duration(correlations["half_life"], out.half_life, out.interval, hours{24 * 366});
  read_count(correlations["symbols"], out.most, 0, 1000);
}

}  // namespace vigil::engine
