#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace vigil::monitoring {

/// How to reach a server and to be known there.
struct TransferSettings {
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{10'000};  ///< of the whole exchange, connecting included
  bool verify_tls = true;                     ///< the server's certificate and its name
  std::string ca_file = {};                   ///< PEM; empty: the system's
  std::string proxy = {};                     ///< URL; empty: none, whatever the environment says
  std::string user = {};                      ///< basic authentication, or SMTP's
  std::string password = {};
  std::string bearer_token = {};  ///< HTTP only; with it user and password are not sent
};

enum class TransferOutcome : std::uint8_t {
  Accepted,    ///< HTTP: a status from 200 to 299; SMTP: the mail was taken for all recipients
  Refused,     ///< for good: other HTTP statuses below 500 but 408 and 429, SMTP answers from 500 on,
               ///< credentials that do not do
  Busy,        ///< may be taken later: 408, 429, HTTP from 500 on, SMTP from 400 to 499
  Connection,  ///< no connection, or one that broke, or no such protocol
  Timeout,     ///< no whole answer in time
  Stopped,     ///< broken off by `stop`
};

struct TransferResult {
  TransferOutcome outcome = TransferOutcome::Connection;
  long status = 0;          ///< of HTTP or SMTP; 0 without an answer
  std::string reason = {};  ///< for a person, one line without credentials; empty if accepted
  std::optional<std::chrono::seconds> retry_after = {};  ///< that the server asked for
};

struct HttpPost {
  std::string url;  ///< http:// or https://, without credentials
  std::string content_type;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< besides; no line feeds
};

struct Mail {
  std::string url;               ///< smtp://HOST[:PORT] or smtps://HOST[:PORT]
  std::string hello = {};        ///< name given to the server; empty: libcurl's choice
  bool require_starttls = true;  ///< with smtp://: nothing is sent without TLS
  std::string from;              ///< addresses, bare
  std::vector<std::string> to;
  std::string message;  ///< RFC 5322, with CR LF
};

/// Sends over HTTP and SMTP with libcurl, which has its home here. Keeps connections from one call to the
/// next. Follows no redirect. One thread, which waits; `stop` is for any.
class Transfer {
 public:
  explicit Transfer(TransferSettings settings);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] TransferResult post(const HttpPost& post);
  [[nodiscard]] TransferResult send(const Mail& mail);
  /// Breaks off what is under way, within a second, and refuses what comes.
  void stop() noexcept { is_stopped_.store(true, std::memory_order_relaxed); }

 private:
  struct Impl;
  TransferSettings settings_;
  std::atomic<bool> is_stopped_ = false;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::monitoring
