#pragma once

#include <string>
#include <string_view>

namespace vigil::monitoring {

/// SHA-256 of the bytes, as 64 hexadecimal digits in lower case.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
/// HMAC-SHA-256 (RFC 2104) of the bytes, likewise.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

}  // namespace vigil::monitoring
