#pragma once

#include <string>
#include <string_view>

#include "monitoring/promql/value.h"
#include "monitoring/store/labels.h"
#include "monitoring/store/sample.h"

/// Pieces of the answers of Prometheus' HTTP API.
namespace vigil::monitoring {

/// {"__name__":"up","job":"a"}
void append_labels(std::string& out, const Labels& labels);
/// Seconds, with milliseconds where there are some: 1435781451.781
void append_time(std::string& out, SampleTime time);
/// The number as Prometheus writes it, without quotes: exponents only below 1e-6 and from 1e21 on.
void append_number(std::string& out, double value);
/// [1435781451.781,"1.5"]
void append_point(std::string& out, Sample sample);
/// "resultType":...,"result":...
void append_result(std::string& out, const promql::Value& value);

}  // namespace vigil::monitoring
