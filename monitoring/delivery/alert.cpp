#include "monitoring/delivery/alert.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace vigil::monitoring {

std::string rfc3339(SampleTime time) {
  using namespace std::chrono;
  constexpr SampleTime kLast = 253'402'300'799'999;  // the last millisecond of 9999
  const sys_time<milliseconds> at{milliseconds{std::clamp<SampleTime>(time, 0, kLast)}};
  const auto day = floor<days>(at);
  const year_month_day date{day};
  const hh_mm_ss<milliseconds> clock{at - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

}  // namespace vigil::monitoring
