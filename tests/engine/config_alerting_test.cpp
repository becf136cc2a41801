#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"

using namespace vigil::engine;
using namespace std::chrono_literals;

namespace {

/// `section`: lines below `alerting:`, the first of them is line 3 of the file.
AlertingConfig read(const std::string& section) {
  return read_engine_config("accounts: [{name: A, initial_capital: 1}]\nalerting:\n" + section + "\n",
                            "f.yaml")
      .alerting;
}

std::string message_of(const std::string& section) {
  try {
    (void)read(section);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "none";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// An environment variable with a secret, as long as this lives.
struct Variable {
  const char* name;
  Variable(const char* its_name, const char* text) : name(its_name) {
    ::setenv(name, text, 1);  // NOLINT(concurrency-mt-unsafe): there is one thread
  }
  ~Variable() { ::unsetenv(name); }  // NOLINT(concurrency-mt-unsafe)
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
};

std::string receiver(const std::string& keys) {
  return "  receivers: [{name: x, " + keys + "}]";
}

}  // namespace

TEST_SUITE("config of alerting") {
  TEST_CASE("without a section the log is told, and nobody else") {
    const AlertingConfig config = read("  retry: {first: 1s}");
    CHECK(config.alertmanagers.empty());
    REQUIRE(config.receivers.size() == 1);
    CHECK(config.receivers.front().name == "log");
    CHECK(config.receivers.front().kind == AlertReceiverKind::Log);
    CHECK(config.route.receiver == "log");
    CHECK(config.route.group_by == std::vector<std::string>{"alertname"});
    CHECK(config.route.group_wait == 1s);
    CHECK(config.route.group_interval == 10s);
    CHECK(config.route.repeat_interval == 4h);
  }

  TEST_CASE("every key of a receiver and of an Alertmanager has its effect") {
    const Variable secret("VIGIL_TEST_SECRET", "sesame");
    const AlertingConfig config = read(R"(
  alertmanagers:
    - {url: "https://one:9093/x", batch: 7, connect_timeout: 20ms, timeout: 30ms, proxy_url: "http://proxy:1",
       tls_config: {ca_file: ca.pem, insecure_skip_verify: true}, token: "environment:VIGIL_TEST_SECRET"}
  receivers:
    - {name: hook, kind: webhook, send_resolved: false, url: "http://desk/hook",
       secret: "environment:VIGIL_TEST_SECRET", user: me, password: "environment:VIGIL_TEST_SECRET"}
    - {name: pager, kind: pagerduty, routing_key: "environment:VIGIL_TEST_SECRET"}
    - {name: mail, kind: email, url: "smtps://mail:465", hello: engine, require_tls: false, from: a@example.org,
       to: [b@example.org, c@example.org]}
  route: {receiver: mail})");
    REQUIRE(config.alertmanagers.size() == 1);
    const AlertmanagerTarget& target = config.alertmanagers.front();
    CHECK(target.url == "https://one:9093/x");
    CHECK(target.batch == 7);
    CHECK(target.transfer.connect_timeout == 20ms);
    CHECK(target.transfer.timeout == 30ms);
    CHECK(target.transfer.proxy_url == "http://proxy:1");
    CHECK(target.transfer.ca_file == "ca.pem");
    CHECK(target.transfer.insecure_skip_verify);
    CHECK(target.transfer.token.text == "sesame");
    REQUIRE(config.receivers.size() == 3);
    const AlertReceiver& hook = config.receivers[0];
    CHECK(hook.kind == AlertReceiverKind::Webhook);
    CHECK_FALSE(hook.send_resolved);
    CHECK(hook.url == Secret{.source = "", .text = "http://desk/hook"});
    CHECK(hook.secret.text == "sesame");
    CHECK(hook.transfer.user == "me");
    CHECK(hook.transfer.password.text == "sesame");
    const AlertReceiver& pager = config.receivers[1];
    CHECK(pager.url.text == "https://events.pagerduty.com/v2/enqueue");
    CHECK(pager.routing_key.text == "sesame");
    const AlertReceiver& mail = config.receivers[2];
    CHECK(mail.url.text == "smtps://mail:465");
    CHECK(mail.hello == "engine");
    CHECK_FALSE(mail.require_tls);
    CHECK(mail.from == "a@example.org");
    CHECK(mail.to == std::vector<std::string>{"b@example.org", "c@example.org"});
  }

  TEST_CASE("Slack's URL is a secret") {
    const Variable url("VIGIL_TEST_SLACK", "https://hooks.slack.com/services/sesame");
    const AlertingConfig config = read(
        receiver(R"(kind: slack, url: "environment:VIGIL_TEST_SLACK", channel: "#desk", username: vigil)"));
    CHECK(config.receivers.front().url.text == "https://hooks.slack.com/services/sesame");
    CHECK(config.receivers.front().channel == "#desk");
    CHECK(config.receivers.front().username == "vigil");

    const std::string message = message_of(receiver("kind: slack, url: 'https://hooks.slack.com/sesame'"));
    CHECK(message ==
          "f.yaml:3: alerting.receivers[0].url: must be file:PATH or environment:NAME, was something else");
  }

  TEST_CASE("routes have receivers, matchers and intervals, and the rest from above") {
    const AlertingConfig config = read(R"(
  receivers: [{name: a, kind: log}, {name: b, kind: log}]
  route:
    receiver: a
    group_by: []
    group_wait: 0s
    group_interval: 200ms
    routes:
      - receiver: b
        matchers: ['severity="critical"', "team=~\"desk|risk\", site!=x"]
        continue: true
        group_by: ["..."]
        repeat_interval: 30m
        routes: [{matchers: [site=y]}]
  inhibit_rules: [{source_matchers: [severity=critical], target_matchers: ['severity=~"warning|info"'], equal: [team]}]
  retry: {first: 20ms, longest: 2s, longest_asked: 1m, give_up_after: 1h}
  outbox: {entries: 10, bytes: 65536})");
    CHECK(config.route.receiver == "a");
    CHECK(config.route.group_by == std::vector<std::string>{});
    CHECK(config.route.group_wait == 0ms);
    CHECK(config.route.group_interval == 200ms);
    CHECK(config.route.repeat_interval == 4h);
    REQUIRE(config.route.routes.size() == 1);
    const auto& route = config.route.routes.front();
    CHECK(vigil::monitoring::matchers_text(route.matchers) ==
          R"({severity="critical", team=~"desk|risk", site!="x"})");
    CHECK(route.go_on);
    CHECK(route.group_by == std::vector<std::string>{"..."});
    CHECK_FALSE(route.group_wait.has_value());
    CHECK(route.repeat_interval == 30min);
    REQUIRE(route.routes.size() == 1);
    CHECK(route.routes.front().receiver.empty());
    REQUIRE(config.inhibit_rules.size() == 1);
    CHECK(vigil::monitoring::matchers_text(config.inhibit_rules.front().target) ==
          R"({severity=~"warning|info"})");
    CHECK(config.inhibit_rules.front().equal == std::vector<std::string>{"team"});
    CHECK(config.retry.first == 20ms);
    CHECK(config.retry.longest == 2s);
    CHECK(config.retry.longest_asked == 1min);
    CHECK(config.retry.give_up_after == 1h);
    CHECK(config.outbox.entries == 10);
    CHECK(config.outbox.bytes == 65536);
  }

  TEST_CASE("the only receiver needs no naming, and there may be none") {
    CHECK(read("  receivers: [{name: desk, kind: log}]").route.receiver == "desk");
    const AlertingConfig none = read("  receivers: []");
    CHECK(none.receivers.empty());
    CHECK(none.route.receiver.empty());
  }

  TEST_CASE("what is wrong is said with its place") {
    const Variable blank("VIGIL_TEST_SECRET", "open sesame");
    const std::vector<std::pair<std::string, std::string>> cases{
        {"  alertmanagers: [{}]", "3: alerting.alertmanagers[0].url: must be given, was missing"},
        {"  alertmanagers: [{url: 'host:9093'}]",
         "3: alerting.alertmanagers[0].url: must begin with http:// or https://, was host:9093"},
        {"  alertmanagers: [{url: 'http://a'}, {url: 'https://a'}]",
         "alerting.alertmanagers[1].url: must be an Alertmanager of its own (an entry before has it)"},
        {"  alertmanagers: [{url: 'http://a', token: 'environment:VIGIL_TEST_SECRET'}]",
         "alertmanagers[0].token: must name a token without spaces, was environment:VIGIL_TEST_SECRET"},
        {"  alertmanagers: [{url: 'http://a', user: me}]", "user: must stand with a password, was alone"},
        {"  alertmanagers: [{url: 'http://a', proxy_url: 'proxy'}]", "proxy_url: must begin with http://"},
        {receiver("kind: fax"),
         "receivers[0].kind: must be one of log, webhook, slack, pagerduty, email, was fax"},
        {receiver("url: 'http://a'"), "receivers[0].kind: must be given, was missing"},
        {receiver("kind: log, url: 'http://a'"), "receivers[0].url: must be a known key, was url"},
        {receiver("kind: webhook"), "receivers[0].url: must be given, was missing"},
        {receiver("kind: pagerduty"), "routing_key: must be file:PATH or environment:NAME, was missing"},
        {receiver("kind: pagerduty, routing_key: sesame"),
         "must be none, file:PATH or environment:NAME, was "},
        {receiver("kind: email, url: 'http://mail', from: a@b.c, to: [a@b.c]"),
         "receivers[0].url: must begin with smtp:// or smtps://, was http://mail"},
        {receiver("kind: email, url: 'smtp://mail', from: desk, to: [a@b.c]"),
         "receivers[0].from: must be an address such as desk@example.org, was desk"},
        {receiver("kind: email, url: 'smtp://mail', from: a@b.c"),
         "receivers[0].to: must be a list of at least one address, was missing"},
        {"  receivers: [{name: a, kind: log}, {name: a, kind: log}]",
         "receivers[1].name: must be a name of its own (an entry before has it)"},
        {"  receivers: [{name: a/b, kind: log}]",
         "receivers[0].name: must be a name without slashes and colons"},
        {"  receivers: [{name: a, kind: log}, {name: b, kind: log}]",
         "alerting.route.receiver: must be a receiver (a, b), was missing"},
        {"  route: {receiver: desk}", "3: alerting.route.receiver: must be a receiver (log), was desk"},
        {"  route: {matchers: [a=b]}", "alerting.route.matchers: must be a known key, was matchers"},
        {"  route: {group_by: [1a]}", "group_by[0]: must be the name of a label, was 1a"},
        {"  route: {group_by: [a, a]}", "group_by[1]: must be a label of its own (an entry before has it)"},
        {"  route: {group_by: [a, '...']}", "group_by: must be names of labels, or ... alone, was both"},
        {"  route: {group_interval: 0s}", "alerting.route.group_interval: must be a duration from 1ms to"},
        {"  route: {routes: [{matchers: [severity]}]}", "routes[0].matchers[0]: must be matchers such as"},
        {"  route: {routes: [{matchers: ['a=~\"(\"']}]}", "must have regular expressions behind =~ and !~ ("},
        {"  inhibit_rules: [{source_matchers: [a=b]}]",
         "inhibit_rules[0].target_matchers: must be a list of at least one matcher, was missing"},
        {"  retry: {first: 1m, longest: 1s}", "alerting.retry.longest: must be at least retry.first"},
        {"  outbox: {entries: 0}",
         "alerting.outbox.entries: must be a whole number from 1 to 10000000, was 0"}};
    for (const auto& each : cases) {
      const std::string message = message_of(each.first);
      INFO(each.first);
      INFO(message);
      CHECK(has(message, each.second));
      CHECK(message.starts_with("f.yaml:"));
    }
  }

  TEST_CASE("no message and no shown configuration has a secret") {
    const Variable secret("VIGIL_TEST_SECRET", "sesame");
    CHECK_FALSE(has(message_of(receiver("kind: webhook, url: 'http://me:sesame@desk'")), "sesame"));
    CHECK_FALSE(has(message_of(receiver("kind: webhook, url: 'environment:VIGIL_TEST_SECRET'")), "sesame"));
    CHECK_FALSE(has(message_of(receiver("kind: webhook, url: 'http://desk', secret: sesame")), "sesame"));
    CHECK_FALSE(
        has(message_of("  alertmanagers: [{url: 'http://a', proxy_url: 'http://me:sesame@b'}]"), "sesame"));
  }
}
