#include "monitoring/delivery/alert_sender.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "monitoring/delivery/chat_message.h"
#include "monitoring/delivery/delivery_json.h"
#include "monitoring/delivery/email_message.h"
#include "monitoring/delivery/webhook_message.h"

namespace vigil::monitoring {
namespace {

constexpr const char* kJson = "application/json";

/// How long an alert that reaches its Alertmanager late fires there unless it is heard of again.
constexpr SampleTime kLateEnd = SampleTime{5} * 60 * 1000;

class AlertmanagerSender : public AlertSender {
 public:
  explicit AlertmanagerSender(const AlertmanagerConfig& config)
      : url_(config.url + (config.url.ends_with('/') ? "api/v2/alerts" : "/api/v2/alerts")),
        batch_(config.batch),
        transfer_(config.transfer) {}

  [[nodiscard]] std::size_t batch() const noexcept override { return batch_; }

  [[nodiscard]] TransferResult send(std::span<const OutboxEntry* const> entries, SampleTime now) override {
    std::vector<Alert> alerts;
    for (const OutboxEntry* entry : entries) {
      auto saved = parse_alert(entry->payload);
      if (!saved) continue;
      // It fired when it was handed over and has waited beyond its end: late is better than never, and the
      // Alertmanager tells nobody of an alert that comes resolved.
      if (!saved->is_resolved && saved->alert.is_resolved(now)) saved->alert.ends_at = now + kLateEnd;
      alerts.push_back(std::move(saved->alert));
    }
    return transfer_.post({.url = url_, .content_type = kJson, .body = alertmanager_body(alerts)});
  }
  void stop() noexcept override { transfer_.stop(); }

 private:
  std::string url_;
  std::size_t batch_;
  Transfer transfer_;
};

/// One notification after the other.
class NotificationSender : public AlertSender {
 public:
  [[nodiscard]] TransferResult send(std::span<const OutboxEntry* const> entries, SampleTime now) final {
    const auto notification = parse_notification(entries.front()->payload);
    if (!notification) return {.outcome = TransferOutcome::Refused, .reason = "a notification that is none"};
    return send(*notification, now);
  }

 private:
  [[nodiscard]] virtual TransferResult send(const Notification& notification, SampleTime now) = 0;
};

class WebhookSender : public NotificationSender {
 public:
  WebhookSender(WebhookConfig config, std::string external_url)
      : config_(std::move(config)), external_url_(std::move(external_url)), transfer_(config_.transfer) {}
  void stop() noexcept override { transfer_.stop(); }

 private:
  [[nodiscard]] TransferResult send(const Notification& notification, SampleTime now) override {
    std::string body = webhook_body(notification, external_url_);
    auto headers = webhook_headers(notification.idempotency_key, body, config_.secret, now / 1000);
    return transfer_.post(
        {.url = config_.url, .content_type = kJson, .body = std::move(body), .headers = std::move(headers)});
  }
  WebhookConfig config_;
  std::string external_url_;
  Transfer transfer_;
};

class SlackSender : public NotificationSender {
 public:
  SlackSender(SlackConfig config, std::string external_url)
      : config_(std::move(config)), external_url_(std::move(external_url)), transfer_(config_.transfer) {}
  void stop() noexcept override { transfer_.stop(); }

 private:
  [[nodiscard]] TransferResult send(const Notification& notification, SampleTime) override {
    return transfer_.post({.url = config_.url,
                           .content_type = kJson,
                           .body = slack_body(notification, external_url_, config_.channel, config_.username),
                           .headers = {{"Idempotency-Key", notification.idempotency_key}}});
  }
  SlackConfig config_;
  std::string external_url_;
  Transfer transfer_;
};

class PagerDutySender : public NotificationSender {
 public:
  PagerDutySender(PagerDutyConfig config, std::string external_url)
      : config_(std::move(config)), external_url_(std::move(external_url)), transfer_(config_.transfer) {}
  void stop() noexcept override { transfer_.stop(); }

 private:
  [[nodiscard]] TransferResult send(const Notification& notification, SampleTime) override {
    return transfer_.post({.url = config_.url,
                           .content_type = kJson,
                           .body = pagerduty_body(notification, external_url_, config_.routing_key),
                           .headers = {{"Idempotency-Key", notification.idempotency_key}}});
  }
  PagerDutyConfig config_;
  std::string external_url_;
  Transfer transfer_;
};

class EmailSender : public NotificationSender {
 public:
  EmailSender(EmailConfig config, std::string external_url)
      : config_(std::move(config)), external_url_(std::move(external_url)), transfer_(config_.transfer) {}
  void stop() noexcept override { transfer_.stop(); }

 private:
  [[nodiscard]] TransferResult send(const Notification& notification, SampleTime) override {
    return transfer_.send({.url = config_.url,
                           .hello = config_.hello,
                           .require_starttls = config_.require_starttls,
                           .from = config_.from,
                           .to = config_.to,
                           .message = email_message(notification, external_url_, config_.from, config_.to)});
  }
  EmailConfig config_;
  std::string external_url_;
  Transfer transfer_;
};

class LogSender : public NotificationSender {
 public:
  LogSender(LogReceiverConfig config, std::string external_url)
      : config_(std::move(config)), external_url_(std::move(external_url)) {}

 private:
  [[nodiscard]] TransferResult send(const Notification& notification, SampleTime) override {
    config_.write(notification.is_firing(), gravest_severity(notification.alerts),
                  plain_text(notification, external_url_));
    return {.outcome = TransferOutcome::Accepted};
  }
  LogReceiverConfig config_;
  std::string external_url_;
};

struct Make {
  const std::string& external_url;
  using Made = std::unique_ptr<AlertSender>;

  Made operator()(const WebhookConfig& config) const {
    return std::make_unique<WebhookSender>(config, external_url);
  }
  Made operator()(const SlackConfig& config) const {
    return std::make_unique<SlackSender>(config, external_url);
  }
  Made operator()(const PagerDutyConfig& config) const {
    return std::make_unique<PagerDutySender>(config, external_url);
  }
  Made operator()(const EmailConfig& config) const {
    return std::make_unique<EmailSender>(config, external_url);
  }
  Made operator()(const LogReceiverConfig& config) const {
    return std::make_unique<LogSender>(config, external_url);
  }
};

class NetworkSenders : public AlertSenders {
 public:
  std::unique_ptr<AlertSender> make(const AlertmanagerConfig& config) const override {
    check(config);
    return std::make_unique<AlertmanagerSender>(config);
  }
  std::unique_ptr<AlertSender> make(const ReceiverConfig& config,
                                    const std::string& external_url) const override {
    check(config);
    return std::visit(Make{external_url}, config.kind);
  }
};

}  // namespace

const AlertSenders& network_senders() {
  static const NetworkSenders senders;
  return senders;
}

}  // namespace vigil::monitoring
