#include "monitoring/promql/value_functions.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

namespace vigil::monitoring::promql {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

template <typename Function>
void each_value(StepTable& table, Function function) {
  for (double& value : table.values()) {
    if (has_sample(value)) value = function(value);
  }
}

/// `function(value, step)`.
template <typename Function>
void each_cell(StepTable& table, Function function) {
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto values = table.row(row);
    for (std::size_t step = 0; step < values.size(); ++step) {
      if (has_sample(values[step])) values[step] = function(values[step], step);
    }
  }
}

double sign(double value) {
  if (value < 0) return -1;
  if (value > 0) return 1;
  return value;
}

using Numbers = std::span<const std::vector<double>>;

void round_to(StepTable& table, Numbers numbers) {
  each_cell(table, [&](double value, std::size_t step) {
    // Dividing by the inverse keeps 0.1 and its relatives exact.
    const double inverse = 1.0 / (numbers.empty() ? 1 : numbers[0][step]);
    return std::floor(value * inverse + 0.5) / inverse;
  });
}

void clamp(StepTable& table, Numbers numbers) {
  each_cell(table, [&](double value, std::size_t step) {
    const double low = numbers[0][step];
    const double high = numbers[1][step];
    return high < low ? kNoSample : larger(low, smaller(high, value));
  });
  table.remove_empty_rows();
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

void apply_to_values(FunctionId id, StepTable& table, Numbers numbers) {
  switch (id) {
    case FunctionId::Abs:
      return each_value(table, [](double v) { return std::fabs(v); });
    case FunctionId::Acos:
      return each_value(table, [](double v) { return std::acos(v); });
    case FunctionId::Acosh:
      return each_value(table, [](double v) { return std::acosh(v); });
    case FunctionId::Asin:
      return each_value(table, [](double v) { return std::asin(v); });
    case FunctionId::Asinh:
      return each_value(table, [](double v) { return std::asinh(v); });
    case FunctionId::Atan:
      return each_value(table, [](double v) { return std::atan(v); });
    case FunctionId::Atanh:
      return each_value(table, [](double v) { return std::atanh(v); });
    case FunctionId::Ceil:
      return each_value(table, [](double v) { return std::ceil(v); });
    case FunctionId::Clamp:
      return clamp(table, numbers);
    case FunctionId::ClampMax:
      return each_cell(table, [&](double v, std::size_t step) { return smaller(numbers[0][step], v); });
    case FunctionId::ClampMin:
      return each_cell(table, [&](double v, std::size_t step) { return larger(numbers[0][step], v); });
    case FunctionId::Cos:
      return each_value(table, [](double v) { return std::cos(v); });
    case FunctionId::Cosh:
      return each_value(table, [](double v) { return std::cosh(v); });
    case FunctionId::Deg:
      return each_value(table, [](double v) { return v * 180 / std::numbers::pi; });
    case FunctionId::Exp:
      return each_value(table, [](double v) { return std::exp(v); });
    case FunctionId::Floor:
      return each_value(table, [](double v) { return std::floor(v); });
    case FunctionId::Ln:
      return each_value(table, [](double v) { return std::log(v); });
    case FunctionId::Log10:
      return each_value(table, [](double v) { return std::log10(v); });
    case FunctionId::Log2:
      return each_value(table, [](double v) { return std::log2(v); });
    case FunctionId::Rad:
      return each_value(table, [](double v) { return v * std::numbers::pi / 180; });
    case FunctionId::Round:
      return round_to(table, numbers);
    case FunctionId::Sgn:
      return each_value(table, sign);
    case FunctionId::Sin:
      return each_value(table, [](double v) { return std::sin(v); });
    case FunctionId::Sinh:
      return each_value(table, [](double v) { return std::sinh(v); });
    case FunctionId::Sqrt:
      return each_value(table, [](double v) { return std::sqrt(v); });
    case FunctionId::Tan:
      return each_value(table, [](double v) { return std::tan(v); });
    default:
      return each_value(table, [](double v) { return std::tanh(v); });
  }
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
  each_value(table, [id](double seconds) { return part_of_moment(id, seconds); });
}

}  // namespace vigil::monitoring::promql
