#include "monitoring/template/template_instant.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace vigil::monitoring::text_template {

namespace {

constexpr std::int64_t kSecondsInDay = 86'400;

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kWeekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

/// Days since 1970 of a date of the Gregorian calendar; `day` may lie outside the month. The year is taken to
/// begin in March, so that the day of a leap year is its last.
std::int64_t days_since_1970(std::int64_t year, int month, std::int64_t day) {
  if (month <= 2) --year;
  const std::int64_t era = floor_divide(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468 + day - 1;
}

void append_padded(std::string& out, std::int64_t value, int width, char fill = '0') {
  const std::string digits = std::to_string(value < 0 ? -value : value);
  if (value < 0) out += '-';
  for (auto length = static_cast<int>(digits.size()); length < width; ++length) out += fill;
  out += digits;
}

/// The nanoseconds to `digits` digits behind `mark`; without zeros at the end where `trimmed`.
void append_fraction(std::string& out, std::int32_t nanoseconds, std::size_t digits, char mark,
                     bool trimmed) {
  std::string text;
  append_padded(text, nanoseconds, 9);
  text.resize(std::min<std::size_t>(digits, 9), '0');
  if (trimmed) text.resize(text.find_last_not_of('0') + 1);
  if (!text.empty()) out += mark + text;
}

enum class Part : std::uint8_t {
  LongMonth,
  Month,
  NumberMonth,
  ZeroMonth,
  LongWeekday,
  Weekday,
  Day,
  SpaceDay,
  ZeroDay,
  SpaceYearDay,
  ZeroYearDay,
  Hour,
  Hour12,
  ZeroHour12,
  Minute,
  ZeroMinute,
  Second,
  ZeroSecond,
  LongYear,
  Year,
  UpperHalf,
  LowerHalf,
  Zone,
  IsoZone,
  NumberZone,
};
struct LayoutPart {
  std::string_view text;
  Part part;
  std::string_view zone = {};  ///< what UTC is for NumberZone
};
/// Longer texts before those they begin with.
constexpr LayoutPart kParts[] = {
    {"January", Part::LongMonth},
    {"Jan", Part::Month},
    {"Monday", Part::LongWeekday},
    {"Mon", Part::Weekday},
    {"MST", Part::Zone},
    {"01", Part::ZeroMonth},
    {"002", Part::ZeroYearDay},
    {"02", Part::ZeroDay},
    {"03", Part::ZeroHour12},
    {"04", Part::ZeroMinute},
    {"05", Part::ZeroSecond},
    {"06", Part::Year},
    {"15", Part::Hour},
    {"1", Part::NumberMonth},
    {"2006", Part::LongYear},
    {"2", Part::Day},
    {"__2", Part::SpaceYearDay},
    {"_2", Part::SpaceDay},
    {"3", Part::Hour12},
    {"4", Part::Minute},
    {"5", Part::Second},
    {"PM", Part::UpperHalf},
    {"pm", Part::LowerHalf},
    {"-07:00:00", Part::NumberZone, "+00:00:00"},
    {"-070000", Part::NumberZone, "+000000"},
    {"-07:00", Part::NumberZone, "+00:00"},
    {"-0700", Part::NumberZone, "+0000"},
    {"-07", Part::NumberZone, "+00"},
    {"Z070000", Part::IsoZone},
    {"Z07:00:00", Part::IsoZone},
    {"Z0700", Part::IsoZone},
    {"Z07:00", Part::IsoZone},
    {"Z07", Part::IsoZone},
};

/// What a layout has at the beginning of `rest`; nullptr: plain text.
const LayoutPart* part_at(std::string_view rest) {
  for (const LayoutPart& each : kParts) {
    if (!rest.starts_with(each.text)) continue;
    // A word like `Monolith` or `Janitor` is none.
    const bool word = each.part == Part::Month || each.part == Part::Weekday;
    if (word && rest.size() > each.text.size() && rest[3] >= 'a' && rest[3] <= 'z') continue;
    // An underscore before a year is that.
    if (each.part == Part::SpaceDay && rest.starts_with("_2006")) continue;
    return &each;
  }
  return nullptr;
}

/// How many digits a fraction has that begins there (`.000`, `,999`); 0: there is none.
std::size_t fraction_at(std::string_view rest) {
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',') || (rest[1] != '0' && rest[1] != '9')) return 0;
  std::size_t end = 1;
  while (end < rest.size() && rest[end] == rest[1]) ++end;
  if (end < rest.size() && rest[end] >= '0' && rest[end] <= '9') return 0;
  return end - 1;
}

int twelve_hours(int hour) {
  return hour % 12 == 0 ? 12 : hour % 12;
}

void append_part(std::string& out, const LayoutPart& part, const CivilTime& civil) {
  switch (part.part) {
    case Part::LongMonth:
      out += month_name(civil.month);
      break;
    case Part::Month:
      out += month_name(civil.month).substr(0, 3);
      break;
    case Part::NumberMonth:
      append_padded(out, civil.month, 0);
      break;
    case Part::ZeroMonth:
      append_padded(out, civil.month, 2);
      break;
    case Part::LongWeekday:
      out += weekday_name(civil.weekday);
      break;
    case Part::Weekday:
      out += weekday_name(civil.weekday).substr(0, 3);
      break;
    case Part::Day:
      append_padded(out, civil.day, 0);
      break;
    case Part::SpaceDay:
      append_padded(out, civil.day, 2, ' ');
      break;
    case Part::ZeroDay:
      append_padded(out, civil.day, 2);
      break;
    case Part::SpaceYearDay:
      append_padded(out, civil.day_of_year, 3, ' ');
      break;
    case Part::ZeroYearDay:
      append_padded(out, civil.day_of_year, 3);
      break;
    case Part::Hour:
      append_padded(out, civil.hour, 2);
      break;
    case Part::Hour12:
      append_padded(out, twelve_hours(civil.hour), 0);
      break;
    case Part::ZeroHour12:
      append_padded(out, twelve_hours(civil.hour), 2);
      break;
    case Part::Minute:
      append_padded(out, civil.minute, 0);
      break;
    case Part::ZeroMinute:
      append_padded(out, civil.minute, 2);
      break;
    case Part::Second:
      append_padded(out, civil.second, 0);
      break;
    case Part::ZeroSecond:
      append_padded(out, civil.second, 2);
      break;
    case Part::LongYear:
      append_padded(out, civil.year, 4);
      break;
    case Part::Year:
      append_padded(out, std::max<std::int64_t>(civil.year, 0) % 100, 2);
      break;
    case Part::UpperHalf:
      out += civil.hour >= 12 ? "PM" : "AM";
      break;
    case Part::LowerHalf:
      out += civil.hour >= 12 ? "pm" : "am";
      break;
    case Part::Zone:
      out += "UTC";
      break;
    case Part::IsoZone:
      out += 'Z';
      break;
    case Part::NumberZone:
      out += part.zone;
      break;
  }
}

}  // namespace

Instant instant_from_milliseconds(std::int64_t milliseconds) noexcept {
  const std::int64_t seconds = floor_divide(milliseconds, 1000);
  return {.seconds = seconds,
          .nanoseconds = static_cast<std::int32_t>((milliseconds - seconds * 1000) * 1'000'000)};
}

Instant shifted(Instant instant, std::int64_t nanoseconds) noexcept {
  const std::int64_t whole = floor_divide(nanoseconds, kNanosecondsInSecond);
  const std::int64_t sum = instant.nanoseconds + (nanoseconds - whole * kNanosecondsInSecond);
  instant.seconds += whole + sum / kNanosecondsInSecond;
  instant.nanoseconds = static_cast<std::int32_t>(sum % kNanosecondsInSecond);
  return instant;
}

std::int64_t difference(Instant a, Instant b) noexcept {
  const __int128 exact =
      static_cast<__int128>(a.seconds - b.seconds) * kNanosecondsInSecond + (a.nanoseconds - b.nanoseconds);
  constexpr __int128 kMost = std::numeric_limits<std::int64_t>::max();
  constexpr __int128 kLeast = std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(std::clamp(exact, kLeast, kMost));
}

CivilTime civil_time(Instant instant) noexcept {
  CivilTime out;
  const std::int64_t days = floor_divide(instant.seconds, kSecondsInDay);
  const auto second_of_day = static_cast<int>(instant.seconds - days * kSecondsInDay);
  out.hour = second_of_day / 3600;
  out.minute = second_of_day / 60 % 60;
  out.second = second_of_day % 60;
  out.weekday = static_cast<int>((days % 7 + 7 + 4) % 7);  // 1970 began on a Thursday
  // The inverse of days_since_1970(), eras of 400 years that begin in March.
  const std::int64_t shifted_days = days + 719'468;
  const std::int64_t era = floor_divide(shifted_days, 146'097);
  const std::int64_t day_of_era = shifted_days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const auto shifted_month = static_cast<int>((5 * day_of_year + 2) / 153);
  out.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  out.month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  out.year = year_of_era + era * 400 + (out.month <= 2 ? 1 : 0);
  out.day_of_year = static_cast<int>(days - days_since_1970(out.year, 1, 1)) + 1;
  return out;
}

Instant with_date_added(Instant instant, std::int64_t years, std::int64_t months,
                        std::int64_t days) noexcept {
  const CivilTime civil = civil_time(instant);
  // Beyond this nothing is a date any more, and the sums stay far from 64 bits' ends.
  constexpr std::int64_t kMost = 1'000'000'000;
  years = std::clamp(years, -kMost, kMost);
  months = std::clamp(months, -kMost, kMost) + civil.month - 1;
  days = std::clamp(days, -kMost, kMost);
  const std::int64_t carried = floor_divide(months, 12);
  const std::int64_t day = days_since_1970(civil.year + years + carried,
                                           static_cast<int>(months - carried * 12) + 1, civil.day + days);
  instant.seconds = day * kSecondsInDay + (civil.hour * 60L + civil.minute) * 60L + civil.second;
  return instant;
}

std::string_view month_name(std::int64_t month) noexcept {
  return kMonths[static_cast<std::size_t>(month - 1)];
}

std::string_view weekday_name(std::int64_t weekday) noexcept {
  return kWeekdays[static_cast<std::size_t>(weekday)];
}

std::string formatted_time(Instant instant, std::string_view layout) {
  const CivilTime civil = civil_time(instant);
  std::string out;
  while (!layout.empty()) {
    if (const std::size_t digits = fraction_at(layout); digits > 0) {
      append_fraction(out, instant.nanoseconds, digits, layout[0], layout[1] == '9');
      layout.remove_prefix(digits + 1);
    } else if (const LayoutPart* part = part_at(layout); part != nullptr) {
      append_part(out, *part, civil);
      layout.remove_prefix(part->text.size());
    } else {
      out += layout.front();
      layout.remove_prefix(1);
    }
  }
  return out;
}

std::string time_text(Instant instant) {
  return formatted_time(instant, "2006-01-02 15:04:05.999999999 -0700 MST");
}

std::string go_duration_text(std::int64_t nanoseconds) {
  if (nanoseconds == 0) return "0s";
  const bool negative = nanoseconds < 0;
  auto left = static_cast<std::uint64_t>(nanoseconds);
  if (negative) left = ~left + 1;
  // A number of units, and what is left over behind a point.
  const auto text = [&left](std::uint64_t unit, std::string_view name) {
    std::string out = std::to_string(left / unit);
    if (const std::uint64_t rest = left % unit; rest != 0) {
      std::string fraction = std::to_string(unit + rest);  // a one, then the digits with their zeros
      fraction.resize(fraction.find_last_not_of('0') + 1);
      out += '.' + fraction.substr(1);
    }
    return out.append(name);
  };
  const std::string sign = negative ? "-" : "";
  if (left < 1000) return sign + text(1, "ns");
  if (left < 1'000'000) return sign + text(1000, "µs");
  if (left < 1'000'000'000) return sign + text(1'000'000, "ms");
  const std::uint64_t minutes = left / 60'000'000'000U;
  left %= 60'000'000'000U;
  std::string out = sign;
  if (minutes >= 60) out += std::to_string(minutes / 60) + 'h';
  if (minutes > 0) out += std::to_string(minutes % 60) + 'm';
  return out + text(1'000'000'000, "s");
}

}  // namespace vigil::monitoring::text_template
