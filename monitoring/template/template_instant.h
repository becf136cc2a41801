#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace vigil::monitoring::text_template {

inline constexpr std::int64_t kNanosecondsInSecond = 1'000'000'000;

/// A point in time, always told in UTC.
struct Instant {
  std::int64_t seconds = 0;      ///< since 1970
  std::int32_t nanoseconds = 0;  ///< 0 to 999'999'999
  friend auto operator<=>(const Instant&, const Instant&) = default;
};

[[nodiscard]] Instant instant_from_milliseconds(std::int64_t milliseconds) noexcept;
[[nodiscard]] Instant shifted(Instant instant, std::int64_t nanoseconds) noexcept;
/// How far apart, in nanoseconds; the nearest that 64 bits hold.
[[nodiscard]] std::int64_t difference(Instant a, Instant b) noexcept;

/// The parts of a date. month 1 to 12, weekday 0 (Sunday) to 6, day_of_year 1 to 366.
struct CivilTime {
  std::int64_t year = 0;
  int month = 0, day = 0, hour = 0, minute = 0, second = 0, weekday = 0, day_of_year = 0;
};
[[nodiscard]] CivilTime civil_time(Instant instant) noexcept;
/// Months and days may lie beyond a year's or month's end; they carry over, as in Go.
[[nodiscard]] Instant with_date_added(Instant instant, std::int64_t years, std::int64_t months,
                                      std::int64_t days) noexcept;

[[nodiscard]] std::string_view month_name(std::int64_t month) noexcept;
[[nodiscard]] std::string_view weekday_name(std::int64_t weekday) noexcept;

/// By a layout that shows how `Mon Jan 2 15:04:05 MST 2006` would be written (Go's time.Time.Format).
[[nodiscard]] std::string formatted_time(Instant instant, std::string_view layout);
/// `2023-01-31 08:30:00.25 +0000 UTC`.
[[nodiscard]] std::string time_text(Instant instant);
/// `1h0m2.5s`, `250ms`, `0s`.
[[nodiscard]] std::string go_duration_text(std::int64_t nanoseconds);

}  // namespace vigil::monitoring::text_template
