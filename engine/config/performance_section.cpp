#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"

namespace vigil::engine {

void read_performance(const YamlValue& performance, positions::PerformanceConfig& out) {
  using std::chrono::hours;
  using std::chrono::minutes;
  using std::chrono::seconds;
  constexpr std::size_t kMostWindows = 8;
  constexpr std::size_t kMostReturns = 100'000;
  read_duration(performance["interval"], out.interval, seconds{1}, hours{24});
  if (const YamlValue windows = performance["windows"]; windows.given()) {
    out.windows.clear();
    for (const YamlValue& element : windows.elements()) {
      orders::Duration window{};
      read_duration(element, window, out.interval, hours{24 * 366});
      out.windows.push_back(window);
    }
  }
  if (out.windows.size() > kMostWindows) performance["windows"].refuse("have at most 8 entries");
  for (const orders::Duration window : out.windows) {
    if (out.periods_of(window) <= kMostReturns) continue;
    performance["windows"].refuse("hold at most 100000 intervals each (performance.interval)");
  }
  read_real(performance["risk_free_rate"], out.risk_free_rate, -1, 10);
  read_real(performance["minimum_acceptable_return"], out.minimum_acceptable_return, -1, 10);
  read_duration(performance["trading_year"], out.trading_year, hours{1}, hours{24 * 366});
}

}  // namespace vigil::engine
