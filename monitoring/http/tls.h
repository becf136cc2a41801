#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace vigil::monitoring {

enum class TlsVersion : std::uint8_t { Tls12, Tls13 };

/// Files in PEM: the certificate with those that lead to its authority behind it, and its private key.
struct HttpTlsConfig {
  std::string certificate = {};
  std::string key = {};
  TlsVersion minimum_version = TlsVersion::Tls12;

  [[nodiscard]] bool any() const noexcept { return !certificate.empty() || !key.empty(); }
};

/// What a server proves itself with, and the terms on which it talks: forward secrecy and authenticated
/// encryption only, no renegotiation. The certificate can be exchanged while connections are made.
class TlsContext {
 public:
  /// Throws std::runtime_error naming the file and the reason: not readable, no certificate, no key, a key of
  /// another certificate.
  explicit TlsContext(HttpTlsConfig config);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  /// Reads both files again, for connections from now on. Throws as the constructor does, and then keeps what
  /// it has. Any thread.
  void reload();
  /// OpenSSL's SSL_CTX; lives as long as this.
  [[nodiscard]] void* native() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::monitoring
