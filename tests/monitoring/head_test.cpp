#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/store/head.h"
#include "monitoring/store/plain_source.h"

using namespace vigil::monitoring;

namespace {

Labels drawn_labels() {
  const auto value = [] { return *rc::gen::element<std::string>("", "x", "y", "z"); };
  return Labels{{kMetricNameLabel, *rc::gen::element<std::string>("a", "b", "c")},
                {"side", value()},
                {"symbol", value()},
                {"venue", value()}};
}

std::vector<LabelMatcher> drawn_matchers() {
  std::vector<LabelMatcher> matchers;
  if (*rc::gen::inRange(0, 4) > 0) {
    matchers.emplace_back(*rc::gen::element(MatchKind::Equal, MatchKind::Equal, MatchKind::NotEqual),
                          std::string{kMetricNameLabel}, *rc::gen::element<std::string>("a", "b", "d"));
  }
  const auto more = *rc::gen::inRange(0, 4);
  for (int i = 0; i < more; ++i) {
    matchers.emplace_back(*rc::gen::element(MatchKind::Equal, MatchKind::Equal, MatchKind::NotEqual,
                                            MatchKind::Regex, MatchKind::NotRegex),
                          *rc::gen::element<std::string>("side", "symbol", "venue", "other"),
                          *rc::gen::element<std::string>("x", "y", "", "z"));
  }
  return matchers;
}

}  // namespace

TEST_CASE("the series in memory that match are found, by their labels, whatever was added and has left") {
  CHECK(rc::check("as if all were looked at", [] {
    Head head(1000);
    const auto count = *rc::gen::inRange(0, 80);
    for (int i = 0; i < count; ++i) {
      const Head::SeriesPointer series = head.find_or_add(drawn_labels());
      if (*rc::gen::inRange(0, 3) > 0) static_cast<void>(series->append({.time = i + 1, .value = 1}));
      if (*rc::gen::inRange(0, 12) == 0) head.remove_empty();
    }
    const auto matchers = drawn_matchers();
    std::vector<Labels> expected;
    for (const Head::SeriesPointer& series : head.all()) {
      if (matches_all(matchers, series->labels())) expected.push_back(series->labels());
    }
    std::vector<Labels> found;
    for (const Head::SeriesPointer& series : head.select(matchers)) found.push_back(series->labels());
    RC_ASSERT(found == expected);
  }));
}
