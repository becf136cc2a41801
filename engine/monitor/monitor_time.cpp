#include "engine/monitor/monitor_time.h"

namespace vigil::engine {

constinit monitoring::ForwardClock monitor_clock;

}  // namespace vigil::engine
