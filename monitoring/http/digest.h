#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace vigil::monitoring {

/// SHA-256 of bytes that come piece by piece. After finish() it begins anew.
class Sha256 {
 public:
  using Hash = std::array<unsigned char, 32>;
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void begin() noexcept;
  void add(std::string_view bytes) noexcept;
  [[nodiscard]] Hash finish() noexcept;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};
/// As hexadecimal digits in lower case.
[[nodiscard]] std::string hex(const Sha256::Hash& hash);

/// SHA-256 of the bytes, as 64 hexadecimal digits in lower case.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
/// HMAC-SHA-256 (RFC 2104) of the bytes, likewise.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

}  // namespace vigil::monitoring
