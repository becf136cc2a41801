#include "monitoring/promql/value_functions.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "monitoring/promql/special_values.h"

namespace vigil::monitoring::promql {

namespace {

double sign(double value) {
  if (value < 0) return -1;
  if (value > 0) return 1;
  return value;
}

/// Dividing by the inverse keeps 0.1 and its relatives exact.
double round_to(double value, double step) {
  const double inverse = 1.0 / step;
  return std::floor(value * inverse + 0.5) / inverse;
}

/// A day of the proleptic Gregorian calendar; from days since 1970 by counting in eras of 400 years that
/// begin in March (H. Hinnant, chrono-compatible low-level date algorithms).
struct Date {
  std::int64_t year = 0;
  int month = 1;
  int day = 1;
};
Date date_of(std::int64_t days) noexcept {
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  Date date{.year = year_of_era + era * 400,
            .month = static_cast<int>(month < 10 ? month + 3 : month - 9),
            .day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1)};
  if (date.month <= 2) ++date.year;
  return date;
}
bool is_leap(std::int64_t year) noexcept {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}
int days_in_month(const Date& date) noexcept {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return date.month == 2 && is_leap(date.year) ? 29 : kDays[date.month - 1];
}
int day_of_year(const Date& date) noexcept {
  static constexpr int kBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  return kBefore[date.month - 1] + date.day + (date.month > 2 && is_leap(date.year) ? 1 : 0);
}

}  // namespace

double larger(double a, double b) noexcept {
  if (a == kInfinity || b == kInfinity) return kInfinity;
  if (std::isnan(a) || std::isnan(b)) return kNan;
  if (a == 0 && b == 0) return std::signbit(a) ? b : a;
  return a > b ? a : b;
}

double smaller(double a, double b) noexcept {
  if (a == -kInfinity || b == -kInfinity) return -kInfinity;
  if (std::isnan(a) || std::isnan(b)) return kNan;
  if (a == 0 && b == 0) return std::signbit(a) ? a : b;
  return a < b ? a : b;
}

double function_value(FunctionId id, double value, double first, double second) noexcept {
  switch (id) {
    case FunctionId::Abs:
      return std::fabs(value);
    case FunctionId::Acos:
      return std::acos(value);
    case FunctionId::Acosh:
      return std::acosh(value);
    case FunctionId::Asin:
      return std::asin(value);
    case FunctionId::Asinh:
      return std::asinh(value);
    case FunctionId::Atan:
      return std::atan(value);
    case FunctionId::Atanh:
      return std::atanh(value);
    case FunctionId::Ceil:
      return std::ceil(value);
    case FunctionId::Clamp:
      return second < first ? kNoSample : larger(first, smaller(second, value));
    case FunctionId::ClampMax:
      return smaller(first, value);
    case FunctionId::ClampMin:
      return larger(first, value);
    case FunctionId::Cos:
      return std::cos(value);
    case FunctionId::Cosh:
      return std::cosh(value);
    case FunctionId::Deg:
      return value * 180 / std::numbers::pi;
    case FunctionId::Exp:
      return std::exp(value);
    case FunctionId::Floor:
      return std::floor(value);
    case FunctionId::Ln:
      return std::log(value);
    case FunctionId::Log10:
      return std::log10(value);
    case FunctionId::Log2:
      return std::log2(value);
    case FunctionId::Rad:
      return value * std::numbers::pi / 180;
    case FunctionId::Round:
      return round_to(value, first);
    case FunctionId::Sgn:
      return sign(value);
    case FunctionId::Sin:
      return std::sin(value);
    case FunctionId::Sinh:
      return std::sinh(value);
    case FunctionId::Sqrt:
      return std::sqrt(value);
    case FunctionId::Tan:
      return std::tan(value);
    default:
      return std::tanh(value);
  }
}

void apply_to_values(FunctionId id, StepTable& table, std::span<const std::vector<double>> numbers) {
  const auto number = [&](std::size_t place, std::size_t step) {
    return place < numbers.size() ? numbers[place][step] : kArgumentLeftOut;
  };
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto values = table.row(row);
    for (std::size_t step = 0; step < values.size(); ++step) {
      double& value = values[step];
      if (has_sample(value)) value = function_value(id, value, number(0, step), number(1, step));
    }
  }
  if (id == FunctionId::Clamp) table.remove_empty_rows();
}

double part_of_moment(FunctionId id, double seconds) noexcept {
  // What is no time has no parts.
  constexpr double kLatest = 9e15;
  if (!(std::fabs(seconds) <= kLatest)) return kNan;
  const auto whole = static_cast<std::int64_t>(seconds);
  constexpr std::int64_t kDay = 86400;
  const std::int64_t days = (whole >= 0 ? whole : whole - (kDay - 1)) / kDay;
  const std::int64_t second_of_day = whole - days * kDay;
  const std::int64_t hour = second_of_day / 3600;
  const std::int64_t minute = second_of_day / 60 % 60;
  switch (id) {
    case FunctionId::DayOfMonth:
      return date_of(days).day;
    case FunctionId::DayOfWeek:
      return static_cast<double>(((days + 4) % 7 + 7) % 7);
    case FunctionId::DayOfYear:
      return day_of_year(date_of(days));
    case FunctionId::DaysInMonth:
      return days_in_month(date_of(days));
    case FunctionId::Hour:
      return static_cast<double>(hour);
    case FunctionId::Minute:
      return static_cast<double>(minute);
    case FunctionId::Month:
      return date_of(days).month;
    default:
      return static_cast<double>(date_of(days).year);
  }
}

void apply_to_moments(FunctionId id, StepTable& table) noexcept {
  for (double& value : table.values()) {
    if (has_sample(value)) value = part_of_moment(id, value);
  }
}

}  // namespace vigil::monitoring::promql
