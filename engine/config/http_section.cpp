#include <algorithm>

#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"
#include "engine/config/config_words.h"
#include "engine/config/secret.h"
#include "engine/config/value_text.h"

namespace vigil::engine {
namespace {

void read_access(const YamlValue& group, HttpAccessConfig& out) {
  constexpr std::string_view kUserMust = "be none or a text without a colon";
  const YamlValue user = group["user"];
  const YamlValue password = group["password"];
  read_secret(group["token"], out.token);
  read_secret(password, out.password);
  std::string name{kNone};
  read_text(user, name);
  if (name.empty() || name.find(':') != std::string::npos) return user.refuse(kUserMust);
  if (name != kNone) out.user = name;

  const bool has_password = password.given() && !password.holds(kNone);
  if (has_password && out.user.empty()) password.refuse("stand with a user", "alone");
  if (!has_password && !out.user.empty()) user.refuse("stand with a password", "alone");
}

void read_limits(const YamlValue& http, HttpLimits& out) {
  constexpr std::chrono::milliseconds kShortest{100};
  constexpr std::chrono::minutes kLongest{10};
  read_count(http["threads"], out.threads, 1, 64);
  read_count(http["connections"], out.connections, 1, 10'000);
  read_count(http["backlog"], out.backlog, 1, 65'535);
  read_duration(http["request_timeout"], out.request_timeout, kShortest, kLongest);
  read_duration(http["send_timeout"], out.send_timeout, kShortest, kLongest);
  read_duration(http["keep_alive_timeout"], out.keep_alive_timeout, kShortest, kLongest);
  read_count(http["header_limit"], out.header_limit, 1'024, 1'048'576);
  read_count(http["body_limit"], out.body_limit, 1'024, 16'777'216);
}

void read_tls(const YamlValue& tls, const std::vector<std::string>& listen, monitoring::HttpTlsConfig& out) {
  const auto read_path = [](const YamlValue& value, std::string& to) {
    std::string path{kNone};
    read_text(value, path);
    if (path.empty()) value.refuse("be none or the path of a file in PEM");
    if (path != kNone) to = path;
  };
  const YamlValue certificate = tls["certificate"];
  const YamlValue key = tls["key"];
  read_path(certificate, out.certificate);
  read_path(key, out.key);
  read_choice(tls["minimum_version"], out.minimum_version, kTlsVersionWords);

  if (out.certificate.empty() != out.key.empty()) {
    const YamlValue& alone = out.key.empty() ? certificate : key;
    return alone.refuse(out.key.empty() ? "stand with a key" : "stand with a certificate", "alone");
  }
  const bool has_https = std::ranges::any_of(listen, [](const std::string& text) {
    const auto address = parse_listen_address(text);
    return address && is_tls(*address);
  });
  // Else somebody believes that he has TLS.
  if (out.any() && !has_https) certificate.refuse("stand with an https:// address in listen", "without");
  if (has_https && !out.any()) certificate.refuse("be given for the https:// addresses in listen", "none");
}

}  // namespace

void read_http(const YamlValue& http, EngineConfig& config) {
  read_limits(http, config.http);
  read_tls(http["tls"], config.listen, config.http_tls);
  const YamlValue auth = http["auth"];
  read_access(auth["metrics"], config.http_auth.metrics);
  read_access(auth["api"], config.http_auth.api);
  read_access(auth["control"], config.http_auth.control);
}

}  // namespace vigil::engine
