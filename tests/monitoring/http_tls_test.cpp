#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "monitoring/http/server.h"
#include "tests/monitoring/http_client.h"
#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using namespace std::chrono_literals;

namespace {

/// A self-signed certificate and its key in a folder of their own, gone at the end.
class Files {
 public:
  Files() {
    std::string name = (std::filesystem::temp_directory_path() / "vigil-test-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
    renew("first");
  }
  ~Files() { std::filesystem::remove_all(folder_); }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  void renew(const std::string& name) const {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86'400);
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME* const subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    REQUIRE(X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0);
    write(tls().certificate, [&](std::FILE* to) { return PEM_write_X509(to, certificate.get()); });
    write(tls().key, [&](std::FILE* to) {
      return PEM_write_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  [[nodiscard]] HttpTlsConfig tls() const {
    return {.certificate = folder_ / "certificate.pem", .key = folder_ / "key.pem"};
  }

 private:
  static void write(const std::string& path, const auto& content) {
    std::FILE* const file = std::fopen(path.c_str(), "w");
    REQUIRE(file != nullptr);
    REQUIRE(content(file) == 1);
    std::fclose(file);
  }
  std::filesystem::path folder_;
};

struct Server {
  Server() : server({.listen = "https://127.0.0.1:0", .tls = files.tls(), .threads = 2}, registry) {
    const auto text = [](std::string body) {
      return HttpResponse{.content_type = "text/plain", .body = std::move(body)};
    };
    server.add_route(kReadMethods, "/hello", [=](const HttpRequest&) { return text("hello"); });
    server.add_route(kReadMethods, "/much",
                     [=](const HttpRequest&) { return text(std::string(3'000'000, 'x')); });
    server.start();
  }
  [[nodiscard]] double dropped(std::string_view reason) {
    return counted(registry, "http_connections_dropped_total", {std::string(reason)}).value_or(0);
  }
  Files files;
  Registry registry;
  HttpServer server;
};

/// A connection of its own for each; trusts everybody.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, int version)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free),
        tls_(nullptr, &SSL_free) {
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    tls_.reset(SSL_new(context_.get()));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    SSL_set_fd(tls_.get(), socket_);
    is_agreed_ = SSL_connect(tls_.get()) == 1;
  }
  ~TlsClient() { ::close(socket_); }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  [[nodiscard]] bool is_agreed() const { return is_agreed_; }
  /// All that comes until the server ends the connection.
  [[nodiscard]] std::string exchange(const std::string& text) {
    if (SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())) <= 0) return {};
    std::string reply;
    std::string piece(std::size_t{64} * 1024, '\0');
    int size = 0;
    while ((size = SSL_read(tls_.get(), piece.data(), static_cast<int>(piece.size()))) > 0) {
      reply.append(piece, 0, static_cast<std::size_t>(size));
    }
    is_ended_in_order_ = SSL_get_error(tls_.get(), size) == SSL_ERROR_ZERO_RETURN;
    return reply;
  }
  /// Whether the server said goodbye: without it anybody could have cut the answer short.
  [[nodiscard]] bool is_ended_in_order() const { return is_ended_in_order_; }
  [[nodiscard]] std::string name() const {
    const std::unique_ptr<X509, decltype(&X509_free)> peer(SSL_get1_peer_certificate(tls_.get()), &X509_free);
    std::string text(64, '\0');
    const int size = X509_NAME_get_text_by_NID(X509_get_subject_name(peer.get()), NID_commonName, text.data(),
                                               static_cast<int>(text.size()));
    return text.substr(0, static_cast<std::size_t>(size));
  }

 private:
  int socket_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
  bool is_agreed_ = false;
  bool is_ended_in_order_ = false;
};

void wait_for_dropped(Server& server, int count) {
  while (server.dropped("tls_handshake") < count) std::this_thread::yield();
}

const std::string kLast = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

}  // namespace

TEST_CASE("TLS 1.2 and 1.3 are spoken, and an answer comes whole and to its end") {
  Server server;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    CAPTURE(version);
    TlsClient client(server.server.port(), version);
    REQUIRE(client.is_agreed());
    const std::string reply = client.exchange("GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /much" + kLast);
    CHECK(reply.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(reply.ends_with(std::string(3'000'000, 'x')));
    CHECK(client.is_ended_in_order());
  }
  CHECK(server.dropped("tls_handshake") == 0);
}

TEST_CASE("who agrees on no TLS connection is counted: an old version, no TLS at all, nothing") {
  Server server;
  CHECK_FALSE(TlsClient(server.server.port(), TLS1_1_VERSION).is_agreed());
  wait_for_dropped(server, 1);
  HttpClient plain(server.server.port());
  CHECK(plain.get("/hello").status == 0);
  wait_for_dropped(server, 2);
  { const HttpClient gone(server.server.port()); }
  wait_for_dropped(server, 3);
  CHECK(TlsClient(server.server.port(), TLS1_3_VERSION).exchange("GET /hello" + kLast).ends_with("hello"));
}

TEST_CASE("a certificate that was read again is for connections to come") {
  Server server;
  TlsClient before(server.server.port(), TLS1_3_VERSION);
  server.files.renew("second");
  CHECK(TlsClient(server.server.port(), TLS1_3_VERSION).name() == "first");
  server.server.reload_certificate();
  CHECK(TlsClient(server.server.port(), TLS1_2_VERSION).name() == "second");
  CHECK(TlsClient(server.server.port(), TLS1_3_VERSION).name() == "second");
  CHECK(before.exchange("GET /hello" + kLast).ends_with("hello"));
}

TEST_CASE("many clients over TLS are all answered") {
  Server server;
  constexpr int kClients = 6;
  std::vector<std::thread> clients;
  std::atomic<int> answered{0};
  for (int i = 0; i < kClients; ++i) {
    clients.emplace_back([&, i] {
      TlsClient client(server.server.port(), i % 2 == 0 ? TLS1_2_VERSION : TLS1_3_VERSION);
      if (client.exchange("GET /much" + kLast).ends_with("xxx")) ++answered;
    });
  }
  for (int i = 0; i < 10; ++i) server.server.reload_certificate();
  for (auto& client : clients) client.join();
  CHECK(answered == kClients);
}
