#include "monitoring/delivery/alert_delivery.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "monitoring/delivery/delivery_metrics.h"
#include "monitoring/http/server.h"
#include "tests/monitoring/delivery_fixture.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// A webhook's receiver that answers with failures by chance: some requests it does not take, some it takes
/// and denies it.
class FlakyReceiver {
 public:
  explicit FlakyReceiver(double failures, std::uint64_t seed = 1)
      : failures_(failures), random_(seed), server_({.listen = "127.0.0.1:0", .threads = 2}, registry_) {
    const HttpHandler take = [this](const HttpRequest& request) { return answer(request); };
    server_.add_route({HttpMethod::Post}, "/hook", take);
    server_.add_route({HttpMethod::Post}, "/api/v2/alerts", take);
    server_.start();
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }

  /// Until so many different alerts were taken.
  void wait_for(std::size_t alerts) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return taken_.size() >= alerts; });
  }
  /// The same while `tick` lets a clock go on that others look at.
  template <typename Tick>
  void wait_for(std::size_t alerts, Tick tick) {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, 5ms, [&] { return taken_.size() >= alerts; })) tick();
  }
  /// How often each alert was taken, told apart by name and state, each key counted once.
  [[nodiscard]] std::map<std::string, int> taken() {
    const std::lock_guard lock(mutex_);
    return taken_;
  }
  [[nodiscard]] std::vector<HttpRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  [[nodiscard]] int repeated() const { return repeated_; }

 private:
  HttpResponse answer(const HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    const double chance = std::uniform_real_distribution<double>{}(random_);
    if (chance < failures_ / 2) return {.status = 503};
    const auto key = request.header("Idempotency-Key");
    if (!key || keys_.insert(std::string{*key}).second) {
      const json body = json::parse(request.body);
      for (const json& alert : body.is_array() ? body : body["alerts"]) {
        const std::string state = alert.contains("status") ? alert["status"].get<std::string>() : "posted";
        ++taken_[alert["labels"]["alertname"].get<std::string>() + ' ' + state];
      }
    } else {
      ++repeated_;
    }
    changed_.notify_all();
    return {.status = chance < failures_ ? 500 : 200};
  }

  double failures_;
  std::mt19937_64 random_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> keys_;
  std::map<std::string, int> taken_;
  std::vector<HttpRequest> requests_;
  std::atomic<int> repeated_ = 0;
  Registry registry_;
  HttpServer server_;
};

/// Every alert a group of its own, told at once.
RouteConfig at_once(std::string receiver) {
  return {.receiver = std::move(receiver),
          .group_by = std::vector<std::string>{"..."},
          .group_wait = 0ms,
          .group_interval = 1ms,
          .repeat_interval = 1h};
}

AlertDeliveryConfig to_webhook(std::string url, std::string folder = {}) {
  AlertDeliveryConfig config;
  config.folder = std::move(folder);
  config.receivers = {{.name = "hook", .kind = WebhookConfig{.url = std::move(url)}}};
  config.route = at_once("hook");
  config.retry = {.first = 1ms, .longest = 4ms};
  return config;
}

struct Desk {
  explicit Desk(AlertDeliveryConfig config)
      : delivery(std::move(config), {.registry = registry,
                                     .now = [this] { return now.load(); },
                                     .report = [](bool, std::string_view) {}}) {}
  std::atomic<SampleTime> now = kStart;
  Registry registry;
  AlertDelivery delivery;
};

ReceiverKind silent_log() {
  return LogReceiverConfig{.write = [](bool, std::string_view, std::string_view) {}};
}

auto soon() {
  return std::chrono::steady_clock::now() + 30s;
}

}  // namespace

TEST_CASE("thousands of alerts over failures and a restart arrive, each exactly once by its key") {
  constexpr int kAlerts = 3000;
  const Folder folder;
  FlakyReceiver receiver(0.3, 20'260'131);
  const auto config = to_webhook(receiver.url() + "/hook", folder.path());
  const auto hand_over = [](Desk& desk, int from, int to) {
    for (int i = from; i < to; ++i) desk.delivery.hand_over({firing(fmt::format("A{}", i), kStart)});
  };
  {
    Desk desk(config);
    desk.delivery.start();
    hand_over(desk, 0, kAlerts / 2);
    receiver.wait_for(kAlerts / 10);
    desk.delivery.stop(std::chrono::steady_clock::now());  // at once: most of it waits
  }
  Desk desk(config);
  desk.delivery.start();
  hand_over(desk, 0, kAlerts);  // those of before come again, as a rule says them again
  receiver.wait_for(kAlerts);
  desk.delivery.stop(soon());
  const auto taken = receiver.taken();
  CHECK(taken.size() == kAlerts);
  CHECK(std::ranges::all_of(taken, [](const auto& each) { return each.second == 1; }));
  CHECK(receiver.repeated() > 0);  // taken, denied, and sent again with the same key
}

TEST_CASE("an Alertmanager gets every alert in batches, its resolution and no older state after it") {
  FlakyReceiver alertmanager(0);
  AlertDeliveryConfig config;
  config.alertmanagers = {{.url = alertmanager.url(), .batch = 256}};
  Desk desk(config);
  std::vector<Alert> alerts;
  for (int i = 0; i < 600; ++i) alerts.push_back(firing(fmt::format("A{}", i), kStart));
  desk.delivery.hand_over(alerts);  // before the start: all wait together
  desk.delivery.start();
  alertmanager.wait_for(600);
  desk.delivery.stop(soon());
  const auto requests = alertmanager.requests();
  REQUIRE(requests.size() == 3);
  CHECK(json::parse(requests[0].body).size() == 256);
  CHECK(json::parse(requests[2].body).size() == 88);
  CHECK(requests[0].path == "/api/v2/alerts");
}

TEST_CASE("a dead receiver does not delay another, nor who hands over") {
  FlakyReceiver receiver(0);
  AlertDeliveryConfig config = to_webhook(receiver.url() + "/hook");
  config.receivers.push_back({.name = "dead", .kind = WebhookConfig{.url = "http://127.0.0.1:1/"}});
  config.alertmanagers = {{.url = "http://127.0.0.1:1"}};
  config.route = {.receiver = "hook", .group_wait = 0ms, .group_interval = 1ms};
  config.route.routes = {{.receiver = "dead", .go_on = true}, {.receiver = "hook"}};
  config.route.group_by = std::vector<std::string>{"..."};
  Desk desk(config);
  desk.delivery.start();
  for (int i = 0; i < 100; ++i) desk.delivery.hand_over({firing(fmt::format("A{}", i), kStart)});
  receiver.wait_for(100);
  desk.delivery.stop(soon());
  CHECK(desk.registry.shared_counter(kAlertNotifications, {"hook", "success"}).value() == 100);
  CHECK(desk.registry.shared_counter(kAlertNotifications, {"dead", "success"}).value() == 0);
}

TEST_CASE("a silence over the API keeps notifications back, over a restart too, until it is expired") {
  const Folder folder;
  FlakyReceiver receiver(0);
  const auto config = to_webhook(receiver.url() + "/hook", folder.path());
  const Silence silence{.matchers = {{MatchKind::Equal, "alertname", "Quiet"}},
                        .starts_at = kStart,
                        .ends_at = kStart + 60 * kMinute,
                        .created_by = "desk",
                        .comment = "planned"};
  std::string id;
  {
    Desk desk(config);
    const auto added = desk.delivery.add_silence(silence);
    REQUIRE(added.fault.empty());
    id = added.id;
    CHECK(desk.delivery.is_muted(firing("Quiet", 0).labels) == AlertGrouping::Mute::Silenced);
    CHECK(desk.delivery.is_muted(firing("Loud", 0).labels) == AlertGrouping::Mute::None);
  }
  Desk desk(config);
  REQUIRE(desk.delivery.silences().size() == 1);
  CHECK(desk.delivery.silences()[0].id == id);
  desk.delivery.start();
  desk.delivery.hand_over({firing("Quiet", kStart), firing("Loud", kStart)});
  receiver.wait_for(1);
  CHECK(receiver.taken().contains("Loud firing"));
  CHECK(desk.delivery.expire_silence(id));
  CHECK_FALSE(desk.delivery.expire_silence(id));
  desk.now += kSecond;
  desk.delivery.hand_over({firing("Loud", kStart)});  // wakes it
  receiver.wait_for(2);
  CHECK(receiver.taken().contains("Quiet firing"));
  desk.delivery.stop(soon());
}

TEST_CASE("the history tells changes and who was told of them, and is there after a restart") {
  const Folder folder;
  FlakyReceiver receiver(0);
  const auto config = to_webhook(receiver.url() + "/hook", folder.path());
  const Alert alert = firing("A", kStart);
  {
    Desk desk(config);
    desk.delivery.start();
    desk.delivery.record({{.time = kStart,
                           .state = AlertState::Firing,
                           .labels = alert.labels,
                           .annotations = alert.annotations,
                           .value = 2.5,
                           .duration = 60s}});
    desk.delivery.hand_over({alert});
    receiver.wait_for(1);
    desk.delivery.stop(soon());
  }
  const Desk desk(config);
  const auto entries = desk.delivery.history({.name = "A"});
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].number == 1);
  CHECK(entries[0].value == 2.5);
  CHECK(entries[0].duration == 60s);
  REQUIRE(entries[0].notified.size() == 1);
  CHECK(entries[0].notified[0].receiver == "hook");
  CHECK(entries[0].notified[0].is_delivered);
}

TEST_CASE("a stop tells of groups that were still waiting") {
  FlakyReceiver receiver(0);
  AlertDeliveryConfig config = to_webhook(receiver.url() + "/hook");
  config.route.group_wait = 1h;
  Desk desk(config);
  desk.delivery.start();
  desk.delivery.hand_over({firing("A", kStart)});
  desk.delivery.stop(soon());
  CHECK(receiver.taken() == std::map<std::string, int>{{"A firing", 1}});
}

TEST_CASE("after a restart an alert told before is not told again, and its end is") {
  const Folder folder;
  FlakyReceiver receiver(0);
  const auto config = to_webhook(receiver.url() + "/hook", folder.path());
  const Alert alert = firing("A", kStart);
  {
    Desk desk(config);
    desk.delivery.start();
    desk.delivery.hand_over({alert});
    receiver.wait_for(1);
    desk.delivery.stop(soon());
  }
  Desk desk(config);
  desk.now = kStart + kMinute;
  desk.delivery.start();
  desk.delivery.hand_over({alert});
  desk.delivery.hand_over({resolved(alert, kStart + kMinute)});
  // Whether or not it looked at the group between the two: later it looks again.
  receiver.wait_for(2, [&] { ++desk.now; });
  desk.delivery.stop(soon());
  CHECK(receiver.taken() == std::map<std::string, int>{{"A firing", 1}, {"A resolved", 1}});
}

TEST_CASE("without receivers alerts are known all the same, and nothing is sent") {
  AlertDeliveryConfig config;
  config.inhibition = {{.source = {{MatchKind::Equal, "alertname", "Down"}},
                        .target = {{MatchKind::Equal, "alertname", "Slow"}}}};
  Desk desk(config);
  desk.delivery.start();
  desk.delivery.hand_over({firing("Down", kStart)});
  desk.delivery.stop(soon());
  CHECK(desk.delivery.is_muted(firing("Slow", 0).labels) == AlertGrouping::Mute::Inhibited);
}

TEST_CASE("beyond the queue's bound alerts are dropped and counted, and nobody waits") {
  Desk desk({});
  std::vector<Alert> many(AlertDelivery::kQueue, firing("A", kStart));
  desk.delivery.hand_over(many);
  desk.delivery.hand_over({firing("B", kStart)});
  CHECK(desk.registry.shared_counter(kAlertDeliveryLosses, {"delivery", "queue_full"}).value() == 1);
}

TEST_CASE("a configuration that cannot be is refused with its key") {
  const auto fault = [](AlertDeliveryConfig config) -> std::string {
    try {
      const Desk desk(std::move(config));
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return {};
  };
  AlertDeliveryConfig config;
  config.receivers = {{.name = "a", .kind = silent_log()}, {.name = "a", .kind = silent_log()}};
  config.route = {.receiver = "a"};
  CHECK(fault(config) == "receivers: must have different names, 'a' comes twice");
  config.receivers.pop_back();
  config.alertmanagers = {{.url = "http://x"}, {.url = "http://x"}};
  CHECK(fault(config) == "alertmanagers, receivers: must all differ, 'alertmanager:x' comes twice");
  config.alertmanagers = {{.url = "x"}};
  CHECK(fault(config) == "alertmanagers.url: must begin with http:// or https://");
  config.alertmanagers.clear();
  config.route = {.receiver = "b"};
  CHECK(fault(config) == "route.receiver: must be one of 'a', was 'b'");
}
