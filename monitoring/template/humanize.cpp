#include "monitoring/template/humanize.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

#include "monitoring/template/go_format.h"
#include "monitoring/template/go_verbs.h"
#include "monitoring/template/template_value.h"

namespace vigil::monitoring::text_template {

namespace {

constexpr std::string_view kLarge[] = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
constexpr std::string_view kSmall[] = {"m", "u", "n", "p", "f", "a", "z", "y"};
constexpr std::string_view kBinary[] = {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};

/// Divides until the value is below `factor`.
std::string scaled_down(double value, double factor, std::span<const std::string_view> prefixes) {
  std::string_view prefix;
  for (const std::string_view next : prefixes) {
    if (std::fabs(value) < factor) break;
    prefix = next;
    value /= factor;
  }
  return four_digits_text(value).append(prefix);
}

/// Multiplies until the value is one or more.
std::string scaled_up(double value) {
  std::string_view prefix;
  for (const std::string_view next : kSmall) {
    if (std::fabs(value) >= 1) break;
    prefix = next;
    value *= 1000;
  }
  return four_digits_text(value).append(prefix);
}

/// What is too large becomes the smallest number, as on the processors that Prometheus runs on.
std::int64_t whole(double value) {
  constexpr double kLimit = 9223372036854775808.0;
  if (!(value >= -kLimit && value < kLimit)) return std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::string humanize(double value) {
  if (value == 0 || !std::isfinite(value)) return four_digits_text(value);
  return std::fabs(value) >= 1 ? scaled_down(value, 1000, kLarge) : scaled_up(value);
}

std::string humanize_1024(double value) {
  if (std::fabs(value) <= 1 || !std::isfinite(value)) return four_digits_text(value);
  return scaled_down(value, 1024, kBinary);
}

std::string humanize_duration(double seconds) {
  if (!std::isfinite(seconds)) return four_digits_text(seconds);
  if (seconds == 0) return four_digits_text(seconds) + "s";
  if (std::fabs(seconds) < 1) return scaled_up(seconds) + "s";
  const std::string sign = seconds < 0 ? "-" : "";
  seconds = std::fabs(seconds);
  const std::int64_t total = whole(seconds);
  const std::int64_t days = total / 86'400;
  const std::int64_t hours = total / 3600 % 24;
  const std::int64_t minutes = total / 60 % 60;
  if (days == 0 && hours == 0 && minutes == 0) return sign + four_digits_text(seconds) + "s";
  std::string out = sign;
  if (days != 0) out += std::to_string(days) + "d ";
  if (days != 0 || hours != 0) out += std::to_string(hours) + "h ";
  return out + std::to_string(minutes) + "m " + std::to_string(total % 60) + "s";
}

std::string humanize_percentage(double ratio) {
  return four_digits_text(ratio * 100) + "%";
}

Instant instant_from_seconds(double seconds) {
  if (!std::isfinite(seconds)) throw CallFailure("value is NaN or Inf");
  const double nanoseconds = seconds * 1e9;
  constexpr double kLimit = 9223372036854775808.0;
  if (nanoseconds > kLimit || nanoseconds < -kLimit) {
    const Value shown = make_float(seconds);
    throw CallFailure(
        go_sprintf("%v cannot be represented as a nanoseconds timestamp since it overflows int64",
                   std::span(&shown, 1)));
  }
  return instant_from_milliseconds(whole(nanoseconds) / 1'000'000);
}

}  // namespace vigil::monitoring::text_template
