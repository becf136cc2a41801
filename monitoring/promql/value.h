#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "monitoring/promql/error.h"
#include "monitoring/store/labels.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring::promql {

struct ScalarValue {
  SampleTime time = 0;
  double value = 0;
};
struct StringValue {
  SampleTime time = 0;
  std::string value;
};
struct VectorElement {
  Labels labels;
  Sample sample;  ///< its time is that of the evaluation
};
/// No two elements have equal labels. In the order of sort() or topk() where the expression ends with them.
using VectorValue = std::vector<VectorElement>;
struct MatrixSeries {
  Labels labels;
  std::vector<Sample> samples;  ///< the oldest first, at least one
};
/// By labels.
using MatrixValue = std::vector<MatrixSeries>;

using Value = std::variant<ScalarValue, StringValue, VectorValue, MatrixValue>;

enum class AnnotationLevel : std::uint8_t { Warning, Info };
/// What a user should know about a result that is no error. Only where Prometheus 3 is followed.
struct Annotation {
  AnnotationLevel level = AnnotationLevel::Warning;
  std::string text;  ///< as Prometheus words it, without the position
  TextRange range;   ///< in the expression
};
/// With the position in the text of the expression at the end, as the HTTP API shows it.
[[nodiscard]] std::string annotation_text(const Annotation& annotation, std::string_view expression);

struct QueryResult {
  Value value;
  std::vector<Annotation> annotations;  ///< no text twice, in the order in which they came up
  std::size_t peak_samples = 0;         ///< held at once at most, of the budget
};

}  // namespace vigil::monitoring::promql
