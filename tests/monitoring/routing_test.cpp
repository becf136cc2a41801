#include "monitoring/delivery/routing.h"

#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace vigil::monitoring;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> kReceivers{"default", "trading", "desk", "ml"};

LabelMatcher is(std::string name, std::string value) {
  return {MatchKind::Equal, std::move(name), std::move(value)};
}

/// As the catalogue routes alerts: by the label team, with one exception.
RouteTree by_team() {
  return RouteTree{{.receiver = "default",
                    .group_by = std::vector<std::string>{"alertname"},
                    .routes = {{.receiver = "desk", .matchers = {is("severity", "critical")}, .go_on = true},
                               {.receiver = "trading",
                                .matchers = {is("team", "trading")},
                                .group_wait = 5s,
                                .routes = {{.matchers = {is("exchange", "sim")}, .repeat_interval = 1h}}},
                               {.receiver = "ml", .matchers = {is("team", "ml")}}}},
                   kReceivers};
}

std::vector<std::string> receivers_of(const RouteTree& tree, const Labels& labels) {
  std::vector<std::string> names;
  for (const std::size_t number : tree.match(labels)) names.push_back(tree.at(number).receiver);
  return names;
}

std::string fault(const RouteConfig& root) {
  try {
    const RouteTree tree(root, kReceivers);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("an alert goes to the deepest routes that match, and further where a route says go on") {
  const RouteTree tree = by_team();
  using Names = std::vector<std::string>;
  CHECK(receivers_of(tree, Labels{{"team", "trading"}}) == Names{"trading"});
  CHECK(receivers_of(tree, Labels{{"team", "ml"}}) == Names{"ml"});
  CHECK(receivers_of(tree, Labels{{"team", "ml"}, {"severity", "critical"}}) == Names{"desk", "ml"});
  CHECK(receivers_of(tree, Labels{{"severity", "critical"}}) == Names{"desk"});
  CHECK(receivers_of(tree, Labels{{"team", "infrastructure"}}) == Names{"default"});
  CHECK(receivers_of(tree, Labels{}) == Names{"default"});
}

TEST_CASE("a route has what it leaves out from the route above") {
  const RouteTree tree = by_team();
  const Route& deep = tree.at(tree.match(Labels{{"team", "trading"}, {"exchange", "sim"}}).front());
  CHECK(deep.receiver == "trading");
  CHECK(deep.group_wait == 5s);
  CHECK(deep.group_interval == kDefaultGroupInterval);
  CHECK(deep.repeat_interval == 1h);
  CHECK(deep.key == R"({}/{team="trading"}/{exchange="sim"})");
  CHECK(deep.group_labels(Labels{{"alertname", "X"}, {"team", "trading"}}) == Labels{{"alertname", "X"}});
}

TEST_CASE("three dots group by all labels") {
  const RouteTree tree({.receiver = "default", .group_by = std::vector<std::string>{"..."}}, kReceivers);
  const Labels labels{{"alertname", "X"}, {"team", "ml"}};
  CHECK(tree.at(0).group_labels(labels) == labels);
}

TEST_CASE("a route that cannot be is refused by its place, with what was expected and found") {
  CHECK(fault({.receiver = "default"}).empty());
  CHECK(fault({}) == "route.receiver: must be one of 'default, trading, desk, ml', was ''");
  CHECK(fault({.receiver = "default", .routes = {{}, {.receiver = "nobody"}}}) ==
        "route.routes[1].receiver: must be one of 'default, trading, desk, ml', was 'nobody'");
  CHECK(fault({.receiver = "default", .matchers = {is("a", "b")}}) ==
        R"(route.matchers: must be empty: this route takes every alert; was {a="b"})");
  CHECK(fault({.receiver = "default", .group_interval = 0ms}) ==
        "route.group_interval: must be at least 1 ms, was 0 ms");
  CHECK(fault({.receiver = "default", .routes = {{.group_wait = -1ms}}}) ==
        "route.routes[0].group_wait: must be at least 0 ms, was -1 ms");
  CHECK(fault({.receiver = "default", .group_by = std::vector<std::string>{"team", "..."}}) ==
        "route.group_by: must be label names, or '...' alone; was '..., team'");
}
