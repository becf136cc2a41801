#include <compare>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/store/label_matcher.h"
#include "monitoring/store/labels.h"

using namespace vigil::monitoring;

TEST_CASE("labels stand sorted by name, without empty ones") {
  const Labels labels{{"job", "a"}, {kMetricNameLabel, "up"}, {"empty", ""}, {"instance", "1"}};
  std::vector<std::string> names;
  for (const Label label : labels) names.emplace_back(label.name);
  CHECK(names == std::vector<std::string>{"__name__", "instance", "job"});
  CHECK(labels.size() == 3);
  CHECK(labels.value("job") == "a");
  CHECK(labels.value("empty").empty());
  CHECK(Labels{{"only", ""}}.empty());
}

TEST_CASE("labels are written as in PromQL") {
  CHECK(series_text(Labels{}) == "{}");
  CHECK(series_text(Labels{{kMetricNameLabel, "up"}}) == "up");
  CHECK(series_text(Labels{{kMetricNameLabel, "up"}, {"b", "\"\\\n"}, {"a", "x"}}) ==
        "up{a=\"x\", b=\"\\\"\\\\\\n\"}");
  CHECK(series_text(Labels{{"a", "x"}}) == "{a=\"x\"}");
}

TEST_CASE("labels compare, hash and change as maps of strings do") {
  const auto map_of = [] {
    return *rc::gen::container<std::map<std::string, std::string>>(
        rc::gen::container<std::string>(rc::gen::element('a', 'b', 'c')),
        rc::gen::container<std::string>(rc::gen::element('x', 'y', '\0')));
  };
  const auto labels_of = [](const std::map<std::string, std::string>& map) {
    LabelsBuilder builder;
    for (const auto& [name, value] : map) builder.set(name, value);
    return builder.build();
  };
  const bool held = rc::check("like maps", [&] {
    auto left = map_of();
    auto right = map_of();
    std::erase_if(left, [](const auto& entry) { return entry.second.empty(); });
    std::erase_if(right, [](const auto& entry) { return entry.second.empty(); });
    const Labels a = labels_of(left);
    const Labels b = labels_of(right);
    RC_ASSERT((a == b) == (left == right));
    RC_ASSERT(std::is_lt(a <=> b) == (left < right));
    if (left == right) RC_ASSERT(a.hash() == b.hash());
    for (const auto& [name, value] : right) {
      RC_ASSERT(LabelsBuilder{a}.set(name, value).build().value(name) == value);
      RC_ASSERT(!LabelsBuilder{a}.remove(name).build().has(name));
    }
    RC_ASSERT(LabelsBuilder{a}.build() == a);
  });
  CHECK(held);
}

TEST_CASE("a matcher takes an absent label for an empty one") {
  const Labels up{{kMetricNameLabel, "up"}, {"job", "api\nserver"}};
  CHECK(LabelMatcher{MatchKind::Equal, "job", "api\nserver"}.matches(up));
  CHECK(LabelMatcher{MatchKind::Equal, "zone", ""}.matches(up));
  CHECK(LabelMatcher{MatchKind::NotEqual, "zone", "x"}.matches(up));
  CHECK(LabelMatcher{MatchKind::Regex, "zone", ".*"}.matches(up));
  CHECK_FALSE(LabelMatcher{MatchKind::Regex, "zone", ".+"}.matches(up));
}

TEST_CASE("a regular expression matches whole values, and its dot a line feed too") {
  CHECK(LabelMatcher{MatchKind::Regex, "job", "api.*"}.matches(std::string_view{"api\nserver"}));
  CHECK_FALSE(LabelMatcher{MatchKind::Regex, "job", "api"}.matches(std::string_view{"api\nserver"}));
  CHECK(LabelMatcher{MatchKind::NotRegex, "job", "api|web"}.matches(std::string_view{"apiweb"}));
  CHECK_THROWS_AS((LabelMatcher{MatchKind::Regex, "job", "a("}), RegexError);
}

TEST_CASE("a replacement names groups by number and name") {
  std::string out = "kept";
  const Regex regex{"(?P<first>[a-z]+)-(.*)"};
  CHECK_FALSE(regex.replace("ABC", "$1", out));
  CHECK(out == "kept");
  REQUIRE(regex.replace("left-right", "${2}_$first-$$-$3-${1}x$1x", out));
  CHECK(out == "right_left-$--leftx");
  CHECK(Regex{"[aeiou]"}.replace_all("education", "<$0>") == "<e>d<u>c<a>t<i><o>n");
  CHECK(Regex{"x*"}.replace_all("aéx", "-") == "-a-é-");
  CHECK_FALSE(Regex{"u..a"}.found_in("education"));
  CHECK(Regex{"c.t"}.found_in("education"));
}
