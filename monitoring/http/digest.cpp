#include "monitoring/http/digest.h"

#include <array>
#include <cassert>
#include <cstddef>
#include <new>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace vigil::monitoring {
namespace {

constexpr std::size_t kBytes = 32;
using Digest = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4U];
    text += kDigits[static_cast<unsigned char>(byte) & 0x0FU];
  }
  return text;
}

std::string hex(const Digest& digest) {
  return hex(std::string_view{reinterpret_cast<const char*>(digest.data()), kBytes});
}

}  // namespace

struct Sha256::Context {
  EVP_MD_CTX* digest = EVP_MD_CTX_new();
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  if (context_->digest == nullptr) throw std::bad_alloc{};
  begin();
}

Sha256::~Sha256() {
  EVP_MD_CTX_free(context_->digest);
}

void Sha256::begin() noexcept {
  const int ok = EVP_DigestInit_ex(context_->digest, EVP_sha256(), nullptr);
  assert(ok == 1);
  static_cast<void>(ok);
}

void Sha256::add(std::string_view bytes) noexcept {
  EVP_DigestUpdate(context_->digest, bytes.data(), bytes.size());
}

Sha256::Hash Sha256::finish() noexcept {
  Hash hash{};
  EVP_DigestFinal_ex(context_->digest, hash.data(), nullptr);
  begin();
  return hash;
}

std::string hex(const Sha256::Hash& hash) {
  return hex(std::string_view{reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::string sha256_hex(std::string_view bytes) {
  Digest digest{};
  unsigned size = 0;
  const int ok = EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  assert(ok == 1 && size == kBytes);
  return hex(digest);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view bytes) {
  Digest digest{};
  unsigned size = 0;
  const unsigned char* done =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data(), &size);
  assert(done != nullptr && size == kBytes);
  return hex(digest);
}

}  // namespace vigil::monitoring
