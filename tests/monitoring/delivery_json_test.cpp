#include "monitoring/delivery/delivery_json.h"

#include <cmath>
#include <limits>

#include <doctest/doctest.h>

#include "tests/monitoring/delivery_fixture.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

TEST_CASE("an alert is read back as it was written, whatever its texts and value") {
  SavedAlert saved{.alert = resolved(firing("Slow \"quoted\"\n", kStart), kStart + 5), .is_resolved = true};
  saved.alert.annotations = Labels{{"description", "ünïcode\t" + std::string(100'000, 'x')}};
  CHECK(parse_alert(alert_json(saved)) == saved);
  saved.alert.value = -std::numeric_limits<double>::infinity();
  CHECK(parse_alert(alert_json(saved)) == saved);
  saved.alert.value = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(parse_alert(alert_json(saved))->alert.value));
}

TEST_CASE("a notification and a memo are read back as they were written") {
  const Notification notification{
      .receiver = "slack",
      .group_key = R"({}:{alertname="A"})",
      .group_labels = Labels{{"alertname", "A"}},
      .time = kStart,
      .is_repeat = true,
      .alerts = {firing("A", kStart), resolved(firing("A", kStart, "other"), kStart + 1)},
      .truncated = 3,
      .idempotency_key = "abc",
      .memo = {.firing = {1, 18'446'744'073'709'551'615U}, .resolved = {5}, .time = kStart}};
  CHECK(parse_notification(notification_json(notification)) == notification);
  CHECK(parse_memo(memo_json(notification.memo)) == notification.memo);
}

TEST_CASE("a silence is read back as it was written") {
  const Silence silence{.id = "1",
                        .matchers = {{MatchKind::Equal, "a", "b"},
                                     {MatchKind::NotEqual, "c", "d"},
                                     {MatchKind::Regex, "e", "f.*"},
                                     {MatchKind::NotRegex, "g", "h|i"}},
                        .starts_at = kStart,
                        .ends_at = kStart + 1,
                        .created_by = "desk",
                        .comment = "planned"};
  CHECK(parse_silence(silence_json(silence)).silence == silence);
}

TEST_CASE("a silence that is none says which key must be otherwise") {
  const auto fault = [](std::string_view text) { return parse_silence(text).fault; };
  CHECK(fault("") == "must be a JSON object, was none");
  CHECK(fault("[]") == "matchers: must be a list of {\"name\", \"value\", \"isRegex\", \"isEqual\"}");
  CHECK(fault(R"({"matchers":[{"name":"a"}]})") ==
        "matchers: must be a list of {\"name\", \"value\", \"isRegex\", \"isEqual\"}");
  CHECK(fault(R"({"matchers":[],"startsAt":"soon"})") == "startsAt: must be a time as 2026-01-31T08:30:00Z");
  CHECK(
      fault(
          R"({"matchers":[],"startsAt":"2026-01-31T08:30:00Z","endsAt":"2026-01-31T08:30:00Z","createdBy":1})") ==
      "createdBy: must be a text");
  CHECK(fault(R"({"matchers":[{"name":"a","value":"(","isRegex":true}]})")
            .starts_with("matchers: must be regular"));
}

TEST_CASE("an entry of the history is read back as it was written") {
  const HistoryEntry entry{.number = 5,
                           .time = kStart,
                           .state = AlertState::Resolved,
                           .labels = firing("A", 0).labels,
                           .annotations = Labels{{"summary", "x"}},
                           .value = 0.1,
                           .duration = std::chrono::milliseconds{1234},
                           .notified = {{.receiver = "slack", .is_delivered = true, .time = kStart + 1}}};
  const std::string text = history_json(entry);
  const auto read = parse_history(text);
  REQUIRE(read);
  CHECK(history_json(*read) == text);
  CHECK(read->notified == entry.notified);
  CHECK(read->duration == entry.duration);
  CHECK(text.find(R"("alertname":"A")") != std::string::npos);
}
