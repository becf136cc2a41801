#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <civetweb.h>

#include "monitoring/http/message.h"

// A request and its answer on a connection of CivetWeb's.

namespace vigil::monitoring {

/// All but the body; path and path parameters are the router's to fill.
[[nodiscard]] HttpRequest request_of(const mg_request_info& info);

/// Whether the connection is closed behind the answer, as the client wishes.
[[nodiscard]] bool wants_close(const mg_request_info& info);

/// Bytes of the request's line and headers, as they are usually written.
[[nodiscard]] std::size_t header_size(const mg_request_info& info);

enum class BodyResult : std::uint8_t { Read, TooLarge, Incomplete };

[[nodiscard]] bool has_body(const mg_request_info& info, const HttpRequest& request);
/// Whether there are two lengths, which two readers could take for two requests (RFC 9112, 6.3).
[[nodiscard]] bool has_two_lengths(const HttpRequest& request);
/// Reads the body, of at most `limit` bytes, into the request. Tells a client that waits for it to go on.
[[nodiscard]] BodyResult read_body(mg_connection* connection, const mg_request_info& info, std::size_t limit,
                                   HttpRequest& request);
/// Reads what a client may have sent behind a request that was refused: closing on unread bytes would make
/// the system throw away the answer.
void discard_body(mg_connection* connection);

struct Sending {
  bool is_head = false;  ///< the header of an answer to GET, without the body
  bool may_gzip = false;
  bool is_last = false;  ///< the connection is closed behind it
};
/// Blocks until the answer is with the system or the connection has ended.
void send(mg_connection* connection, HttpResponse response, const Sending& sending);

}  // namespace vigil::monitoring
