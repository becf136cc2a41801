#include "monitoring/delivery/inhibition.h"

#include <algorithm>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace vigil::monitoring;

namespace {

LabelMatcher is(std::string name, std::string value) {
  return {MatchKind::Equal, std::move(name), std::move(value)};
}

const InhibitionRule kCriticalOverWarning{.source = {is("severity", "critical")},
                                          .target = {is("severity", "warning")},
                                          .equal = {"alertname", "exchange"}};

}  // namespace

TEST_CASE("a critical alert inhibits the warning with the same equal labels, absent ones included") {
  const Labels critical{{"alertname", "Slow"}, {"severity", "critical"}};
  CHECK(inhibits(kCriticalOverWarning, critical, Labels{{"alertname", "Slow"}, {"severity", "warning"}}));
  CHECK_FALSE(
      inhibits(kCriticalOverWarning, critical, Labels{{"alertname", "Other"}, {"severity", "warning"}}));
  CHECK_FALSE(inhibits(kCriticalOverWarning, critical,
                       Labels{{"alertname", "Slow"}, {"exchange", "sim"}, {"severity", "warning"}}));
  CHECK_FALSE(inhibits(kCriticalOverWarning, critical, critical));
}

TEST_CASE("an alert on both sides of a rule is not inhibited by its like, itself included") {
  const InhibitionRule rule{.source = {is("team", "trading")}, .target = {is("exchange", "sim")}};
  const Labels both{{"exchange", "sim"}, {"team", "trading"}};
  CHECK_FALSE(inhibits(rule, both, both));
  CHECK(inhibits(rule, Labels{{"team", "trading"}}, both));
  CHECK(inhibits(rule, both, Labels{{"exchange", "sim"}}));
}

TEST_CASE("looking up all that fires says the same as asking for each pair") {
  const auto ok = rc::check([] {
    const auto some_labels = [] {
      LabelsBuilder builder;
      for (const char* name : {"alertname", "severity", "exchange"}) {
        builder.set(name, *rc::gen::element<std::string>("", "critical", "warning"));
      }
      return builder.build();
    };
    std::vector<InhibitionRule> rules{kCriticalOverWarning};
    rules.push_back({.source = {is("exchange", *rc::gen::element<std::string>("", "critical"))},
                     .target = {is("alertname", *rc::gen::element<std::string>("", "warning"))},
                     .equal = {"severity", "severity"}});
    std::vector<Labels> firing(*rc::gen::inRange<std::size_t>(0, 6));
    std::ranges::generate(firing, some_labels);
    const Labels target = some_labels();

    Inhibition index(rules);
    for (const Labels& labels : firing) index.add(labels);
    const bool naive = std::ranges::any_of(rules, [&](const InhibitionRule& rule) {
      return std::ranges::any_of(firing, [&](const Labels& each) { return inhibits(rule, each, target); });
    });
    RC_ASSERT(index.inhibits(target) == naive);
  });
  CHECK(ok);
}
