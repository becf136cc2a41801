#include "monitoring/delivery/delivery_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "monitoring/delivery/message_json.h"
#include "monitoring/delivery/rfc3339.h"

namespace vigil::monitoring {
namespace {

using nlohmann::json;

/// Numbers as Prometheus' API writes them, which JSON has no word for otherwise.
std::string number_of(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

json alert_object(const Alert& alert) {
  return {{"labels", labels_of(alert.labels)}, {"annotations", labels_of(alert.annotations)},
          {"starts", alert.starts_at},         {"ends", alert.ends_at},
          {"url", alert.generator_url},        {"value", number_of(alert.value)}};
}

json memo_object(const GroupMemo& memo) {
  return {{"firing", memo.firing}, {"resolved", memo.resolved}, {"time", memo.time}};
}

// Reading: what is not of the expected form throws json's exceptions or these, and is caught in `read`.

struct WrongForm {};

template <typename Read>
auto read(std::string_view text, const Read& how) -> std::optional<decltype(how(json{}))> {
  try {
    return how(json::parse(text));
  } catch (const json::exception&) {
    return std::nullopt;
  } catch (const WrongForm&) {
    return std::nullopt;
  }
}

Labels labels_from(const json& object) {
  if (!object.is_object()) throw WrongForm{};
  std::vector<Label> labels;
  for (const auto& [name, value] : object.items()) {
    labels.push_back({name, value.get_ref<const std::string&>()});
  }
  return Labels{labels};
}

double number_from(const std::string& text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "+Inf") return std::numeric_limits<double>::infinity();
  if (text == "-Inf") return -std::numeric_limits<double>::infinity();
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || end != text.c_str() + text.size()) throw WrongForm{};
  return value;
}

template <typename Number>
Number whole_from(const json& value) {
  if (!value.is_number_integer()) throw WrongForm{};
  return value.get<Number>();
}

Alert alert_from(const json& object) {
  return {.labels = labels_from(object.at("labels")),
          .annotations = labels_from(object.at("annotations")),
          .starts_at = whole_from<SampleTime>(object.at("starts")),
          .ends_at = whole_from<SampleTime>(object.at("ends")),
          .generator_url = object.at("url").get<std::string>(),
          .value = number_from(object.at("value").get<std::string>())};
}

std::vector<std::uint64_t> fingerprints_from(const json& list) {
  if (!list.is_array()) throw WrongForm{};
  std::vector<std::uint64_t> fingerprints;
  for (const json& each : list) fingerprints.push_back(whole_from<std::uint64_t>(each));
  if (!std::ranges::is_sorted(fingerprints)) throw WrongForm{};
  return fingerprints;
}

GroupMemo memo_from(const json& object) {
  return {.firing = fingerprints_from(object.at("firing")),
          .resolved = fingerprints_from(object.at("resolved")),
          .time = whole_from<SampleTime>(object.at("time"))};
}

SampleTime time_from(const json& value) {
  const auto time = parse_rfc3339(value.get_ref<const std::string&>());
  if (!time) throw WrongForm{};
  return *time;
}

MatchKind kind_from(bool is_regex, bool is_equal) {
  if (is_regex) return is_equal ? MatchKind::Regex : MatchKind::NotRegex;
  return is_equal ? MatchKind::Equal : MatchKind::NotEqual;
}

}  // namespace

std::string alert_json(const SavedAlert& saved) {
  json object = alert_object(saved.alert);
  object["resolved"] = saved.is_resolved;
  return text_of(object);
}

std::optional<SavedAlert> parse_alert(std::string_view text) {
  return read(text, [](const json& object) {
    return SavedAlert{.alert = alert_from(object), .is_resolved = object.at("resolved").get<bool>()};
  });
}

std::string notification_json(const Notification& notification) {
  json alerts = json::array();
  for (const Alert& alert : notification.alerts) alerts.push_back(alert_object(alert));
  return text_of({{"receiver", notification.receiver},
                  {"group_key", notification.group_key},
                  {"group_labels", labels_of(notification.group_labels)},
                  {"time", notification.time},
                  {"repeat", notification.is_repeat},
                  {"alerts", std::move(alerts)},
                  {"truncated", notification.truncated},
                  {"key", notification.idempotency_key},
                  {"memo", memo_object(notification.memo)}});
}

std::optional<Notification> parse_notification(std::string_view text) {
  return read(text, [](const json& object) {
    Notification notification{.receiver = object.at("receiver").get<std::string>(),
                              .group_key = object.at("group_key").get<std::string>(),
                              .group_labels = labels_from(object.at("group_labels")),
                              .time = whole_from<SampleTime>(object.at("time")),
                              .is_repeat = object.at("repeat").get<bool>()};
    for (const json& alert : object.at("alerts")) notification.alerts.push_back(alert_from(alert));
    notification.truncated = whole_from<std::size_t>(object.at("truncated"));
    notification.idempotency_key = object.at("key").get<std::string>();
    notification.memo = memo_from(object.at("memo"));
    return notification;
  });
}

std::string memo_json(const GroupMemo& memo) {
  return text_of(memo_object(memo));
}

std::optional<GroupMemo> parse_memo(std::string_view text) {
  return read(text, memo_from);
}

std::string silence_json(const Silence& silence) {
  json matchers = json::array();
  for (const LabelMatcher& matcher : silence.matchers) {
    const bool is_regex = matcher.kind() == MatchKind::Regex || matcher.kind() == MatchKind::NotRegex;
    const bool is_equal = matcher.kind() == MatchKind::Equal || matcher.kind() == MatchKind::Regex;
    matchers.push_back(
        {{"name", matcher.name()}, {"value", matcher.value()}, {"isRegex", is_regex}, {"isEqual", is_equal}});
  }
  return text_of({{"id", silence.id},
                  {"matchers", std::move(matchers)},
                  {"startsAt", rfc3339(silence.starts_at)},
                  {"endsAt", rfc3339(silence.ends_at)},
                  {"createdBy", silence.created_by},
                  {"comment", silence.comment}});
}

ParsedSilence parse_silence(std::string_view text) {
  const char* key = "";  // being read
  try {
    const json object = json::parse(text);
    Silence silence;
    key = "id";
    if (object.contains(key)) {
      if (!object.at(key).is_string()) throw WrongForm{};
      silence.id = object.at(key).get<std::string>();
    }
    key = "matchers";
    if (!object.at("matchers").is_array()) throw WrongForm{};
    for (const json& each : object.at("matchers")) {
      const bool is_equal = !each.contains("isEqual") || each.at("isEqual").get<bool>();
      const bool is_regex = each.contains("isRegex") && each.at("isRegex").get<bool>();
      auto name = each.at("name").get<std::string>();
      if (name.empty()) throw WrongForm{};
      silence.matchers.emplace_back(kind_from(is_regex, is_equal), std::move(name),
                                    each.at("value").get<std::string>());
    }
    key = "startsAt";
    silence.starts_at = time_from(object.at(key));
    key = "endsAt";
    silence.ends_at = time_from(object.at(key));
    key = "createdBy";
    silence.created_by = object.at(key).get<std::string>();
    key = "comment";
    silence.comment = object.at(key).get<std::string>();
    return {.silence = std::move(silence)};
  } catch (const RegexError& error) {
    return {.fault =
                fmt::format("matchers: must be regular expressions where isRegex is true: {}", error.what())};
  } catch (const json::parse_error&) {
    return {.fault = "must be a JSON object, was none"};
  } catch (const json::exception&) {
  } catch (const WrongForm&) {
  }
  if (*key == '\0') return {.fault = "must be a JSON object, was none"};
  const std::string_view form =
      std::string_view{key} == "matchers"
          ? R"(a list of {"name", "value", "isRegex", "isEqual"})"
          : (std::string_view{key}.ends_with("At") ? "a time as 2026-01-31T08:30:00Z" : "a text");
  return {.fault = fmt::format("{}: must be {}", key, form)};
}

std::string history_json(const HistoryEntry& entry) {
  json notified = json::array();
  for (const NotifiedReceiver& each : entry.notified) {
    notified.push_back({{"receiver", each.receiver},
                        {"result", each.is_delivered ? "success" : "failure"},
                        {"time", rfc3339(each.time)}});
  }
  return text_of({{"number", entry.number},
                  {"time", rfc3339(entry.time)},
                  {"state", to_string(entry.state)},
                  {"alertname", entry.labels.value(kAlertNameLabel)},
                  {"labels", labels_of(entry.labels)},
                  {"annotations", labels_of(entry.annotations)},
                  {"value", number_of(entry.value)},
                  {"durationMs", entry.duration.count()},
                  {"notified", std::move(notified)}});
}

std::optional<HistoryEntry> parse_history(std::string_view text) {
  return read(text, [](const json& object) {
    const auto state = parse_alert_state(object.at("state").get_ref<const std::string&>());
    if (!state) throw WrongForm{};
    HistoryEntry entry{
        .number = whole_from<std::uint64_t>(object.at("number")),
        .time = time_from(object.at("time")),
        .state = *state,
        .labels = labels_from(object.at("labels")),
        .annotations = labels_from(object.at("annotations")),
        .value = number_from(object.at("value").get<std::string>()),
        .duration = std::chrono::milliseconds{whole_from<std::int64_t>(object.at("durationMs"))}};
    for (const json& each : object.at("notified")) {
      entry.notified.push_back({.receiver = each.at("receiver").get<std::string>(),
                                .is_delivered = each.at("result").get<std::string>() == "success",
                                .time = time_from(each.at("time"))});
    }
    if (entry.notified.size() > AlertHistory::kMaxNotified) throw WrongForm{};
    return entry;
  });
}

}  // namespace vigil::monitoring
