#include "monitoring/http/stream.h"

#include <utility>

#include <openssl/ssl.h>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "monitoring/http/tls.h"

namespace vigil::monitoring {
namespace {

namespace net = boost::asio;

class PlainStream final : public Stream {
 public:
  explicit PlainStream(Socket from) : Stream(std::move(from)) {}

  void handshake(Done done) override {
    net::post(socket().get_executor(), [done = std::move(done)] { done({}); });
  }
  void read_some(net::mutable_buffer to, Moved moved) override {
    socket().async_read_some(to, std::move(moved));
  }
  void write_some(const Pieces& pieces, Moved moved) override {
    socket().async_write_some(pieces, std::move(moved));
  }
  void say_goodbye(Done done) override { handshake(std::move(done)); }
};

/// Asio's own context shares ours for as long as the stream needs it.
net::ssl::context shared_context(const TlsContext& context) {
  auto* const own = static_cast<SSL_CTX*>(context.native());
  SSL_CTX_up_ref(own);
  return net::ssl::context(own);
}

class TlsStream final : public Stream {
 public:
  TlsStream(Socket from, const TlsContext& context)
      : Stream(std::move(from)), context_(shared_context(context)), tls_(socket(), context_) {}

  void handshake(Done done) override { tls_.async_handshake(net::ssl::stream_base::server, std::move(done)); }
  void read_some(net::mutable_buffer to, Moved moved) override { tls_.async_read_some(to, std::move(moved)); }
  void write_some(const Pieces& pieces, Moved moved) override {
    tls_.async_write_some(pieces, std::move(moved));
  }
  void say_goodbye(Done done) override { tls_.async_shutdown(std::move(done)); }

 private:
  net::ssl::context context_;
  net::ssl::stream<Socket&> tls_;
};

}  // namespace

std::unique_ptr<Stream> plain_stream(Stream::Socket socket) {
  return std::make_unique<PlainStream>(std::move(socket));
}

std::unique_ptr<Stream> tls_stream(Stream::Socket socket, const TlsContext& context) {
  return std::make_unique<TlsStream>(std::move(socket), context);
}

}  // namespace vigil::monitoring
