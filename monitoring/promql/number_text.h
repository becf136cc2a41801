#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace vigil::monitoring::promql {

/// A number as expressions, bounds of buckets and sample values write it: decimal, hexadecimal, octal (0o17,
/// 017), binary, with underscores between digits, with an exponent, `Inf` and `NaN` in any case. Nothing
/// else: no value when the text is not a number, or too large for one.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
/// Why parse_number() has no value: `invalid syntax` or `value out of range`.
[[nodiscard]] std::string_view number_error(std::string_view text);

/// The shortest decimal text that reads back as the same value, never with an exponent: as Prometheus writes
/// sample values. `NaN`, `+Inf`, `-Inf`.
[[nodiscard]] std::string number_text(double value);
/// The same with an exponent where the value is below 1e-4 or from 1e6 on: as Go writes numbers, and so
/// Prometheus expressions and messages.
[[nodiscard]] std::string short_number_text(double value);
/// The same with an exponent where the value is below 1e-6 or from 1e21 on, as the JSON of the HTTP API does.
[[nodiscard]] std::string sample_value_text(double value);

/// `1h30m`, `5m`, `100ms`, `0`: units from years down to milliseconds, each at most once. No value when it is
/// not.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
/// Why parse_duration() has no value.
[[nodiscard]] std::string duration_error(std::string_view text);
/// Never negative. Years and weeks only where nothing is left over, as Prometheus writes durations.
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

}  // namespace vigil::monitoring::promql
