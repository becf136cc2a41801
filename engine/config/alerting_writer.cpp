#include "engine/config/alerting_writer.h"

#include <string>
#include <string_view>
#include <vector>

#include "engine/config/config_words.h"

namespace vigil::engine {
namespace {

void write_transfer(YamlWriter& out, const AlertTransferConfig& transfer, bool has_token) {
  out.value("connect_timeout", text_of(transfer.connect_timeout));
  out.value("timeout", text_of(transfer.timeout));
  out.value("proxy_url", text_or_none(transfer.proxy_url));
  out.open("tls_config");
  out.value("ca_file", text_or_none(transfer.ca_file));
  out.value("insecure_skip_verify", text_of(transfer.insecure_skip_verify));
  out.close();
  out.value("user", text_or_none(transfer.user));
  out.value("password", text_or_none(transfer.password.source));
  if (has_token) out.value("token", text_or_none(transfer.token.source));
}

void write_alertmanagers(YamlWriter& out, const std::vector<AlertmanagerTarget>& alertmanagers) {
  if (alertmanagers.empty()) return out.list("alertmanagers", {});
  out.open("alertmanagers");
  for (const AlertmanagerTarget& target : alertmanagers) {
    out.open_item();
    out.value("url", yaml_text(target.url));
    out.value("batch", text_of(target.batch));
    write_transfer(out, target.transfer, true);
    out.close_item();
  }
  out.close();
}

void write_kind(YamlWriter& out, const AlertReceiver& receiver) {
  const auto url = [&] {
    out.value("url", yaml_text(receiver.url.source.empty() ? receiver.url.text : receiver.url.source));
  };
  switch (receiver.kind) {
    case AlertReceiverKind::Log:
      return;
    case AlertReceiverKind::Webhook:
      url();
      out.value("secret", text_or_none(receiver.secret.source));
      break;
    case AlertReceiverKind::Slack:
      url();
      out.value("channel", text_or_none(receiver.channel));
      out.value("username", text_or_none(receiver.username));
      break;
    case AlertReceiverKind::PagerDuty:
      url();
      out.value("routing_key", text_or_none(receiver.routing_key.source));
      break;
    case AlertReceiverKind::Email:
      url();
      out.value("hello", text_or_none(receiver.hello));
      out.value("require_tls", text_of(receiver.require_tls));
      out.value("from", yaml_text(receiver.from));
      out.list("to", yaml_texts(receiver.to));
      break;
  }
  write_transfer(out, receiver.transfer, receiver.kind != AlertReceiverKind::Email);
}

void write_receivers(YamlWriter& out, const std::vector<AlertReceiver>& receivers) {
  if (receivers.empty()) return out.list("receivers", {});
  out.open("receivers");
  for (const AlertReceiver& receiver : receivers) {
    out.open_item();
    out.value("name", yaml_text(receiver.name));
    out.value("kind", word_of(receiver.kind, kAlertReceiverWords));
    out.value("send_resolved", text_of(receiver.send_resolved));
    write_kind(out, receiver);
    out.close_item();
  }
  out.close();
}

std::vector<std::string> matcher_texts(const std::vector<monitoring::LabelMatcher>& matchers) {
  std::vector<std::string> texts;
  for (const monitoring::LabelMatcher& matcher : matchers) texts.push_back(yaml_text(matcher.text()));
  return texts;
}

/// What the route has of its own.
void write_route_values(YamlWriter& out, const monitoring::RouteConfig& route) {
  if (!route.receiver.empty()) out.value("receiver", yaml_text(route.receiver));
  if (route.group_by) out.list("group_by", yaml_texts(*route.group_by));
  if (route.group_wait) out.value("group_wait", text_of(*route.group_wait));
  if (route.group_interval) out.value("group_interval", text_of(*route.group_interval));
  if (route.repeat_interval) out.value("repeat_interval", text_of(*route.repeat_interval));
}

void write_routes_below(YamlWriter& out, const std::vector<monitoring::RouteConfig>& routes) {
  if (routes.empty()) return out.list("routes", {});
  out.open("routes");
  for (const monitoring::RouteConfig& route : routes) {
    out.open_item();
    out.list("matchers", matcher_texts(route.matchers));
    out.value("continue", text_of(route.go_on));
    write_route_values(out, route);
    write_routes_below(out, route.routes);
    out.close_item();
  }
  out.close();
}

void write_inhibit_rules(YamlWriter& out, const std::vector<monitoring::InhibitionRule>& rules) {
  if (rules.empty()) return out.list("inhibit_rules", {});
  out.open("inhibit_rules");
  for (const monitoring::InhibitionRule& rule : rules) {
    out.open_item();
    out.list("source_matchers", matcher_texts(rule.source));
    out.list("target_matchers", matcher_texts(rule.target));
    out.list("equal", yaml_texts(rule.equal));
    out.close_item();
  }
  out.close();
}

}  // namespace

void write_alerting(YamlWriter& out, const AlertingConfig& config) {
  out.open("alerting");
  write_alertmanagers(out, config.alertmanagers);
  write_receivers(out, config.receivers);
  out.open("route");
  write_route_values(out, config.route);
  write_routes_below(out, config.route.routes);
  out.close();
  write_inhibit_rules(out, config.inhibit_rules);
  out.open("retry");
  out.value("first", text_of(config.retry.first));
  out.value("longest", text_of(config.retry.longest));
  out.value("longest_asked", text_of(config.retry.longest_asked));
  out.value("give_up_after", text_of(config.retry.give_up_after));
  out.close();
  out.open("outbox");
  out.value("entries", text_of(config.outbox.entries));
  out.value("bytes", text_of(config.outbox.bytes));
  out.close();
  out.close();
}

}  // namespace vigil::engine
