#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "monitoring/promql/range_ends.h"

namespace vigil::monitoring::promql {

/// What an expression gives: a number a step, a text, a sample per series, a window of samples per series.
enum class ValueType : std::uint8_t { Scalar, String, Vector, Matrix };
/// "scalar", "string", "vector", "matrix": as the HTTP API says it.
[[nodiscard]] std::string_view to_string(ValueType type) noexcept;
/// "scalar", "string", "instant vector", "range vector": as messages say it.
[[nodiscard]] std::string_view documented_name(ValueType type) noexcept;

enum class FunctionId : std::uint8_t {
  // Of the samples in a window.
  AbsentOverTime,
  AvgOverTime,
  Changes,
  CountOverTime,
  Delta,
  Deriv,
  HoltWinters,
  Idelta,
  Increase,
  Irate,
  LastOverTime,
  MaxOverTime,
  MinOverTime,
  PredictLinear,
  PresentOverTime,
  QuantileOverTime,
  Rate,
  Resets,
  StddevOverTime,
  StdvarOverTime,
  SumOverTime,
  // Of one value.
  Abs,
  Acos,
  Acosh,
  Asin,
  Asinh,
  Atan,
  Atanh,
  Ceil,
  Clamp,
  ClampMax,
  ClampMin,
  Cos,
  Cosh,
  Deg,
  Exp,
  Floor,
  Ln,
  Log10,
  Log2,
  Rad,
  Round,
  Sgn,
  Sin,
  Sinh,
  Sqrt,
  Tan,
  Tanh,
  // Of a moment, in UTC.
  DayOfMonth,
  DayOfWeek,
  DayOfYear,
  DaysInMonth,
  Hour,
  Minute,
  Month,
  Year,
  // Of vectors as a whole.
  Absent,
  HistogramFraction,
  HistogramQuantile,
  LabelJoin,
  LabelReplace,
  Pi,
  Scalar,
  Sort,
  SortDesc,
  Time,
  Timestamp,
  Vector,
  // Of native histograms, which no sample of ours is: no result.
  HistogramAvg,
  HistogramCount,
  HistogramStddev,
  HistogramStdvar,
  HistogramSum,
  /// Known by name, refused: experimental in the Prometheus that is followed.
  Experimental,
};

/// In which of the two languages a function exists.
enum class Since : std::uint8_t { Always, OnlyLeftOpen, OnlyClosed };

struct Function {
  std::string_view name;
  FunctionId id;
  ValueType result;
  std::span<const ValueType> arguments;
  /// How many arguments may be left out or added at the end, as the last of `arguments`: 0 none, n > 0 the
  /// last may be left out and there may be n of it, -1 any number of the last.
  int variadic = 0;
  Since since = Since::Always;
};

[[nodiscard]] constexpr bool takes_window(FunctionId id) noexcept {
  return id <= FunctionId::SumOverTime;
}
[[nodiscard]] constexpr bool is_of_one_value(FunctionId id) noexcept {
  return id >= FunctionId::Abs && id <= FunctionId::Tanh;
}
[[nodiscard]] constexpr bool is_of_moment(FunctionId id) noexcept {
  return id >= FunctionId::DayOfMonth && id <= FunctionId::Year;
}
/// Asks for the time of the evaluation, so that an argument that never changes does not make the result
/// constant.
[[nodiscard]] constexpr bool depends_on_time(FunctionId id) noexcept {
  return is_of_moment(id) || id == FunctionId::PredictLinear || id == FunctionId::Time ||
         id == FunctionId::Timestamp;
}

/// nullptr when there is none of that name.
[[nodiscard]] const Function* find_function(std::string_view name, RangeEnds ranges) noexcept;

}  // namespace vigil::monitoring::promql
