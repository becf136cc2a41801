#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vigil::monitoring {

/// Where metrics are pushed to: "http://[USER:PASSWORD@]HOST[:PORT][/PREFIX]".
struct PushTarget {
  std::string host;  ///< a name or an address in numbers, IPv6 without its brackets
  std::uint16_t port = 80;
  std::string prefix = {};    ///< what stands before "/metrics/job/...": empty or "/PREFIX"
  std::string user = {};      ///< decoded; empty: no Authorization is sent
  std::string password = {};  ///< decoded

  /// As it was written, without user and password: for messages.
  [[nodiscard]] std::string text() const;
  /// Value of the header Host.
  [[nodiscard]] std::string authority() const;
  bool operator==(const PushTarget&) const = default;
};

/// Throws std::runtime_error that says what was expected, "http://... with a port ...", and repeats nothing
/// of the URL: it may have a password.
[[nodiscard]] PushTarget parse_push_url(std::string_view url);
/// What parse_push_url() reads as `target`, its password included.
[[nodiscard]] std::string push_url(const PushTarget& target);

/// Labels that name a group of series in the gateway beside its job.
using PushGrouping = std::vector<std::pair<std::string, std::string>>;
/// A label name that Prometheus allows, other than "job" and those it keeps for itself ("__...").
[[nodiscard]] bool is_grouping_label(std::string_view name) noexcept;

/// "PREFIX/metrics/job/JOB/LABEL/VALUE...", the gateway's path of a group. Values that are empty or have a
/// slash are written in Base64, as it asks for.
[[nodiscard]] std::string push_path(const PushTarget& target, std::string_view job,
                                    const PushGrouping& grouping);

/// Base64 with padding (RFC 4648); `url_safe`: with - and _ for + and /.
[[nodiscard]] std::string base64_encoded(std::string_view bytes, bool url_safe);

}  // namespace vigil::monitoring
