#pragma once

#include <cstdint>
#include <string_view>

namespace vigil::monitoring {

/// What a scrape is written in.
enum class ExpositionFormat : std::uint8_t { Text, OpenMetrics, Protobuf };
/// "text", "openmetrics", "protobuf": label values.
[[nodiscard]] std::string_view to_string(ExpositionFormat format) noexcept;
[[nodiscard]] std::string_view content_type(ExpositionFormat format) noexcept;

/// The format that a request's Accept asks for (RFC 9110, 12.5.1): of those we have the one with the highest
/// weight, of equal ones the first. Text 0.0.4 for an empty header and for one that names nothing we have, as
/// other exporters answer.
[[nodiscard]] ExpositionFormat negotiated_format(std::string_view accept);

}  // namespace vigil::monitoring
