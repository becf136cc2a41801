#pragma once

#include <chrono>

namespace vigil::engine {

/// UTC minus New York local time: 4 hours in daylight-saving time, else 5. `local` is the time of day on the
/// clock there. Follows the Uniform Time Act and its changes (15 U.S.C. 260a): since 2007 from the second
/// Sunday of March to the first Sunday of November, since 1987 from the first Sunday of April to the last of
/// October, before from the last Sunday of April (6 January 1974 and 23 February 1975 in the oil crisis);
/// changes happen at 2:00. Valid from 1967. An hour that the clock shows twice is taken the first time; one
/// that it skips is taken as standard time.
[[nodiscard]] std::chrono::hours new_york_behind_utc(std::chrono::year_month_day date,
                                                     std::chrono::nanoseconds local) noexcept;

}  // namespace vigil::engine
