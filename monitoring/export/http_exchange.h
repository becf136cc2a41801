#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "monitoring/export/push_target.h"

namespace vigil::monitoring {

enum class HttpVerb : std::uint8_t { Put, Delete };

struct HttpCall {
  HttpVerb verb = HttpVerb::Put;
  std::string path = {};
  std::string content_type = {};  ///< of the body; empty: there is none
  std::string body = {};
};

enum class HttpOutcome : std::uint8_t {
  Accepted,    ///< a status from 200 to 299
  Refused,     ///< any other status
  Connection,  ///< no connection, or one that broke, or no HTTP
  Timeout,     ///< no whole answer in time
};

struct HttpReply {
  HttpOutcome outcome = HttpOutcome::Connection;
  unsigned status = 0;      ///< 0 without an answer
  std::string reason = {};  ///< for a person, one line; empty if accepted
};

/// One request over a connection of its own, looking up the host's name included; returns after at most
/// `timeout`, but for the system's look-up of a name, which cannot be cut short. The calling thread waits:
/// not for the core. An answer's body is read up to 64 KB.
[[nodiscard]] HttpReply exchange(const PushTarget& target, const HttpCall& call,
                                 std::chrono::nanoseconds timeout);

}  // namespace vigil::monitoring
