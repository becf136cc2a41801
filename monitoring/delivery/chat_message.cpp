#include "monitoring/delivery/chat_message.h"

#include <algorithm>

#include <fmt/format.h>

#include "monitoring/delivery/message_json.h"
#include "monitoring/delivery/rfc3339.h"
#include "monitoring/http/digest.h"

namespace vigil::monitoring {
namespace {

using nlohmann::json;

constexpr std::size_t kSlackText = 2000;           // bytes of an attachment; Slack folds longer ones
constexpr std::size_t kPagerDutySummary = 1024;    // the API's bound
constexpr std::size_t kPagerDutyDetails = 64'000;  // an event may have 512 KB

/// The three characters that Slack's own markup is made of.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view colour_of(const Alert& alert) {
  if (alert.ends_at != 0) return "#2eb886";
  const std::string_view severity = alert.labels.value("severity");
  if (severity == "critical") return "#a30200";
  if (severity == "high") return "#d9480f";
  if (severity == "warning") return "#e0a100";
  return "#439fe0";
}

/// PagerDuty's four words.
std::string_view pagerduty_severity(std::string_view severity) {
  if (severity == "critical" || severity == "warning" || severity == "info") return severity;
  return "error";
}

std::string labels_line(const Alert& alert) {
  std::string line;
  for (const Label label : alert.labels) {
    if (label.name == kAlertNameLabel) continue;
    if (!line.empty()) line += ", ";
    line += fmt::format("{}={}", label.name, quoted_label_value(label.value));
  }
  return line;
}

std::string alert_text(const Alert& alert) {
  std::string text = labels_line(alert) + '\n';
  for (const Label annotation : alert.annotations) {
    text += fmt::format("{}: {}\n", annotation.name, annotation.value);
  }
  text += "since " + rfc3339(alert.starts_at);
  if (alert.ends_at != 0) text += " until " + rfc3339(alert.ends_at);
  return text;
}

}  // namespace

std::string_view shortened(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

std::string plain_text(const Notification& notification, std::string_view external_url) {
  std::string text = title_of(notification) + '\n';
  for (const Alert& alert : notification.alerts) {
    text += fmt::format("\n{} {}\n{}\n", alert.ends_at == 0 ? "FIRING" : "RESOLVED", alert.name(),
                        alert_text(alert));
    if (!alert.generator_url.empty()) text += "rule: " + alert.generator_url + '\n';
  }
  if (notification.truncated > 0) text += fmt::format("\nand {} more\n", notification.truncated);
  if (!external_url.empty()) text += fmt::format("\n{}\n", external_url);
  return text;
}

std::string slack_body(const Notification& notification, std::string_view external_url,
                       std::string_view channel, std::string_view username) {
  json attachments = json::array();
  const std::size_t shown = std::min(notification.alerts.size(), kSlackAttachments);
  for (std::size_t i = 0; i < shown; ++i) {
    const Alert& alert = notification.alerts[i];
    const std::string title = escaped(alert.name());
    json attachment{{"color", colour_of(alert)},
                    {"fallback", title},
                    {"title", title},
                    {"text", escaped(shortened(alert_text(alert), kSlackText))}};
    if (!alert.generator_url.empty()) attachment["title_link"] = alert.generator_url;
    attachments.push_back(std::move(attachment));
  }
  std::string text = "*" + escaped(title_of(notification)) + "*";
  const std::size_t left_out = notification.alerts.size() - shown + notification.truncated;
  if (left_out > 0) text += fmt::format("\nand {} more", left_out);
  if (!external_url.empty()) text += "\n" + escaped(external_url);
  json body{{"text", std::move(text)}, {"attachments", std::move(attachments)}};
  if (!channel.empty()) body["channel"] = channel;
  if (!username.empty()) body["username"] = username;
  return text_of(body);
}

std::string pagerduty_body(const Notification& notification, std::string_view external_url,
                           std::string_view routing_key) {
  const bool fires = notification.is_firing();
  json body{{"routing_key", routing_key},
            {"event_action", fires ? "trigger" : "resolve"},
            {"dedup_key", sha256_hex(notification.group_key)}};
  if (!fires) return text_of(body);
  const Labels common = common_labels(notification.alerts);
  const std::string title = title_of(notification);
  const std::string details = plain_text(notification, {});
  json payload{{"summary", shortened(title, kPagerDutySummary)},
               {"source", "vigil"},
               {"severity", pagerduty_severity(gravest_severity(notification.alerts))},
               {"timestamp", rfc3339(notification.time)},
               {"custom_details",
                {{"alerts", shortened(details, kPagerDutyDetails)},
                 {"firing", notification.firing()},
                 {"truncated", notification.truncated}}}};
  if (common.has(kAlertNameLabel)) payload["class"] = common.value(kAlertNameLabel);
  if (common.has("team")) payload["group"] = common.value("team");
  if (common.has("component")) payload["component"] = common.value("component");
  body["payload"] = std::move(payload);
  body["client"] = "Vigil";
  if (!external_url.empty()) body["client_url"] = external_url;
  return text_of(body);
}

}  // namespace vigil::monitoring
