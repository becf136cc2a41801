#include "monitoring/delivery/routing.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

namespace vigil::monitoring {

struct RouteTree::Place {
  std::string name;  ///< for messages
  const Route* above;
  const std::vector<std::string>& receivers;
};

namespace {

std::chrono::milliseconds checked(std::chrono::milliseconds value, std::chrono::milliseconds least,
                                  const std::string& key) {
  if (value >= least) return value;
  throw std::runtime_error(
      fmt::format("{}: must be at least {} ms, was {} ms", key, least.count(), value.count()));
}

}  // namespace

Labels Route::group_labels(const Labels& labels) const {
  if (group_by.size() == 1 && group_by.front() == kGroupByAll) return labels;
  std::vector<Label> chosen;
  for (const std::string& name : group_by) chosen.push_back({name, labels.value(name)});
  return Labels{chosen};
}

RouteTree::RouteTree(const RouteConfig& root, const std::vector<std::string>& receivers) {
  if (!root.matchers.empty()) {
    throw std::runtime_error(fmt::format(
        "route.matchers: must be empty: this route takes every alert; was {}", matchers_text(root.matchers)));
  }
  const Route defaults{.group_wait = kDefaultGroupWait,
                       .group_interval = kDefaultGroupInterval,
                       .repeat_interval = kDefaultRepeatInterval};
  add(root, {.name = "route", .above = &defaults, .receivers = receivers});
}

std::size_t RouteTree::add(const RouteConfig& config, const Place& place) {
  using namespace std::chrono_literals;
  Route route{.key = matchers_text(config.matchers),
              .receiver = config.receiver.empty() ? place.above->receiver : config.receiver,
              .matchers = config.matchers,
              .go_on = config.go_on,
              .group_by = config.group_by.value_or(place.above->group_by)};
  if (!place.above->key.empty()) route.key = place.above->key + '/' + route.key;
  if (std::ranges::find(place.receivers, route.receiver) == place.receivers.end()) {
    throw std::runtime_error(fmt::format("{}.receiver: must be one of '{}', was '{}'", place.name,
                                         fmt::join(place.receivers, ", "), route.receiver));
  }
  std::ranges::sort(route.group_by);
  route.group_by.erase(std::unique(route.group_by.begin(), route.group_by.end()), route.group_by.end());
  if (route.group_by.size() > 1 && route.group_by.front() == kGroupByAll) {
    throw std::runtime_error(fmt::format("{}.group_by: must be label names, or '{}' alone; was '{}'",
                                         place.name, kGroupByAll, fmt::join(route.group_by, ", ")));
  }
  route.group_wait =
      checked(config.group_wait.value_or(place.above->group_wait), 0ms, place.name + ".group_wait");
  route.group_interval = checked(config.group_interval.value_or(place.above->group_interval), 1ms,
                                 place.name + ".group_interval");
  route.repeat_interval = checked(config.repeat_interval.value_or(place.above->repeat_interval), 1ms,
                                  place.name + ".repeat_interval");

  const std::size_t number = routes_.size();
  routes_.push_back(route);
  for (std::size_t i = 0; i < config.routes.size(); ++i) {
    const std::size_t below = add(
        config.routes[i],
        {.name = fmt::format("{}.routes[{}]", place.name, i), .above = &route, .receivers = place.receivers});
    routes_[number].routes.push_back(below);
  }
  return number;
}

std::vector<std::size_t> RouteTree::match(const Labels& labels) const {
  std::vector<std::size_t> found;
  collect(0, labels, found);
  return found;
}

bool RouteTree::collect(std::size_t number, const Labels& labels, std::vector<std::size_t>& found) const {
  const Route& route = routes_[number];
  if (!all_match(route.matchers, labels)) return false;
  bool is_taken_below = false;
  for (const std::size_t below : route.routes) {
    if (!collect(below, labels, found)) continue;
    is_taken_below = true;
    if (!routes_[below].go_on) break;
  }
  if (!is_taken_below) found.push_back(number);
  return true;
}

bool all_match(const std::vector<LabelMatcher>& matchers, const Labels& labels) {
  return std::ranges::all_of(matchers, [&](const LabelMatcher& matcher) { return matcher.matches(labels); });
}

std::string matchers_text(const std::vector<LabelMatcher>& matchers) {
  std::string text{"{"};
  for (const LabelMatcher& matcher : matchers) {
    if (text.size() > 1) text += ", ";
    text += matcher.text();
  }
  return text + '}';
}

}  // namespace vigil::monitoring
