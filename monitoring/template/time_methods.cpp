#include "monitoring/template/time_methods.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <span>

namespace vigil::monitoring::text_template {

namespace {

using Arguments = std::span<const Value>;
using Data = const TemplateData&;

/// time.Time{} is the first of January of the year 1.
constexpr Instant kZeroTime{.seconds = -62'135'596'800};

template <int CivilTime::*part>
Value civil_part(Data, Arguments arguments) {
  return make_int(civil_time(arguments[0].instant()).*part);
}

/// Seconds and nanoseconds in units of `unit` nanoseconds; beyond 64 bits it wraps, as in Go.
template <std::int64_t unit>
Value since_1970(Data, Arguments arguments) {
  const Instant& instant = arguments[0].instant();
  const std::uint64_t whole = static_cast<std::uint64_t>(instant.seconds) * (kNanosecondsInSecond / unit);
  return make_int(static_cast<std::int64_t>(whole + static_cast<std::uint64_t>(instant.nanoseconds / unit)),
                  Type::Int64);
}

template <std::int64_t unit>
Value whole_units(Data, Arguments arguments) {
  return make_int(arguments[0].integer() / unit, Type::Int64);
}
/// Whole units and the rest apart, so that as little as possible is rounded.
template <std::int64_t unit>
Value float_units(Data, Arguments arguments) {
  const std::int64_t duration = arguments[0].integer();
  const std::int64_t whole = duration / unit;
  return make_float(static_cast<double>(whole) +
                    static_cast<double>(duration % unit) / static_cast<double>(unit));
}

Value text_of(Data, Arguments arguments) {
  return make_string(method_text(arguments[0]).value_or(""));
}

const std::vector<TemplateFunction>& time_methods() {
  static const std::vector<TemplateFunction> methods{
      {"Add",
       {Type::Duration},
       false,
       [](Data, Arguments a) { return make_time(shifted(a[0].instant(), a[1].integer())); }},
      {"AddDate",
       {Type::Int, Type::Int, Type::Int},
       false,
       [](Data, Arguments a) {
         return make_time(with_date_added(a[0].instant(), a[1].integer(), a[2].integer(), a[3].integer()));
       }},
      {"After",
       {Type::Time},
       false,
       [](Data, Arguments a) { return make_bool(a[0].instant() > a[1].instant()); }},
      {"Before",
       {Type::Time},
       false,
       [](Data, Arguments a) { return make_bool(a[0].instant() < a[1].instant()); }},
      {"Clock", {}, false, nullptr, 3},
      {"Date", {}, false, nullptr, 3},
      {"Day", {}, false, civil_part<&CivilTime::day>},
      {"Equal",
       {Type::Time},
       false,
       [](Data, Arguments a) { return make_bool(a[0].instant() == a[1].instant()); }},
      {"Format",
       {Type::String},
       false,
       [](Data, Arguments a) { return make_string(formatted_time(a[0].instant(), a[1].text())); }},
      {"GoString", {}, false, [](Data, Arguments a) { return make_string(go_source_text(a[0].instant())); }},
      {"Hour", {}, false, civil_part<&CivilTime::hour>},
      {"ISOWeek", {}, false, nullptr, 2},
      {"IsDST", {}, false, [](Data, Arguments) { return make_bool(false); }},
      {"IsZero", {}, false, [](Data, Arguments a) { return make_bool(a[0].instant() == kZeroTime); }},
      {"Minute", {}, false, civil_part<&CivilTime::minute>},
      {"Month",
       {},
       false,
       [](Data, Arguments a) { return make_int(civil_time(a[0].instant()).month, Type::Month); }},
      {"Nanosecond", {}, false, [](Data, Arguments a) { return make_int(a[0].instant().nanoseconds); }},
      {"Second", {}, false, civil_part<&CivilTime::second>},
      {"String", {}, false, text_of},
      {"Sub",
       {Type::Time},
       false,
       [](Data, Arguments a) {
         return make_int(difference(a[0].instant(), a[1].instant()), Type::Duration);
       }},
      {"UTC", {}, false, [](Data, Arguments a) { return make_time(a[0].instant()); }},
      {"Unix", {}, false, since_1970<kNanosecondsInSecond>},
      {"UnixMicro", {}, false, since_1970<1000>},
      {"UnixMilli", {}, false, since_1970<1'000'000>},
      {"UnixNano", {}, false, since_1970<1>},
      {"Weekday",
       {},
       false,
       [](Data, Arguments a) { return make_int(civil_time(a[0].instant()).weekday, Type::Weekday); }},
      {"Year", {}, false, [](Data, Arguments a) { return make_int(civil_time(a[0].instant()).year); }},
      {"YearDay", {}, false, civil_part<&CivilTime::day_of_year>},
      {"Zone", {}, false, nullptr, 2},
  };
  return methods;
}

const std::vector<TemplateFunction>& duration_methods() {
  static const std::vector<TemplateFunction> methods{
      {"Abs",
       {},
       false,
       [](Data, Arguments a) {
         constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
         const std::int64_t duration = a[0].integer();
         return make_int(duration == kLeast ? std::numeric_limits<std::int64_t>::max() : std::abs(duration),
                         Type::Duration);
       }},
      {"Hours", {}, false, float_units<3600 * kNanosecondsInSecond>},
      {"Microseconds", {}, false, whole_units<1000>},
      {"Milliseconds", {}, false, whole_units<1'000'000>},
      {"Minutes", {}, false, float_units<60 * kNanosecondsInSecond>},
      {"Nanoseconds", {}, false, whole_units<1>},
      {"Seconds", {}, false, float_units<kNanosecondsInSecond>},
      {"String", {}, false, text_of},
      {"Truncate",
       {Type::Duration},
       false,
       [](Data, Arguments a) {
         const std::int64_t unit = a[1].integer();
         const std::int64_t duration = a[0].integer();
         return make_int(unit <= 0 ? duration : duration - duration % unit, Type::Duration);
       }},
  };
  return methods;
}

const std::vector<TemplateFunction>& name_methods() {
  static const std::vector<TemplateFunction> methods{{"String", {}, false, text_of}};
  return methods;
}

}  // namespace

std::optional<std::string> method_text(const Value& value) {
  switch (value.type) {
    case Type::Time:
    case Type::TimePointer:
      if (value.is_nil()) return std::nullopt;
      return time_text(value.instant());
    case Type::Month:
      return std::string(month_name(value.integer()));
    case Type::Weekday:
      return std::string(weekday_name(value.integer()));
    case Type::Duration:
      return go_duration_text(value.integer());
    default:
      return std::nullopt;
  }
}

std::string go_source_text(Instant instant) {
  const CivilTime civil = civil_time(instant);
  std::string out =
      "time.Date(" + std::to_string(civil.year) + ", time." + std::string(month_name(civil.month));
  for (const int part : {civil.day, civil.hour, civil.minute, civil.second, instant.nanoseconds}) {
    out += ", " + std::to_string(part);
  }
  return out + ", time.UTC)";
}

const TemplateFunction* find_method(Type receiver, std::string_view name) {
  const auto find = [name](const std::vector<TemplateFunction>& methods) {
    const auto found = std::ranges::find(methods, name, &TemplateFunction::name);
    return found == methods.end() ? nullptr : &*found;
  };
  switch (receiver) {
    case Type::Time:
    case Type::TimePointer:
      return find(time_methods());
    case Type::Duration:
      return find(duration_methods());
    case Type::Month:
    case Type::Weekday:
      return find(name_methods());
    default:
      return nullptr;
  }
}

}  // namespace vigil::monitoring::text_template
