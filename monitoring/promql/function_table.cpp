#include "monitoring/promql/function_table.h"

#include <algorithm>
#include <array>

namespace vigil::monitoring::promql {

namespace {

using enum ValueType;

constexpr std::array kMatrix{Matrix};
constexpr std::array kMatrixScalar{Matrix, Scalar};
constexpr std::array kMatrixScalarScalar{Matrix, Scalar, Scalar};
constexpr std::array kScalar{Scalar};
constexpr std::array kScalarMatrix{Scalar, Matrix};
constexpr std::array kScalarScalarVector{Scalar, Scalar, Vector};
constexpr std::array kScalarVector{Scalar, Vector};
constexpr std::array kVector{Vector};
constexpr std::array kVectorScalar{Vector, Scalar};
constexpr std::array kVectorScalarScalar{Vector, Scalar, Scalar};
constexpr std::array kVectorString{Vector, String};
constexpr std::array kVectorVector{Vector, Vector};
constexpr std::array kLabelJoin{Vector, String, String, String};
constexpr std::array kLabelReplace{Vector, String, String, String, String};
constexpr std::span<const ValueType> kNone{};

/// Sorted by name.
constexpr std::array kFunctions = std::to_array<Function>({
    {"abs", FunctionId::Abs, Vector, kVector},
    {"absent", FunctionId::Absent, Vector, kVector},
    {"absent_over_time", FunctionId::AbsentOverTime, Vector, kMatrix},
    {"acos", FunctionId::Acos, Vector, kVector},
    {"acosh", FunctionId::Acosh, Vector, kVector},
    {"asin", FunctionId::Asin, Vector, kVector},
    {"asinh", FunctionId::Asinh, Vector, kVector},
    {"atan", FunctionId::Atan, Vector, kVector},
    {"atanh", FunctionId::Atanh, Vector, kVector},
    {"avg_over_time", FunctionId::AvgOverTime, Vector, kMatrix},
    {"ceil", FunctionId::Ceil, Vector, kVector},
    {"changes", FunctionId::Changes, Vector, kMatrix},
    {"clamp", FunctionId::Clamp, Vector, kVectorScalarScalar},
    {"clamp_max", FunctionId::ClampMax, Vector, kVectorScalar},
    {"clamp_min", FunctionId::ClampMin, Vector, kVectorScalar},
    {"cos", FunctionId::Cos, Vector, kVector},
    {"cosh", FunctionId::Cosh, Vector, kVector},
    {"count_over_time", FunctionId::CountOverTime, Vector, kMatrix},
    {"day_of_month", FunctionId::DayOfMonth, Vector, kVector, 1},
    {"day_of_week", FunctionId::DayOfWeek, Vector, kVector, 1},
    {"day_of_year", FunctionId::DayOfYear, Vector, kVector, 1},
    {"days_in_month", FunctionId::DaysInMonth, Vector, kVector, 1},
    {"deg", FunctionId::Deg, Vector, kVector},
    {"delta", FunctionId::Delta, Vector, kMatrix},
    {"deriv", FunctionId::Deriv, Vector, kMatrix},
    {"double_exponential_smoothing", FunctionId::Experimental, Vector, kMatrixScalarScalar, 0,
     Since::OnlyLeftOpen},
    {"exp", FunctionId::Exp, Vector, kVector},
    {"floor", FunctionId::Floor, Vector, kVector},
    {"histogram_avg", FunctionId::HistogramAvg, Vector, kVector, 0, Since::OnlyLeftOpen},
    {"histogram_count", FunctionId::HistogramCount, Vector, kVector},
    {"histogram_fraction", FunctionId::HistogramFraction, Vector, kScalarScalarVector},
    {"histogram_quantile", FunctionId::HistogramQuantile, Vector, kScalarVector},
    {"histogram_stddev", FunctionId::HistogramStddev, Vector, kVector, 0, Since::OnlyLeftOpen},
    {"histogram_stdvar", FunctionId::HistogramStdvar, Vector, kVector, 0, Since::OnlyLeftOpen},
    {"histogram_sum", FunctionId::HistogramSum, Vector, kVector},
    {"holt_winters", FunctionId::HoltWinters, Vector, kMatrixScalarScalar, 0, Since::OnlyClosed},
    {"hour", FunctionId::Hour, Vector, kVector, 1},
    {"idelta", FunctionId::Idelta, Vector, kMatrix},
    {"increase", FunctionId::Increase, Vector, kMatrix},
    {"info", FunctionId::Experimental, Vector, kVectorVector, 1, Since::OnlyLeftOpen},
    {"irate", FunctionId::Irate, Vector, kMatrix},
    {"label_join", FunctionId::LabelJoin, Vector, kLabelJoin, -1},
    {"label_replace", FunctionId::LabelReplace, Vector, kLabelReplace},
    {"last_over_time", FunctionId::LastOverTime, Vector, kMatrix},
    {"ln", FunctionId::Ln, Vector, kVector},
    {"log10", FunctionId::Log10, Vector, kVector},
    {"log2", FunctionId::Log2, Vector, kVector},
    {"mad_over_time", FunctionId::Experimental, Vector, kMatrix, 0, Since::OnlyLeftOpen},
    {"max_over_time", FunctionId::MaxOverTime, Vector, kMatrix},
    {"min_over_time", FunctionId::MinOverTime, Vector, kMatrix},
    {"minute", FunctionId::Minute, Vector, kVector, 1},
    {"month", FunctionId::Month, Vector, kVector, 1},
    {"pi", FunctionId::Pi, Scalar, kNone},
    {"predict_linear", FunctionId::PredictLinear, Vector, kMatrixScalar},
    {"present_over_time", FunctionId::PresentOverTime, Vector, kMatrix},
    {"quantile_over_time", FunctionId::QuantileOverTime, Vector, kScalarMatrix},
    {"rad", FunctionId::Rad, Vector, kVector},
    {"rate", FunctionId::Rate, Vector, kMatrix},
    {"resets", FunctionId::Resets, Vector, kMatrix},
    {"round", FunctionId::Round, Vector, kVectorScalar, 1},
    {"scalar", FunctionId::Scalar, Scalar, kVector},
    {"sgn", FunctionId::Sgn, Vector, kVector},
    {"sin", FunctionId::Sin, Vector, kVector},
    {"sinh", FunctionId::Sinh, Vector, kVector},
    {"sort", FunctionId::Sort, Vector, kVector},
    {"sort_by_label", FunctionId::Experimental, Vector, kVectorString, -1, Since::OnlyLeftOpen},
    {"sort_by_label_desc", FunctionId::Experimental, Vector, kVectorString, -1, Since::OnlyLeftOpen},
    {"sort_desc", FunctionId::SortDesc, Vector, kVector},
    {"sqrt", FunctionId::Sqrt, Vector, kVector},
    {"stddev_over_time", FunctionId::StddevOverTime, Vector, kMatrix},
    {"stdvar_over_time", FunctionId::StdvarOverTime, Vector, kMatrix},
    {"sum_over_time", FunctionId::SumOverTime, Vector, kMatrix},
    {"tan", FunctionId::Tan, Vector, kVector},
    {"tanh", FunctionId::Tanh, Vector, kVector},
    {"time", FunctionId::Time, Scalar, kNone},
    {"timestamp", FunctionId::Timestamp, Vector, kVector},
    {"ts_of_last_over_time", FunctionId::Experimental, Vector, kMatrix, 0, Since::OnlyLeftOpen},
    {"ts_of_max_over_time", FunctionId::Experimental, Vector, kMatrix, 0, Since::OnlyLeftOpen},
    {"ts_of_min_over_time", FunctionId::Experimental, Vector, kMatrix, 0, Since::OnlyLeftOpen},
    {"vector", FunctionId::Vector, Vector, kScalar},
    {"year", FunctionId::Year, Vector, kVector, 1},
});
static_assert(std::ranges::is_sorted(kFunctions, {}, &Function::name));

}  // namespace

std::string_view to_string(ValueType type) noexcept {
  static constexpr std::string_view kNames[] = {"scalar", "string", "vector", "matrix"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view documented_name(ValueType type) noexcept {
  static constexpr std::string_view kNames[] = {"scalar", "string", "instant vector", "range vector"};
  return kNames[static_cast<std::size_t>(type)];
}

const Function* find_function(std::string_view name, RangeEnds ranges) noexcept {
  const auto* const found = std::ranges::lower_bound(kFunctions, name, {}, &Function::name);
  if (found == kFunctions.end() || found->name != name) return nullptr;
  const Since missing = ranges == RangeEnds::LeftOpen ? Since::OnlyClosed : Since::OnlyLeftOpen;
  return found->since == missing ? nullptr : &*found;
}

}  // namespace vigil::monitoring::promql
