#pragma once

#include <string>
#include <string_view>

#include "monitoring/promql/series_description.h"

namespace vigil::promql_test {

using monitoring::promql::SeriesDescription;

/// What is wrong with a line of a script.
struct ScriptFault {
  std::string message;
};

/// Throws ScriptFault.
[[nodiscard]] inline SeriesDescription parse_series(std::string_view text) {
  try {
    return monitoring::promql::parse_series(text);
  } catch (const monitoring::promql::SeriesDescriptionError& error) {
    throw ScriptFault{error.what()};
  }
}

}  // namespace vigil::promql_test
