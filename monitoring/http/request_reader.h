#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "monitoring/http/chunked_body.h"
#include "monitoring/http/message.h"

namespace vigil::monitoring {

/// Lines of a request's header, its first one aside.
inline constexpr std::size_t kMaxHeaders = 63;

struct RequestLimits {
  std::size_t header = std::size_t{16} * 1024;  ///< bytes of line and headers, and of a chunk's own line
  std::size_t body = std::size_t{1024} * 1024;  ///< bytes
};

enum class ReadResult : std::uint8_t {
  NeedsMore,
  Header,  ///< line and headers are there, once a request: the moment to refuse it before its body
  Whole,
  HeaderTooLarge,
  BodyTooLarge,
  Malformed,
};

/// Reads requests out of a connection's bytes, in whatever pieces they come, one after the other. Refuses
/// whatever two readers could take for different requests: line ends that are none, folded lines, a second
/// length, an encoding that it does not know (RFC 9112, 5 to 7 and 11.2). What follows a request stays for
/// the next one. A reader that has refused is of no further use.
class RequestReader {
 public:
  explicit RequestReader(const RequestLimits& limits);

  void feed(std::string_view bytes) { bytes_ += bytes; }
  /// Goes on with what it was fed, up to the next event.
  [[nodiscard]] ReadResult next();
  /// Forgets the request that was read, and its memory.
  void restart();

  /// Whether something of a request has come.
  [[nodiscard]] bool has_begun() const noexcept { return stage_ != Stage::Header || !bytes_.empty(); }

  // From Header on.
  /// All but path and path parameters, which are the router's to fill; the body once it is whole.
  [[nodiscard]] HttpRequest& request() noexcept { return request_; }
  /// Still percent-encoded, without the query.
  [[nodiscard]] std::string_view raw_path() const noexcept { return raw_path_; }
  [[nodiscard]] bool has_body() const noexcept { return has_body_; }
  /// Whether the client wishes the connection closed behind the answer.
  [[nodiscard]] bool wants_close() const noexcept { return wants_close_; }
  /// Whether the client waits to be told before it sends the body.
  [[nodiscard]] bool awaits_continue() const noexcept;

  /// Why it refused, for the client.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }

 private:
  enum class Stage : std::uint8_t { Header, Body, Done };

  [[nodiscard]] ReadResult read_header();
  [[nodiscard]] ReadResult read_body();
  [[nodiscard]] ReadResult read_chunks();
  void take_target(std::string_view target);
  [[nodiscard]] ReadResult malformed(std::string_view fault);
  [[nodiscard]] ReadResult header_too_large();
  [[nodiscard]] ReadResult body_too_large();

  RequestLimits limits_;
  std::string bytes_;         ///< not read yet
  std::size_t searched_ = 0;  ///< bytes of them in which no header ends
  Stage stage_ = Stage::Header;
  std::optional<ChunkedBody> chunks_;  ///< of a body that comes so
  std::uint64_t left_ = 0;             ///< bytes of one that does not
  HttpRequest request_;
  std::string raw_path_;
  bool has_body_ = false;
  bool wants_close_ = false;
  std::string fault_;
};

}  // namespace vigil::monitoring
