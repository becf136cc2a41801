#pragma once

#include <string>

#include "engine/views/json_parts.h"

namespace vigil::engine {

/// The page of a replay's report or a day's, from its JSON: one file that asks for nothing else, with its
/// style and its charts in it. Well-formed XML. `json_link`: where the JSON stands, "" = nowhere that the
/// page knows. What `report` lacks the page leaves out.
[[nodiscard]] std::string report_html(const Json& report, const std::string& json_link);

}  // namespace vigil::engine
