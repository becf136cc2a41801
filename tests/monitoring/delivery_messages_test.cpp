#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <nlohmann/json.hpp>

#include "monitoring/delivery/chat_message.h"
#include "monitoring/delivery/email_message.h"
#include "monitoring/delivery/receiver_config.h"
#include "monitoring/delivery/webhook_message.h"
#include "monitoring/http/credentials.h"
#include "monitoring/http/digest.h"
#include "tests/monitoring/delivery_fixture.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using nlohmann::json;

namespace {

Notification two_alerts() {
  return {.receiver = "desk",
          .group_key = R"({}:{alertname="Slow"})",
          .group_labels = Labels{{"alertname", "Slow"}},
          .time = kStart,
          .alerts = {firing("Slow", kStart, "x"), resolved(firing("Slow", kStart, "y"), kStart + 1500)},
          .truncated = 3,
          .idempotency_key = "0123456789abcdef"};
}

Notification only_resolved() {
  Notification notification = two_alerts();
  notification.alerts.erase(notification.alerts.begin());
  return notification;
}

}  // namespace

TEST_CASE("an Alertmanager is told of alerts as Prometheus tells it") {
  const Alert alert = resolved(firing("Slow", kStart), kStart + 1500);
  const json body = json::parse(alertmanager_body(std::vector{alert, firing("Slow", kStart)}));
  REQUIRE(body.size() == 2);
  CHECK(body[0]["labels"]["alertname"] == "Slow");
  CHECK(body[0]["annotations"]["summary"] == "Too slow");
  CHECK(body[0]["startsAt"] == "2026-01-31T08:30:00.000Z");
  CHECK(body[0]["endsAt"] == "2026-01-31T08:30:01.500Z");
  CHECK(body[0]["generatorURL"] == "http://127.0.0.1:9464/rules");
  CHECK_FALSE(body[1].contains("endsAt"));
}

TEST_CASE("a webhook gets Alertmanager's format, version 4") {
  const json body = json::parse(webhook_body(two_alerts(), "http://vigil"));
  CHECK(body["version"] == "4");
  CHECK(body["groupKey"] == R"({}:{alertname="Slow"})");
  CHECK(body["truncatedAlerts"] == 3);
  CHECK(body["status"] == "firing");
  CHECK(body["receiver"] == "desk");
  CHECK(body["groupLabels"] == json{{"alertname", "Slow"}});
  CHECK(body["commonLabels"] == json{{"alertname", "Slow"}, {"severity", "critical"}, {"team", "trading"}});
  CHECK(body["commonAnnotations"] == json{{"summary", "Too slow"}});
  CHECK(body["externalURL"] == "http://vigil");
  REQUIRE(body["alerts"].size() == 2);
  CHECK(body["alerts"][0]["status"] == "firing");
  CHECK(body["alerts"][0]["endsAt"] == "0001-01-01T00:00:00Z");
  CHECK(body["alerts"][1]["status"] == "resolved");
  CHECK(body["alerts"][1]["endsAt"] == "2026-01-31T08:30:01.500Z");
  CHECK(body["alerts"][1]["fingerprint"].get<std::string>().size() == 16);
  CHECK(json::parse(webhook_body(only_resolved(), ""))["status"] == "resolved");
}

TEST_CASE("a webhook's signature is over its time and its body") {
  const auto headers = webhook_headers("key", "{}", "secret", 1'769'848'200);
  REQUIRE(headers.size() == 3);
  CHECK(headers[0] == std::pair<std::string, std::string>{"Idempotency-Key", "key"});
  CHECK(headers[1].second == "1769848200");
  CHECK(headers[2].first == "X-Vigil-Signature");
  CHECK(headers[2].second == "sha256=" + hmac_sha256_hex("secret", "1769848200.{}"));
  CHECK(webhook_headers("key", "{}", "", 0).size() == 2);
}

TEST_CASE("Slack's markup in an alert is escaped, and colours tell the severity") {
  Notification notification = two_alerts();
  notification.alerts[0].annotations = Labels{{"summary", "<!channel> & <http://evil|click>"}};
  const json body = json::parse(slack_body(notification, "http://vigil", "#desk", "vigil"));
  CHECK(body["channel"] == "#desk");
  CHECK(body["username"] == "vigil");
  CHECK(body["text"].get<std::string>().find("[FIRING:1] Slow") != std::string::npos);
  CHECK(body["text"].get<std::string>().find("and 3 more") != std::string::npos);
  REQUIRE(body["attachments"].size() == 2);
  CHECK(body["attachments"][0]["color"] == "#a30200");
  CHECK(body["attachments"][1]["color"] == "#2eb886");
  const std::string text = body["attachments"][0]["text"];
  CHECK(text.find("&lt;!channel&gt; &amp; &lt;http://evil|click&gt;") != std::string::npos);
  CHECK(text.find('<') == std::string::npos);
  CHECK_FALSE(json::parse(slack_body(notification, "", "", "")).contains("channel"));
}

TEST_CASE("Slack is shown a bounded number of alerts, and told of the others") {
  Notification notification = two_alerts();
  notification.alerts.assign(50, firing("Slow", kStart));
  const json body = json::parse(slack_body(notification, "", "", ""));
  CHECK(body["attachments"].size() == kSlackAttachments);
  CHECK(body["text"].get<std::string>().find("and 33 more") != std::string::npos);
}

TEST_CASE("PagerDuty's incident is triggered while anything fires, and resolved by the same key") {
  const json trigger = json::parse(pagerduty_body(two_alerts(), "http://vigil", "routing"));
  CHECK(trigger["routing_key"] == "routing");
  CHECK(trigger["event_action"] == "trigger");
  CHECK(trigger["payload"]["severity"] == "critical");
  CHECK(trigger["payload"]["class"] == "Slow");
  CHECK(trigger["payload"]["group"] == "trading");
  CHECK(trigger["payload"]["summary"] == "[FIRING:1] Slow");
  CHECK(trigger["client_url"] == "http://vigil");
  const json resolve = json::parse(pagerduty_body(only_resolved(), "", "routing"));
  CHECK(resolve["event_action"] == "resolve");
  CHECK(resolve["dedup_key"] == trigger["dedup_key"]);
  CHECK_FALSE(resolve.contains("payload"));
}

TEST_CASE("the gravest severity of a group is the notification's") {
  Alert warning = firing("A", kStart);
  warning.labels = Labels{{"alertname", "A"}, {"severity", "warning"}};
  Alert high = firing("B", kStart);
  high.labels = Labels{{"alertname", "B"}, {"severity", "high"}};
  CHECK(gravest_severity({warning, high}) == "high");
  CHECK(gravest_severity({}).empty());
}

TEST_CASE("a mail has its headers, and its text in base64") {
  const std::string mail =
      email_message(two_alerts(), "http://vigil", "vigil@example.org", {"a@x.org", "b@y.org"});
  CHECK(mail.starts_with("From: <vigil@example.org>\r\nTo: <a@x.org>,\r\n <b@y.org>\r\nSubject: =?UTF-8?B?"));
  CHECK(mail.find("\r\nDate: Sat, 31 Jan 2026 08:30:00 +0000\r\n") != std::string::npos);
  CHECK(mail.find("\r\nMessage-ID: <0123456789abcdef@example.org>\r\n") != std::string::npos);
  const std::size_t body = mail.find("\r\n\r\n") + 4;
  std::string encoded = mail.substr(body);
  std::erase_if(encoded, [](char c) { return c == '\r' || c == '\n'; });
  const auto text = base64_decoded(encoded);
  REQUIRE(text);
  CHECK(text->find("FIRING Slow") != std::string::npos);
  CHECK(text->find("RESOLVED Slow") != std::string::npos);
  CHECK(text->find("and 3 more") != std::string::npos);
}

TEST_CASE("nothing in an alert makes a header of a mail") {
  CHECK(rc::check([](const std::string& name, const std::string& value) {
    Notification notification = two_alerts();
    notification.alerts = {firing("x", kStart)};
    notification.alerts[0].labels = Labels{{"alertname", name + "\r\nBcc: <evil@x.org>"}, {"team", value}};
    notification.group_labels = Labels{{"team", value + "\r\n\r\nevil"}};
    const std::string mail = email_message(notification, "", "a@x.org", {"b@x.org"});
    const std::string plain = email_message(two_alerts(), "", "a@x.org", {"b@x.org"});
    const auto headers = [](const std::string& text) {
      std::vector<std::string> names;
      for (std::size_t at = 0; at < text.find("\r\n\r\n"); at = text.find("\r\n", at) + 2) {
        if (text[at] != ' ') names.push_back(text.substr(at, text.find(':', at) - at));
      }
      return names;
    };
    RC_ASSERT(headers(mail) == headers(plain));
    for (std::size_t at = 0; at < mail.size();) {
      const std::size_t end = mail.find("\r\n", at);
      RC_ASSERT(end != std::string::npos);
      RC_ASSERT(end - at <= 78U);
      at = end + 2;
    }
  }));
}

TEST_CASE("a shortened text ends between two characters") {
  CHECK(shortened("abc", 3) == "abc");
  CHECK(shortened("abcd", 3) == "abc");
  CHECK(shortened("aü", 2) == "a");
  CHECK(shortened("€", 2).empty());
}

TEST_CASE("a receiver that cannot be is refused by its key, and its secrets are not repeated") {
  const auto fault = [](const ReceiverConfig& config) -> std::string {
    try {
      check(config);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return {};
  };
  CHECK(fault({.name = "a", .kind = WebhookConfig{.url = "https://host/path"}}).empty());
  CHECK(fault({.name = "a", .kind = WebhookConfig{.url = "ftp://host/s3cret"}}) ==
        "receivers[a].url: must begin with http:// or https://");
  CHECK(fault({.name = "a", .kind = SlackConfig{.url = "https://me:s3cret@host/"}}) ==
        "receivers[a].url: must have no user and password: they have keys of their own");
  CHECK(fault({.name = "a b", .kind = SlackConfig{.url = "https://host/"}}) ==
        "receivers: must have names without spaces and slashes, has 'a b'");
  CHECK(fault({.name = "a", .kind = PagerDutyConfig{}}) == "receivers[a].routing_key: must not be empty");
  EmailConfig mail{.url = "smtp://host", .from = "a@b", .to = {"c@d"}};
  CHECK(fault({.name = "m", .kind = mail}).empty());
  mail.to = {"c@d>\r\nBcc: x@y"};
  CHECK(fault({.name = "m", .kind = mail}) == "receivers[m].to: must be addresses as desk@example.org");
  CHECK(fault({.name = "l", .kind = LogReceiverConfig{}}) == "receivers[l].write: must be a function");
}
