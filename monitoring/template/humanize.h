#pragma once

#include <string>

#include "monitoring/template/template_instant.h"

namespace vigil::monitoring::text_template {

/// Four digits and a prefix of the SI: `1.235k`, `12.3m`.
[[nodiscard]] std::string humanize(double value);
/// Four digits and a binary prefix: `1.5ki`.
[[nodiscard]] std::string humanize_1024(double value);
/// Seconds as `1d 2h 3m 4s`, `12.34s`, `5.6ms`.
[[nodiscard]] std::string humanize_duration(double seconds);
/// Of a ratio: 0.5 is `50%`.
[[nodiscard]] std::string humanize_percentage(double ratio);

/// Seconds since 1970, cut to milliseconds. Throws CallFailure for what is not finite or beyond 64 bits of
/// nanoseconds.
[[nodiscard]] Instant instant_from_seconds(double seconds);

}  // namespace vigil::monitoring::text_template
