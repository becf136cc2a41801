#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "monitoring/store/label_matcher.h"

namespace vigil::monitoring {

/// Matchers, or in `fault` what their text must be otherwise ("be ..."): never both.
struct ParsedMatchers {
  std::vector<LabelMatcher> matchers = {};
  std::string fault = {};
};

/// Reads what Alertmanager's configuration has under `matchers`: one or more of NAME=VALUE, NAME!=VALUE,
/// NAME=~REGEX and NAME!~REGEX with commas between them, with or without braces around all, each value with
/// or without double quotes. In a value \n is a line feed, \" and \\ stand for themselves, and a backslash
/// before anything else is one.
[[nodiscard]] ParsedMatchers parse_matchers(std::string_view text);

}  // namespace vigil::monitoring
