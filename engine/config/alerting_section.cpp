#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/config/alerting_receivers.h"
#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"
#include "monitoring/delivery/matcher_text.h"
#include "monitoring/promql/quoted_text.h"

namespace vigil::engine {
namespace {

using std::chrono::milliseconds;

/// Label names, each once. `all` is a word that may stand alone in their place; empty: there is none.
std::vector<std::string> read_labels(const YamlValue& list, std::string_view all) {
  std::vector<std::string> names;
  for (const YamlValue& element : list.elements()) {
    const std::string* name = element.scalar("be the name of a label");
    if (name == nullptr) continue;
    if (std::ranges::find(names, *name) != names.end()) {
      element.refuse("be a label of its own (an entry before has it)");
    } else if (monitoring::promql::is_plain_label_name(*name) || (!all.empty() && *name == all)) {
      names.push_back(*name);
    } else {
      element.refuse("be the name of a label");
    }
  }
  if (names.size() > 1 && !all.empty() && std::ranges::find(names, all) != names.end()) {
    list.refuse("be names of labels, or " + std::string(all) + " alone", "both");
  }
  return names;
}

std::vector<monitoring::LabelMatcher> read_matchers(const YamlValue& list) {
  std::vector<monitoring::LabelMatcher> matchers;
  for (const YamlValue& element : list.elements()) {
    const std::string* text = element.scalar("be a matcher such as severity=critical");
    if (text == nullptr) continue;
    monitoring::ParsedMatchers parsed = monitoring::parse_matchers(*text);
    if (parsed.fault.empty() && parsed.matchers.empty())
      parsed.fault = "be a matcher such as severity=critical";
    if (!parsed.fault.empty()) element.refuse(parsed.fault);
    std::ranges::move(parsed.matchers, std::back_inserter(matchers));
  }
  return matchers;
}

void read_interval(const YamlValue& value, milliseconds least, std::optional<milliseconds>& out) {
  if (!value.given()) return;
  orders::Duration interval = least;
  read_duration(value, interval, least);
  out = std::chrono::duration_cast<milliseconds>(interval);
}

/// What the uppermost route and those below it have in common.
void read_route_values(const YamlValue& value, const std::vector<std::string>& receivers,
                       monitoring::RouteConfig& out) {
  const YamlValue receiver = value["receiver"];
  if (receiver.given()) {
    read_text(receiver, out.receiver);
    if (std::ranges::find(receivers, out.receiver) == receivers.end()) {
      receiver.refuse(must_be_one("a receiver", receivers));
    }
  }
  const YamlValue group_by = value["group_by"];
  auto labels = read_labels(group_by, monitoring::kGroupByAll);
  if (group_by.is_list()) out.group_by = std::move(labels);
  read_interval(value["group_wait"], milliseconds{0}, out.group_wait);
  read_interval(value["group_interval"], milliseconds{1}, out.group_interval);
  read_interval(value["repeat_interval"], milliseconds{1}, out.repeat_interval);
}

monitoring::RouteConfig read_route_below(const YamlValue& value, const std::vector<std::string>& receivers) {
  monitoring::RouteConfig route;
  read_route_values(value, receivers, route);
  route.matchers = read_matchers(value["matchers"]);
  read_boolean(value["continue"], route.go_on);
  for (const YamlValue& element : value["routes"].elements()) {
    // Not given: somebody asks for the keys there are, and has them.
    if (element.given()) route.routes.push_back(read_route_below(element, receivers));
  }
  return route;
}

void read_route(const YamlValue& value, const std::vector<std::string>& receivers,
                monitoring::RouteConfig& out) {
  const bool is_there = std::ranges::find(receivers, out.receiver) != receivers.end();
  if (!is_there) out.receiver = receivers.size() == 1 ? receivers.front() : "";
  const YamlValue receiver = value["receiver"];
  if (receivers.size() > 1 && !is_there && !receiver.given()) {
    receiver.refuse(must_be_one("a receiver", receivers), "missing");
  }
  read_route_values(value, receivers, out);
  for (const YamlValue& element : value["routes"].elements()) {
    out.routes.push_back(read_route_below(element, receivers));
  }
}

/// Without any, a rule would be about every alert.
void require_matchers(const YamlValue& list) {
  const bool is_empty = !list.given() || (list.is_list() && list.elements().empty());
  if (is_empty) list.refuse("be a list of at least one matcher", list.given() ? "empty" : "missing");
}

void read_inhibit_rules(const YamlValue& list, std::vector<monitoring::InhibitionRule>& out) {
  for (const YamlValue& element : list.elements()) {
    monitoring::InhibitionRule rule;
    const YamlValue source = element["source_matchers"];
    const YamlValue target = element["target_matchers"];
    rule.source = read_matchers(source);
    rule.target = read_matchers(target);
    rule.equal = read_labels(element["equal"], {});
    require_matchers(source);
    require_matchers(target);
    out.push_back(std::move(rule));
  }
}

void read_retry(const YamlValue& retry, monitoring::RetryPolicy& out) {
  const auto read = [](const YamlValue& value, milliseconds& to, milliseconds from) {
    orders::Duration time = to;
    read_duration(value, time, from);
    to = std::chrono::duration_cast<milliseconds>(time);
  };
  constexpr milliseconds kShortest{10};
  const YamlValue longest = retry["longest"];
  read(retry["first"], out.first, kShortest);
  read(longest, out.longest, kShortest);
  read(retry["longest_asked"], out.longest_asked, milliseconds{0});
  read(retry["give_up_after"], out.give_up_after, std::chrono::seconds{1});
  if (out.longest < out.first) longest.refuse("be at least retry.first", "shorter");
}

}  // namespace

void read_alerting(const YamlValue& alerting, AlertingConfig& out) {
  read_alertmanagers(alerting["alertmanagers"], out.alertmanagers);
  read_receivers(alerting["receivers"], out.receivers);
  read_route(alerting["route"], names_of(out.receivers, &AlertReceiver::name), out.route);
  read_inhibit_rules(alerting["inhibit_rules"], out.inhibit_rules);
  read_retry(alerting["retry"], out.retry);
  const YamlValue outbox = alerting["outbox"];
  read_count(outbox["entries"], out.outbox.entries, 1, 10'000'000);
  read_count(outbox["bytes"], out.outbox.bytes, 65'536, 1ULL << 40U);
}

}  // namespace vigil::engine
