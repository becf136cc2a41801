#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "orders/time.h"

namespace vigil::engine {

/// "250ms", "5s", "1.5m", "2h", "50us", "100ns"; a bare "0" is zero. Exact to the nanosecond or nothing;
/// never negative.
[[nodiscard]] std::optional<orders::Duration> parse_duration(std::string_view text) noexcept;
/// In the largest unit that gives a whole number: "90s" for a minute and a half, "0s" for zero.
[[nodiscard]] std::string duration_text(orders::Duration duration);

/// "HH:MM" or "HH:MM:SS", from 00:00 to 23:59:59.
[[nodiscard]] std::optional<orders::Duration> parse_time_of_day(std::string_view text) noexcept;
[[nodiscard]] std::string time_of_day_text(orders::Duration time);

/// A finite number; exponents are accepted.
[[nodiscard]] std::optional<double> parse_real(std::string_view text) noexcept;
/// The shortest text that reads back as the same number.
[[nodiscard]] std::string real_text(double value);

/// Decimal digits only.
[[nodiscard]] std::optional<std::uint64_t> parse_whole(std::string_view text) noexcept;

/// "HOST:PORT", "[IPV6]:PORT", with "http://" or "https://" (TLS) before it or neither. Port 0 lets the
/// system choose.
struct ListenAddress {
  std::string scheme;  ///< as it was written, with "://"; may be empty
  std::string host;    ///< with its brackets, if any
  std::uint16_t port = 0;
};
[[nodiscard]] inline bool is_tls(const ListenAddress& address) {
  return address.scheme == "https://";
}
[[nodiscard]] std::optional<ListenAddress> parse_listen_address(std::string_view text);
[[nodiscard]] std::optional<std::uint16_t> parse_port(std::string_view text) noexcept;

/// A text as a YAML value that reads back as the same text: plain where that is safe, else in double quotes.
[[nodiscard]] std::string yaml_text(std::string_view text);

}  // namespace vigil::engine
