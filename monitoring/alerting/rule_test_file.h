#pragma once

#include <chrono>
#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/promql/series_description.h"
#include "monitoring/store/labels.h"

namespace vigil::monitoring {

/// What a file of unit tests for rules says, in the format of `promtool test rules` of Prometheus 2.42.
struct RuleTestFile {
  static constexpr std::chrono::milliseconds kDefaultInterval = std::chrono::minutes{1};

  struct Alert {
    Labels labels;  ///< with alertname
    Labels annotations;
    friend auto operator<=>(const Alert&, const Alert&) = default;
  };
  struct AlertCase {
    std::chrono::milliseconds at{0};
    std::string name;
    std::vector<Alert> expected;  ///< in order
  };
  struct ExpectedSample {
    Labels labels;
    double value = 0;
  };
  struct ExpressionCase {
    std::chrono::milliseconds at{0};
    std::string expression;
    std::vector<ExpectedSample> expected;
  };
  struct Group {
    std::string name;
    std::chrono::milliseconds interval = kDefaultInterval;
    std::vector<promql::SeriesDescription> series;
    std::vector<AlertCase> alerts;
    std::vector<ExpressionCase> expressions;
    Labels external_labels;
    std::string external_url;
  };

  std::vector<std::string> rule_files;  ///< as they stand there
  std::chrono::milliseconds evaluation_interval = kDefaultInterval;
  std::vector<std::string> group_order;
  std::vector<Group> tests;
};

/// From a text; `name` stands in messages for the file. Throws ConfigError with everything that is wrong.
[[nodiscard]] RuleTestFile read_rule_test_file(std::string_view text, const std::string& name);

}  // namespace vigil::monitoring
