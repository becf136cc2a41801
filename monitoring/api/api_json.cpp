#include "monitoring/api/api_json.h"

#include <variant>

#include <fmt/format.h>

#include "monitoring/log/json_line.h"
#include "monitoring/promql/number_text.h"

namespace vigil::monitoring {

namespace {

void append(std::string& out, const promql::ScalarValue& value) {
  out += R"("resultType":"scalar","result":)";
  append_point(out, {.time = value.time, .value = value.value});
}

void append(std::string& out, const promql::StringValue& value) {
  out += R"("resultType":"string","result":[)";
  append_time(out, value.time);
  out += ',';
  append_json_string(out, value.value);
  out += ']';
}

void append(std::string& out, const promql::VectorValue& vector) {
  out += R"("resultType":"vector","result":[)";
  bool is_first = true;
  for (const promql::VectorElement& element : vector) {
    out += is_first ? R"({"metric":)" : R"(,{"metric":)";
    is_first = false;
    append_labels(out, element.labels);
    out += R"(,"value":)";
    append_point(out, element.sample);
    out += '}';
  }
  out += ']';
}

void append(std::string& out, const promql::MatrixValue& matrix) {
  out += R"("resultType":"matrix","result":[)";
  bool is_first = true;
  for (const promql::MatrixSeries& series : matrix) {
    out += is_first ? R"({"metric":)" : R"(,{"metric":)";
    is_first = false;
    append_labels(out, series.labels);
    out += R"(,"values":[)";
    for (const Sample& sample : series.samples) {
      append_point(out, sample);
      out += ',';
    }
    if (out.back() == ',') out.pop_back();
    out += "]}";
  }
  out += ']';
}

}  // namespace

void append_labels(std::string& out, const Labels& labels) {
  out += '{';
  bool is_first = true;
  for (const Label label : labels) {
    if (!is_first) out += ',';
    is_first = false;
    append_json_string(out, label.name);
    out += ':';
    append_json_string(out, label.value);
  }
  out += '}';
}

void append_time(std::string& out, SampleTime time) {
  if (time < 0) {
    out += '-';
    time = -time;
  }
  out += std::to_string(time / 1000);
  if (time % 1000 != 0) out += fmt::format(".{:03}", time % 1000);
}

void append_number(std::string& out, double value) {
  out += promql::sample_value_text(value);
}

void append_point(std::string& out, Sample sample) {
  out += '[';
  append_time(out, sample.time);
  out += ",\"";
  append_number(out, sample.value);
  out += "\"]";
}

void append_result(std::string& out, const promql::Value& value) {
  std::visit([&](const auto& each) { append(out, each); }, value);
}

}  // namespace vigil::monitoring
