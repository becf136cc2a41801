#include "engine/config/alerting_receivers.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"
#include "engine/config/config_words.h"
#include "monitoring/delivery/email_message.h"

namespace vigil::engine {
namespace {

struct Schemes {
  std::string_view plain, tls;
};
constexpr Schemes kHttp{"http://", "https://"};
constexpr Schemes kSmtp{"smtp://", "smtps://"};

/// A URL in clear, or where the secret is that is one. True: it is one.
bool read_url(const YamlValue& value, const Schemes& schemes, Secret& out) {
  YamlValue careful = value;
  const std::string* text = value.scalar("be a URL, file:PATH or environment:NAME");
  if (text == nullptr) {
    value.require();
    return false;
  }
  Secret url;
  if (is_secret_source(*text)) {
    careful.hide();
    read_secret(value, url);
    if (url.text.empty()) return false;
  } else {
    // Whoever wrote an @ may have written a password before it.
    if (text->find('@') != std::string::npos) careful.hide();
    url.text = *text;
  }
  const std::string fault = monitoring::url_fault(url.text, schemes.plain, schemes.tls);
  if (!fault.empty()) {
    careful.refuse(fault);
    return false;
  }
  out = std::move(url);
  return true;
}

void read_path(const YamlValue& value, std::string& out) {
  if (value.holds("")) return value.refuse("be none or the path of a file in PEM");
  if (!value.holds(kNone)) read_text(value, out);
}

void read_proxy(const YamlValue& value, std::string& out) {
  if (!value.given() || value.holds(kNone)) return;
  if (value.holds("")) return value.refuse("be none or a URL");
  const std::string* text = value.scalar("be none or a URL");
  if (text == nullptr) return;
  YamlValue careful = value;
  if (text->find('@') != std::string::npos) {
    careful.hide();
    return careful.refuse("have no user and password");
  }
  const std::string fault = monitoring::url_fault(*text, kHttp.plain, kHttp.tls);
  if (!fault.empty()) return value.refuse(fault);
  out = *text;
}

void read_credentials(const YamlValue& place, bool has_token, AlertTransferConfig& out) {
  const YamlValue user = place["user"];
  const YamlValue password = place["password"];
  std::string name{kNone};
  read_text(user, name);
  if (name.empty() || name.find(':') != std::string::npos) {
    user.refuse("be none or a text without a colon");
  } else if (name != kNone) {
    out.user = name;
  }
  read_secret(password, out.password);
  const bool has_password = password.given() && !password.holds(kNone);
  const bool has_user = user.given() && !user.holds(kNone);
  if (has_password && !has_user) password.refuse("stand with a user", "alone");
  if (has_user && !has_password) user.refuse("stand with a password", "alone");
  if (!has_token) return;
  const YamlValue token = place["token"];
  read_secret(token, out.token);
  if (out.token.text.find(' ') != std::string::npos) {
    token.refuse("name a token without spaces", out.token.source);
  }
  if (!out.token.text.empty() && has_user) token.refuse("stand without a user", "beside one");
}

void read_transfer(const YamlValue& place, bool has_token, AlertTransferConfig& out) {
  constexpr std::chrono::milliseconds kShortest{10};
  constexpr std::chrono::minutes kLongest{10};
  read_duration(place["connect_timeout"], out.connect_timeout, kShortest, kLongest);
  read_duration(place["timeout"], out.timeout, kShortest, kLongest);
  read_proxy(place["proxy_url"], out.proxy_url);
  const YamlValue tls = place["tls_config"];
  read_path(tls["ca_file"], out.ca_file);
  read_boolean(tls["insecure_skip_verify"], out.insecure_skip_verify);
  read_credentials(place, has_token, out);
}

void read_required_secret(const YamlValue& value, Secret& out) {
  if (!value.given() || value.holds(kNone)) {
    return value.refuse("be file:PATH or environment:NAME", value.given() ? "none" : "missing");
  }
  read_secret(value, out);
}

/// A text that may be left out, or be none.
void read_optional_text(const YamlValue& value, std::string& out) {
  if (!value.holds(kNone)) read_text(value, out);
}

void read_addresses(const YamlValue& to, std::vector<std::string>& out) {
  constexpr std::size_t kMostAddresses = 100;
  for (const YamlValue& element : to.elements()) {
    std::string address;
    read_text(element, address);
    if (!monitoring::is_mail_address(address)) element.refuse("be an address such as desk@example.org");
    out.push_back(std::move(address));
  }
  if (!to.given() || (to.is_list() && out.empty())) {
    to.refuse("be a list of at least one address", to.given() ? "empty" : "missing");
  }
  if (out.size() > kMostAddresses) to.refuse("be at most 100 addresses", std::to_string(out.size()));
}

void read_webhook(const YamlValue& value, AlertReceiver& out) {
  (void)read_url(value["url"], kHttp, out.url);
  read_secret(value["secret"], out.secret);
}

void read_slack(const YamlValue& value, AlertReceiver& out) {
  // Whoever has it can write to the channel: it must not stand in the file.
  const YamlValue url = value["url"];
  YamlValue hidden = url;
  hidden.hide();
  const std::string* text = hidden.scalar("be file:PATH or environment:NAME");
  const bool is_source = text != nullptr && is_secret_source(*text);
  if (is_source) {
    (void)read_url(url, kHttp, out.url);
  } else if (text != nullptr || !url.given()) {
    hidden.refuse("be file:PATH or environment:NAME", url.given() ? "something else" : "missing");
  }
  read_optional_text(value["channel"], out.channel);
  read_optional_text(value["username"], out.username);
}

void read_pagerduty(const YamlValue& value, AlertReceiver& out) {
  const YamlValue url = value["url"];
  if (url.given()) {
    (void)read_url(url, kHttp, out.url);
  } else {
    out.url = {.text = monitoring::PagerDutyConfig{}.url};
  }
  read_required_secret(value["routing_key"], out.routing_key);
}

void read_email(const YamlValue& value, AlertReceiver& out) {
  (void)read_url(value["url"], kSmtp, out.url);
  const YamlValue hello = value["hello"];
  read_optional_text(hello, out.hello);
  if (out.hello.find_first_of("/?#% ") != std::string::npos) hello.refuse("be none or the name of a host");
  read_boolean(value["require_tls"], out.require_tls);
  const YamlValue from = value["from"];
  from.require();
  read_text(from, out.from);
  if (from.given() && !monitoring::is_mail_address(out.from)) {
    from.refuse("be an address such as desk@example.org");
  }
  read_addresses(value["to"], out.to);
}

void read_kind(const YamlValue& value, AlertReceiver& out) {
  switch (out.kind) {
    case AlertReceiverKind::Log:
      return;
    case AlertReceiverKind::Webhook:
      read_webhook(value, out);
      break;
    case AlertReceiverKind::Slack:
      read_slack(value, out);
      break;
    case AlertReceiverKind::PagerDuty:
      read_pagerduty(value, out);
      break;
    case AlertReceiverKind::Email:
      read_email(value, out);
      break;
  }
  read_transfer(value, out.kind != AlertReceiverKind::Email, out.transfer);
}

/// Of a receiver whose kind nobody knows: none of its keys is a wrong one.
void know_every_key(const YamlValue& value) {
  for (const char* key :
       {"url", "secret", "channel", "username", "routing_key", "hello", "require_tls", "from", "to",
        "connect_timeout", "timeout", "proxy_url", "user", "password", "token"}) {
    (void)value[key];
  }
  for (const char* key : {"ca_file", "insecure_skip_verify"}) (void)value["tls_config"][key];
}

void read_receiver(const YamlValue& value, std::vector<AlertReceiver>& receivers) {
  AlertReceiver receiver;
  const YamlValue name = value["name"];
  read_name(name, receiver.name);
  if (receiver.name.find_first_of("/:") != std::string::npos) {
    name.refuse("be a name without slashes and colons");
  }
  if (!accept_name(name, receivers, &AlertReceiver::name, receiver.name, kMaxAlertReceivers)) return;
  read_boolean(value["send_resolved"], receiver.send_resolved);
  const YamlValue kind = value["kind"];
  kind.require();
  std::vector<std::string> words;
  for (const auto& [word, each] : kAlertReceiverWords) words.emplace_back(word);
  if (const auto chosen = choice_of(kind, words)) {
    receiver.kind = kAlertReceiverWords[*chosen].second;
    read_kind(value, receiver);
  } else {
    know_every_key(value);
  }
  receivers.push_back(std::move(receiver));
}

}  // namespace

void read_alertmanagers(const YamlValue& list, std::vector<AlertmanagerTarget>& out) {
  const auto host_of = [](const std::string& url) {
    const std::size_t scheme = url.find("://");
    return scheme == std::string::npos ? url : url.substr(scheme + 3);
  };
  for (const YamlValue& element : list.elements()) {
    if (out.size() >= kMaxAlertmanagers) {
      return element.refuse("be one of at most " + std::to_string(kMaxAlertmanagers) + " entries",
                            "one more");
    }
    AlertmanagerTarget target;
    const YamlValue url = element["url"];
    Secret read;
    const bool is_url = read_url(url, kHttp, read);
    target.url = std::move(read.text);
    if (is_url && !read.source.empty()) {
      // It names what its metrics and its outbox are about.
      url.refuse("be a URL that stands here", read.source);
    } else if (is_url && std::ranges::any_of(out, [&](const AlertmanagerTarget& other) {
                 return host_of(other.url) == host_of(target.url);
               })) {
      url.refuse("be an Alertmanager of its own (an entry before has it)");
    }
    read_count(element["batch"], target.batch, 1, 10'000);
    read_transfer(element, true, target.transfer);
    out.push_back(std::move(target));
  }
}

void read_receivers(const YamlValue& list, std::vector<AlertReceiver>& out) {
  std::vector<AlertReceiver> receivers;
  for (const YamlValue& element : list.elements()) read_receiver(element, receivers);
  if (list.is_list()) out = std::move(receivers);
}

}  // namespace vigil::engine
