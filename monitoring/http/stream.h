#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace vigil::monitoring {

class TlsContext;

/// The bytes of one connection, plain or within TLS. For the I/O thread; a handler is called by it later,
/// never from within the call that it was given to, and with an error once the stream is closed.
class Stream {
 public:
  using Error = boost::system::error_code;
  using Done = std::function<void(const Error&)>;
  using Moved = std::function<void(const Error&, std::size_t bytes)>;
  using Socket = boost::asio::ip::tcp::socket;
  using Pieces = std::array<boost::asio::const_buffer, 2>;

  virtual ~Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Agrees with the client how to go on; a plain stream has nothing to agree on.
  virtual void handshake(Done done) = 0;
  virtual void read_some(boost::asio::mutable_buffer to, Moved moved) = 0;
  /// At most one read, and one write, at a time. The pieces go out in order.
  virtual void write_some(const Pieces& pieces, Moved moved) = 0;
  /// Tells the client that nothing more comes.
  virtual void say_goodbye(Done done) = 0;

  /// Below TLS.
  [[nodiscard]] Socket& socket() noexcept { return socket_; }

 protected:
  explicit Stream(Socket socket) : socket_(std::move(socket)) {}

 private:
  Socket socket_;
};

[[nodiscard]] std::unique_ptr<Stream> plain_stream(Stream::Socket socket);
/// `context` must outlive the stream.
[[nodiscard]] std::unique_ptr<Stream> tls_stream(Stream::Socket socket, const TlsContext& context);

}  // namespace vigil::monitoring
