#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vigil::monitoring {

/// What a caller has to present, in the header Authorization: the bearer token, or user and password (basic
/// authentication, RFC 7617). Each kind is asked for only when it is not empty; either one suffices.
struct HttpCredentials {
  std::string token = {};
  std::string user = {};
  std::string password = {};

  [[nodiscard]] bool has_token() const noexcept { return !token.empty(); }
  [[nodiscard]] bool has_password() const noexcept { return !password.empty(); }
  [[nodiscard]] bool any() const noexcept { return has_token() || has_password(); }
};

/// Whether a request with this Authorization presents one of the credentials; never when there are none. The
/// time it takes tells the length of what was presented, and nothing about the secret.
[[nodiscard]] bool presents(const HttpCredentials& wanted, std::optional<std::string_view> authorization);

/// Value of WWW-Authenticate: the kinds of credentials that would do.
[[nodiscard]] std::string challenge_of(const HttpCredentials& wanted);

/// The bytes of a text in Base64 (RFC 4648, with or without padding); nullopt for anything else.
[[nodiscard]] std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace vigil::monitoring
