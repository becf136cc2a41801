#include "monitoring/http/tls.h"

#include <cerrno>
#include <cstdio>
#include <mutex>
#include <new>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace vigil::monitoring {
namespace {

struct Free {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(STACK_OF(X509) * chain) const noexcept { sk_X509_pop_free(chain, X509_free); }
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

/// A certificate, its key, and the certificates between it and its authority.
struct Identity {
  Owned<X509> certificate;
  Owned<EVP_PKEY> key;
  Owned<STACK_OF(X509)> chain;
};

[[noreturn]] void refuse(std::string_view what, const std::string& path, std::string_view reason) {
  throw std::runtime_error(fmt::format("http.tls.{}: {}: {}", what, path, reason));
}

Owned<std::FILE> open_file(std::string_view what, const std::string& path) {
  Owned<std::FILE> file(std::fopen(path.c_str(), "re"));
  if (file == nullptr) refuse(what, path, std::generic_category().message(errno));
  return file;
}

/// OpenSSL would ask for it on the terminal.
int no_passphrase(char*, int, int, void*) noexcept {
  return 0;
}

Identity read_identity(const HttpTlsConfig& config) {
  Identity identity;
  const Owned<std::FILE> certificates = open_file("certificate", config.certificate);
  identity.certificate.reset(PEM_read_X509(certificates.get(), nullptr, &no_passphrase, nullptr));
  if (identity.certificate == nullptr) {
    refuse("certificate", config.certificate, "must hold a certificate in PEM, found none");
  }
  identity.chain.reset(sk_X509_new_null());
  if (identity.chain == nullptr) throw std::bad_alloc();
  while (X509* const next = PEM_read_X509(certificates.get(), nullptr, &no_passphrase, nullptr)) {
    if (sk_X509_push(identity.chain.get(), next) == 0) throw std::bad_alloc();
  }
  const Owned<std::FILE> key = open_file("key", config.key);
  identity.key.reset(PEM_read_PrivateKey(key.get(), nullptr, &no_passphrase, nullptr));
  if (identity.key == nullptr) {
    refuse("key", config.key, "must hold a private key in PEM without a passphrase, found none");
  }
  const bool fits = X509_check_private_key(identity.certificate.get(), identity.key.get()) == 1;
  ERR_clear_error();  // the end of a file is one to OpenSSL
  if (!fits) refuse("key", config.key, "is not the key of the certificate in " + config.certificate);
  return identity;
}

}  // namespace

struct TlsContext::Impl {
  HttpTlsConfig config;
  Owned<SSL_CTX> context;
  std::mutex mutex;  ///< of the identity; held while a handshake takes it
  Identity identity;

  /// For each handshake: proves the server with what it has now.
  static int on_certificate(SSL* connection, void* self) noexcept {
    Impl& impl = *static_cast<Impl*>(self);
    const std::lock_guard lock(impl.mutex);
    const Identity& own = impl.identity;
    return SSL_use_cert_and_key(connection, own.certificate.get(), own.key.get(), own.chain.get(), 1);
  }
};

TlsContext::TlsContext(HttpTlsConfig config) : impl_(std::make_unique<Impl>()) {
  impl_->config = std::move(config);
  impl_->identity = read_identity(impl_->config);
  impl_->context.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const context = impl_->context.get();
  if (context == nullptr) throw std::runtime_error("http: OpenSSL made no TLS context");

  const bool only_13 = impl_->config.minimum_version == TlsVersion::Tls13;
  // TLS 1.3 has no other ciphers than such.
  constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
  if (SSL_CTX_set_min_proto_version(context, only_13 ? TLS1_3_VERSION : TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(context, kCiphers) != 1) {
    throw std::runtime_error(
        "http: this machine's OpenSSL does not know the TLS versions or ciphers asked for");
  }
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_cert_cb(context, &Impl::on_certificate, impl_.get());
}

TlsContext::~TlsContext() = default;

void TlsContext::reload() {
  Identity fresh = read_identity(impl_->config);
  const std::lock_guard lock(impl_->mutex);
  impl_->identity = std::move(fresh);
}

void* TlsContext::native() const noexcept {
  return impl_->context.get();
}

}  // namespace vigil::monitoring
