#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "monitoring/store/sample.h"

namespace vigil::monitoring {

/// "2026-01-31T08:30:00.250Z" (RFC 3339). Years 1970 to 9999; what is outside is put at the nearer end.
[[nodiscard]] std::string rfc3339(SampleTime time);

/// Any time zone; digits beyond the millisecond are cut. nullopt: it is none, or of a year before 1970.
[[nodiscard]] std::optional<SampleTime> parse_rfc3339(std::string_view text);

}  // namespace vigil::monitoring
