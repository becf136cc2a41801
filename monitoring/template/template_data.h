#pragma once

#include <functional>
#include <string>
#include <vector>

#include "monitoring/store/labels.h"

namespace vigil::monitoring {

/// One series of a query's result.
struct TemplateSample {
  Labels labels;  ///< the metric's name among them
  double value = 0;
};

/// Runs an expression at the time of the alert's evaluation. An std::exception it throws ends the expansion;
/// its text is the cause.
using TemplateQuery = std::function<std::vector<TemplateSample>(const std::string& expression)>;

/// What a template sees of an alert.
struct TemplateData {
  Labels labels;             ///< $labels: of the series that fires, the metric's name among them
  Labels external_labels;    ///< $externalLabels
  std::string external_url;  ///< $externalURL: where people reach this program, no slash at the end
  double value = 0;          ///< $value
  TemplateQuery query;       ///< empty: `query` fails
};

}  // namespace vigil::monitoring
