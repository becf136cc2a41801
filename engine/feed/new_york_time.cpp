#include "engine/feed/new_york_time.h"

namespace vigil::engine {
namespace {

using namespace std::chrono;

sys_days daylight_begin(year y) noexcept {
  if (y == year{1974}) return sys_days{y / January / 6};
  if (y == year{1975}) return sys_days{y / February / 23};
  if (y >= year{2007}) return sys_days{y / March / Sunday[2]};
  if (y >= year{1987}) return sys_days{y / April / Sunday[1]};
  return sys_days{y / April / Sunday[last]};
}

sys_days daylight_end(year y) noexcept {
  return y >= year{2007} ? sys_days{y / November / Sunday[1]} : sys_days{y / October / Sunday[last]};
}

}  // namespace

hours new_york_behind_utc(year_month_day date, nanoseconds local) noexcept {
  // The clock goes from 2:00 standard to 3:00 daylight time, and from 2:00 daylight to 1:00 standard time.
  const auto now = sys_days{date} + local;
  const bool daylight =
      now >= daylight_begin(date.year()) + hours{3} && now < daylight_end(date.year()) + hours{2};
  return daylight ? hours{4} : hours{5};
}

}  // namespace vigil::engine
