#include "monitoring/delivery/receiver_worker.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>

#include <doctest/doctest.h>

#include "monitoring/delivery/delivery_json.h"
#include "tests/monitoring/delivery_fixture.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using namespace std::chrono_literals;

namespace {

/// Answers as it is told, and keeps what it was sent.
class ScriptedSender : public AlertSender {
 public:
  struct Script {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<TransferOutcome> answers;  ///< then Accepted
    std::size_t batch = 1;
    bool is_silent = false;                      ///< does not answer until it is stopped
    std::vector<std::vector<std::string>> sent;  ///< keys, by call
    std::vector<std::string> accepted;           ///< keys

    void wait_for(const std::function<bool()>& condition) {
      std::unique_lock lock(mutex);
      changed.wait(lock, condition);
    }
  };
  explicit ScriptedSender(Script& script) : script_(script) {}

  [[nodiscard]] std::size_t batch() const noexcept override { return script_.batch; }
  [[nodiscard]] TransferResult send(std::span<const OutboxEntry* const> entries, SampleTime) override {
    std::unique_lock lock(script_.mutex);
    std::vector<std::string> keys;
    for (const OutboxEntry* entry : entries) keys.push_back(entry->key);
    script_.sent.push_back(keys);
    script_.changed.notify_all();
    if (script_.is_silent) {
      script_.changed.wait(lock, [this] { return is_stopped_; });
      return {.outcome = TransferOutcome::Stopped};
    }
    TransferOutcome answer = TransferOutcome::Accepted;
    if (!script_.answers.empty()) {
      answer = script_.answers.front();
      script_.answers.pop_front();
    }
    if (answer == TransferOutcome::Accepted) {
      script_.accepted.insert(script_.accepted.end(), keys.begin(), keys.end());
    }
    return {.outcome = answer, .reason = "as told"};
  }
  void stop() noexcept override {
    const std::lock_guard lock(script_.mutex);
    is_stopped_ = true;
    script_.changed.notify_all();
  }

 private:
  Script& script_;
  bool is_stopped_ = false;
};

struct Desk {
  explicit Desk(std::string file = {}, Outbox::Order order = Outbox::Order::Every)
      : worker({.name = "desk",
                .outbox_file = std::move(file),
                .order = order,
                .retry = {.first = 1ms, .longest = 2ms}},
               std::make_unique<ScriptedSender>(script),
               {.registry = registry, .now = [] { return kStart; }, .report = [](bool, std::string_view) {}},
               [this](const DeliveryOutcome& outcome) {
                 const std::lock_guard lock(script.mutex);
                 outcomes.emplace_back(outcome.entry.key, outcome.is_delivered);
                 script.changed.notify_all();
               }) {}

  bool offer(std::string group) {
    return worker.offer(
        Notification{.receiver = "desk", .group_key = std::move(group), .alerts = {firing("A", kStart)}},
        ReceiverWorker::Clock::now());
  }
  void wait_for_outcomes(std::size_t count) {
    script.wait_for([&] { return outcomes.size() >= count; });
  }
  std::uint64_t count(const MetricDefinition& definition, std::string_view second) {
    return registry.shared_counter(definition, {"desk", second}).value();
  }

  Registry registry;
  ScriptedSender::Script script;
  std::vector<std::pair<std::string, bool>> outcomes;
  ReceiverWorker worker;
};

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("a failure for now is tried again, and what has not been tried goes first") {
  Desk desk;
  desk.script.answers = {TransferOutcome::Busy, TransferOutcome::Accepted};
  CHECK(desk.offer("a"));
  CHECK(desk.offer("b"));
  desk.worker.start();
  desk.wait_for_outcomes(2);
  desk.worker.stop(ReceiverWorker::Clock::now() + 10s);
  CHECK(desk.script.accepted == Keys{"b", "a"});
  CHECK(desk.count(kAlertNotifications, "success") == 2);
  CHECK(desk.count(kAlertNotifications, "failure") == 0);
  CHECK(desk.registry.shared_counter(kAlertDeliveryRetries, {"desk"}).value() == 1);
}

TEST_CASE("what is about the same group keeps its order over failures") {
  Desk desk;
  desk.script.answers.assign(5, TransferOutcome::Connection);
  for (const char* key : {"a", "a", "b", "a", "b"}) CHECK(desk.offer(key));
  desk.worker.start();
  desk.wait_for_outcomes(5);
  desk.worker.stop(ReceiverWorker::Clock::now() + 10s);
  CHECK(std::ranges::count(desk.script.accepted, "a") == 3);
  CHECK(std::ranges::count(desk.script.accepted, "b") == 2);
}

TEST_CASE("a refusal is final: it is counted and does not hold up the next") {
  Desk desk;
  desk.script.answers = {TransferOutcome::Refused};
  CHECK(desk.offer("a"));
  CHECK(desk.offer("b"));
  desk.worker.start();
  desk.wait_for_outcomes(2);
  desk.worker.stop(ReceiverWorker::Clock::now() + 10s);
  CHECK(desk.outcomes == std::vector<std::pair<std::string, bool>>{{"a", false}, {"b", true}});
  CHECK(desk.count(kAlertNotifications, "failure") == 1);
}

TEST_CASE("a batch that is refused is sent again one by one") {
  Desk desk({}, Outbox::Order::Latest);
  desk.script.batch = 3;
  desk.script.answers = {TransferOutcome::Refused, TransferOutcome::Accepted, TransferOutcome::Refused};
  const auto alerts = std::make_shared<const std::vector<Alert>>(
      std::vector{firing("A", kStart), firing("B", kStart), firing("C", kStart)});
  CHECK(desk.worker.offer(alerts, ReceiverWorker::Clock::now()));
  desk.worker.start();
  desk.wait_for_outcomes(3);
  desk.worker.stop(ReceiverWorker::Clock::now() + 10s);
  REQUIRE(desk.script.sent.size() == 4);
  CHECK(desk.script.sent[0].size() == 3);
  CHECK(desk.script.sent[1].size() == 1);
  CHECK(desk.script.accepted.size() == 2);
  CHECK(desk.registry.shared_histogram(kAlertDeliveryLatency, {"desk"}).count() == 2);
}

TEST_CASE("what a stop leaves is in the outbox, and is delivered after the next start") {
  const Folder folder;
  {
    Desk desk(folder.file("outbox"));
    desk.script.answers.assign(1'000'000, TransferOutcome::Busy);
    CHECK(desk.offer("a"));
    CHECK(desk.offer("b"));
    desk.worker.start();
    desk.script.wait_for([&] { return !desk.script.sent.empty(); });
    desk.worker.stop(ReceiverWorker::Clock::now() + 10s);
    CHECK(desk.outcomes.empty());
    CHECK_FALSE(desk.offer("too late"));
    CHECK(desk.count(kAlertDeliveryLosses, "queue_full") == 1);
  }
  Desk desk(folder.file("outbox"));
  CHECK(desk.registry.shared_gauge(kAlertOutboxEntries, {"desk"}).value() == 2);
  desk.worker.start();
  desk.wait_for_outcomes(2);
  desk.worker.stop(ReceiverWorker::Clock::now() + 10s);
  CHECK(desk.script.accepted == Keys{"a", "b"});
}

TEST_CASE("a stop breaks off a receiver that says nothing, and what was offered meanwhile is kept") {
  const Folder folder;
  {
    Desk desk(folder.file("outbox"));
    desk.script.is_silent = true;
    CHECK(desk.offer("a"));
    desk.worker.start();
    desk.script.wait_for([&] { return !desk.script.sent.empty(); });
    CHECK(desk.offer("b"));
    desk.worker.stop(ReceiverWorker::Clock::now());
  }
  Registry registry;
  CHECK(Outbox(folder.file("outbox"), Outbox::Order::Every, {}).waiting().size() == 2);
}

TEST_CASE("beyond the queue's bound alerts are dropped and counted") {
  Desk desk({}, Outbox::Order::Latest);
  const auto many = std::make_shared<const std::vector<Alert>>(ReceiverWorker::kQueue, firing("A", kStart));
  CHECK(desk.worker.offer(many, ReceiverWorker::Clock::now()));
  CHECK_FALSE(desk.offer("one more"));
  CHECK(desk.count(kAlertDeliveryLosses, "queue_full") == 1);
}

TEST_CASE("what has waited too long is given up") {
  const Folder folder;
  {
    Outbox outbox(folder.file("outbox"), Outbox::Order::Every, {});
    outbox.put({{.key = "old", .time = kStart - 73 * 60 * kMinute, .payload = "x"}});
  }
  Desk desk(folder.file("outbox"));
  CHECK(desk.offer("new"));
  desk.worker.start();
  desk.wait_for_outcomes(2);
  desk.worker.stop(ReceiverWorker::Clock::now() + 10s);
  CHECK(desk.outcomes == std::vector<std::pair<std::string, bool>>{{"old", false}, {"new", true}});
}
