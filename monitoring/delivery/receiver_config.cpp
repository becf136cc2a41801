#include "monitoring/delivery/receiver_config.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "monitoring/delivery/email_message.h"

namespace vigil::monitoring {
namespace {

[[noreturn]] void fail(const std::string& key, std::string_view must) {
  throw std::runtime_error(fmt::format("{}: must {}", key, must));
}

bool is_plain(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; });
}

void check_url(const std::string& key, std::string_view url, std::string_view scheme,
               std::string_view other_scheme) {
  if (const std::string fault = url_fault(url, scheme, other_scheme); !fault.empty()) fail(key, fault);
}

void check_transfer(const std::string& place, const TransferSettings& settings) {
  if (settings.connect_timeout.count() <= 0) fail(place + ".connect_timeout", "be positive");
  if (settings.timeout.count() <= 0) fail(place + ".timeout", "be positive");
  if (!is_plain(settings.bearer_token))
    fail(place + ".bearer_token", "have no spaces and control characters");
}

struct Checks {
  const std::string& place;

  void operator()(const WebhookConfig& config) const {
    check_url(place + ".url", config.url, "http://", "https://");
    check_transfer(place, config.transfer);
  }
  void operator()(const SlackConfig& config) const {
    check_url(place + ".url", config.url, "http://", "https://");
    check_transfer(place, config.transfer);
  }
  void operator()(const PagerDutyConfig& config) const {
    check_url(place + ".url", config.url, "http://", "https://");
    if (config.routing_key.empty()) fail(place + ".routing_key", "not be empty");
    check_transfer(place, config.transfer);
  }
  void operator()(const EmailConfig& config) const {
    check_url(place + ".url", config.url, "smtp://", "smtps://");
    if (!is_mail_address(config.from)) fail(place + ".from", "be an address as desk@example.org");
    if (config.to.empty()) fail(place + ".to", "name at least one address");
    if (!std::ranges::all_of(config.to, is_mail_address))
      fail(place + ".to", "be addresses as desk@example.org");
    if (!is_plain(config.hello) || config.hello.find_first_of("/?#%") != std::string::npos)
      fail(place + ".hello", "be the name of a host");
    check_transfer(place, config.transfer);
  }
  void operator()(const LogReceiverConfig& config) const {
    if (!config.write) fail(place + ".write", "be a function");
  }
};

}  // namespace

std::string url_fault(std::string_view url, std::string_view scheme, std::string_view other_scheme) {
  for (const std::string_view each : {scheme, other_scheme}) {
    if (!url.starts_with(each)) continue;
    const std::string_view authority = url.substr(each.size(), url.find('/', each.size()) - each.size());
    if (authority.empty() || !is_plain(url)) return "have a host and no spaces";
    if (authority.find('@') != std::string_view::npos) {
      return "have no user and password: they have keys of their own";
    }
    return {};
  }
  return fmt::format("begin with {} or {}", scheme, other_scheme);
}

void check(const ReceiverConfig& config) {
  if (config.name.empty() || !is_plain(config.name) || config.name.find('/') != std::string::npos) {
    fail("receivers", fmt::format("have names without spaces and slashes, has '{}'", config.name));
  }
  const std::string place = fmt::format("receivers[{}]", config.name);
  std::visit(Checks{place}, config.kind);
}

void check(const AlertmanagerConfig& config) {
  check_url("alertmanagers.url", config.url, "http://", "https://");
  check_transfer("alertmanagers", config.transfer);
  if (config.batch == 0) fail("alertmanagers.batch", "be positive");
}

}  // namespace vigil::monitoring
