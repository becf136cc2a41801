#include "monitoring/http/credentials.h"

#include <cstddef>
#include <cstdint>

#include "monitoring/http/letter_case.h"

namespace vigil::monitoring {
namespace {

/// Looks at every character of `presented`, so that the time does not tell how much of it is right.
bool equal_in_constant_time(std::string_view secret, std::string_view presented) noexcept {
  std::size_t difference = secret.size() ^ presented.size();
  for (std::size_t i = 0; i < presented.size(); ++i) {
    const char wanted = secret.empty() ? '\0' : secret[i % secret.size()];
    difference |= static_cast<std::size_t>(static_cast<unsigned char>(wanted) ^
                                           static_cast<unsigned char>(presented[i]));
  }
  return difference == 0;
}

/// What follows the scheme, whose name is in any case; nullopt for another scheme.
std::optional<std::string_view> after_scheme(std::string_view authorization, std::string_view scheme) {
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return std::nullopt;
  if (!equal_in_any_case(authorization.substr(0, scheme.size()), scheme)) return std::nullopt;
  authorization.remove_prefix(scheme.size());
  while (!authorization.empty() && authorization.front() == ' ') authorization.remove_prefix(1);
  return authorization;
}

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

bool presents(const HttpCredentials& wanted, std::optional<std::string_view> authorization) {
  if (!authorization) return false;
  if (const auto token = after_scheme(*authorization, "bearer")) {
    return wanted.has_token() && equal_in_constant_time(wanted.token, *token);
  }
  const auto encoded = after_scheme(*authorization, "basic");
  if (!encoded || !wanted.has_password()) return false;
  const auto pair = base64_decoded(*encoded);
  return pair && equal_in_constant_time(wanted.user + ':' + wanted.password, *pair);
}

std::string challenge_of(const HttpCredentials& wanted) {
  std::string challenge;
  if (wanted.has_token()) challenge += R"(Bearer realm="vigil")";
  if (!wanted.has_password()) return challenge;
  if (!challenge.empty()) challenge += ", ";
  return challenge + R"(Basic realm="vigil", charset="UTF-8")";
}

std::optional<std::string> base64_decoded(std::string_view text) {
  constexpr std::size_t kGroup = 4;
  const std::size_t size = text.size();
  for (int i = 0; i < 2 && size % kGroup == 0 && text.ends_with('='); ++i) text.remove_suffix(1);
  if (text.size() % kGroup == 1) return std::nullopt;

  std::string bytes;
  std::uint32_t bits = 0;
  unsigned held = 0;  // of the bits, those not yet in a byte
  for (const char c : text) {
    const std::size_t place = kAlphabet.find(c);
    if (place == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(place);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>((bits >> held) & 0xFFU);
    bits &= (1U << held) - 1U;
  }
  return bytes;
}

}  // namespace vigil::monitoring
