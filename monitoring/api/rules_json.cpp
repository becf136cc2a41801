#include "monitoring/api/rules_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "monitoring/api/api_json.h"
#include "monitoring/delivery/rfc3339.h"
#include "monitoring/log/json_line.h"
#include "monitoring/promql/printer.h"

namespace vigil::monitoring {

namespace {

/// Writes the members of one object.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }
  ~Members() { out_ += '}'; }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  std::string& key(std::string_view name) {
    if (!is_first_) out_ += ',';
    is_first_ = false;
    append_json_string(out_, name);
    out_ += ':';
    return out_;
  }
  void text(std::string_view name, std::string_view value) { append_json_string(key(name), value); }
  void number(std::string_view name, double value) { append_number(key(name), value); }
  void labels(std::string_view name, const Labels& value) { append_labels(key(name), value); }

 private:
  std::string& out_;
  bool is_first_ = true;
};

template <typename List, typename Write>
void append_list(std::string& out, const List& list, const Write& write) {
  out += '[';
  bool is_first = true;
  for (const auto& each : list) {
    if (!is_first) out += ',';
    is_first = false;
    write(each);
  }
  out += ']';
}

std::string time_text(SampleTime time) {
  return time == 0 ? "0001-01-01T00:00:00Z" : rfc3339(time);
}

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

/// 1e+00, as Prometheus writes an alert's value.
std::string scientific(double value) {
  if (value != value || value - value != 0) {
    std::string out;
    append_number(out, value);
    return out;
  }
  std::array<char, 32> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  return {text.data(), end.ptr};
}

void append_texts(std::string& out, const std::vector<std::pair<std::string, std::string>>& texts) {
  Members members(out);
  for (const auto& [name, value] : texts) members.text(name, value);
}

void append_alert(std::string& out, const ActiveAlert& alert) {
  Members members(out);
  members.labels("labels", alert.labels);
  members.labels("annotations", alert.annotations);
  members.text("state", to_string(alert.state));
  members.text("activeAt", time_text(alert.active_at));
  if (alert.keep_firing_since != 0) members.text("keepFiringSince", time_text(alert.keep_firing_since));
  members.text("value", scientific(alert.value));
}

AlertPhase state_of(const RuleView& rule) {
  AlertPhase state = AlertPhase::Inactive;
  for (const ActiveAlert& alert : rule.alerts) state = std::max(state, alert.state);
  return state;
}

/// Not of Prometheus: whether the rule is judged at each change.
void append_watch(std::string& out, const WatchStatus& watch) {
  Members members(out);
  members.key("active") += watch.is_watched ? "true" : "false";
  if (watch.is_watched) {
    members.number("alerts", static_cast<double>(watch.alerts));
  } else {
    members.text("obstacle", watch.obstacle);
  }
}

void append_rule(std::string& out, const RuleView& rule) {
  const RuleDefinition& definition = rule.definition;
  Members members(out);
  if (definition.kind == RuleKind::Alerting) members.text("state", to_string(state_of(rule)));
  members.text("name", definition.name);
  members.text("query", promql::to_string(*definition.expression));
  if (definition.kind == RuleKind::Alerting) {
    members.number("duration", seconds(definition.hold));
    members.number("keepFiringFor", seconds(definition.keep_firing_for));
    append_texts(members.key("labels"), definition.labels);
    append_texts(members.key("annotations"), definition.annotations);
    append_list(members.key("alerts"), rule.alerts,
                [&](const ActiveAlert& alert) { append_alert(out, alert); });
    append_watch(members.key("watch"), rule.watch);
  } else if (!definition.labels.empty()) {
    append_texts(members.key("labels"), definition.labels);
  }
  members.text("health", to_string(rule.status.health));
  if (!rule.status.last_error.empty()) members.text("lastError", rule.status.last_error);
  members.number("evaluationTime", seconds(rule.status.duration));
  members.text("lastEvaluation", time_text(rule.status.last_evaluation));
  members.text("type", to_string(definition.kind));
}

}  // namespace

std::string rules_json(const std::vector<RuleGroupView>& groups, std::optional<RuleKind> kind) {
  std::string out = R"({"groups":)";
  append_list(out, groups, [&](const RuleGroupView& group) {
    std::vector<const RuleView*> shown;
    for (const RuleView& rule : group.rules) {
      if (!kind || rule.definition.kind == *kind) shown.push_back(&rule);
    }
    Members members(out);
    members.text("name", group.definition.name);
    members.text("file", group.definition.file);
    append_list(members.key("rules"), shown, [&](const RuleView* rule) { append_rule(out, *rule); });
    members.number("interval", static_cast<double>(group.interval) / 1000);
    members.number("limit", static_cast<double>(group.definition.limit));
    members.number("evaluationTime", seconds(group.duration));
    members.text("lastEvaluation", time_text(group.last_evaluation));
  });
  return out + '}';
}

std::string alerts_json(const std::vector<RuleGroupView>& groups) {
  std::vector<const ActiveAlert*> alerts;
  for (const RuleGroupView& group : groups) {
    for (const RuleView& rule : group.rules) {
      for (const ActiveAlert& alert : rule.alerts) alerts.push_back(&alert);
    }
  }
  std::string out = R"({"alerts":)";
  append_list(out, alerts, [&](const ActiveAlert* alert) { append_alert(out, *alert); });
  return out + '}';
}

}  // namespace vigil::monitoring
