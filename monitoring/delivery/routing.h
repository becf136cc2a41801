#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/store/label_matcher.h"
#include "monitoring/store/labels.h"

namespace vigil::monitoring {

/// The value of `group_by` that stands for all labels: every alert is a group of its own.
inline constexpr std::string_view kGroupByAll = "...";

/// Which alerts go to which receiver, and how they are gathered: a tree as Alertmanager's. What a route
/// leaves out it has from the route above; the uppermost one takes every alert.
struct RouteConfig {
  std::string receiver = {};  ///< empty: that of the route above
  std::vector<LabelMatcher> matchers = {};
  bool go_on = false;  ///< Alertmanager's `continue`: ask the routes after this one too
  std::optional<std::vector<std::string>> group_by = {};
  std::optional<std::chrono::milliseconds> group_wait = {};       ///< before a group's first notification
  std::optional<std::chrono::milliseconds> group_interval = {};   ///< between looks at a group
  std::optional<std::chrono::milliseconds> repeat_interval = {};  ///< before the same is said again
  std::vector<RouteConfig> routes = {};
  friend bool operator==(const RouteConfig&, const RouteConfig&) = default;
};

/// Defaults of the uppermost route, as Alertmanager's.
inline constexpr std::chrono::milliseconds kDefaultGroupWait = std::chrono::seconds{30};
inline constexpr std::chrono::milliseconds kDefaultGroupInterval = std::chrono::minutes{5};
inline constexpr std::chrono::milliseconds kDefaultRepeatInterval = std::chrono::hours{4};

/// One route with all it has from those above it.
struct Route {
  std::string key = {};  ///< names the route, and stays the same as long as the matchers down to it do
  std::string receiver = {};
  std::vector<LabelMatcher> matchers = {};
  bool go_on = false;
  std::vector<std::string> group_by = {};  ///< sorted
  std::chrono::milliseconds group_wait{0};
  std::chrono::milliseconds group_interval{0};
  std::chrono::milliseconds repeat_interval{0};
  std::vector<std::size_t> routes = {};  ///< below it, by their numbers

  /// The labels that an alert's group is known by.
  [[nodiscard]] Labels group_labels(const Labels& labels) const;
};

/// Immutable, any thread.
class RouteTree {
 public:
  /// Throws std::runtime_error that names the route ("routes[1].routes[0].group_wait") and says what was
  /// expected: a receiver among `receivers` for every route, no matchers at the uppermost one, intervals
  /// above zero (group_wait: not below).
  RouteTree(const RouteConfig& root, const std::vector<std::string>& receivers);

  /// Numbers of the routes that take an alert with these labels: the deepest ones that match.
  [[nodiscard]] std::vector<std::size_t> match(const Labels& labels) const;
  [[nodiscard]] const Route& at(std::size_t number) const { return routes_.at(number); }

 private:
  struct Place;
  std::size_t add(const RouteConfig& config, const Place& place);
  bool collect(std::size_t number, const Labels& labels, std::vector<std::size_t>& found) const;

  std::vector<Route> routes_;  ///< the uppermost first
};

/// Whether every matcher takes the labels; true without matchers.
[[nodiscard]] bool all_match(const std::vector<LabelMatcher>& matchers, const Labels& labels);
/// `{team="trading", severity=~"high|critical"}`.
[[nodiscard]] std::string matchers_text(const std::vector<LabelMatcher>& matchers);

}  // namespace vigil::monitoring
