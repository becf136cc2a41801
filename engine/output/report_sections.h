#pragma once

#include <cstddef>
#include <string>

#include "engine/views/json_parts.h"

// The sections of a report's page, each "" where the report has nothing for it.

namespace vigil::engine {

/// Rows of a chart of bars at most.
inline constexpr std::size_t kMostBars = 20;

/// "<section>" with a heading; "" without content.
[[nodiscard]] std::string section(const std::string& heading, const std::string& content);
/// A heading within a section, and what belongs to it.
[[nodiscard]] std::string part(const std::string& heading, const std::string& content);
/// Charts side by side.
[[nodiscard]] std::string charts(const std::string& figures);
/// "Shown: 12 of 40 symbols, those ..."; "" where all are.
[[nodiscard]] std::string bounded_note(std::size_t shown, std::size_t of, const std::string& what);

[[nodiscard]] std::string headline_html(const Json& report);
[[nodiscard]] std::string value_section(const Json& report);
[[nodiscard]] std::string execution_section(const Json& report);
[[nodiscard]] std::string orders_section(const Json& report);
[[nodiscard]] std::string risk_section(const Json& report);
[[nodiscard]] std::string market_section(const Json& report);
[[nodiscard]] std::string models_section(const Json& report);
[[nodiscard]] std::string slos_section(const Json& report);
[[nodiscard]] std::string alerts_section(const Json& report);

}  // namespace vigil::engine
