#include "monitoring/delivery/matcher_text.h"

#include <doctest/doctest.h>

#include <string>

#include "monitoring/delivery/routing.h"

using namespace vigil::monitoring;

namespace {

std::string read(std::string_view text) {
  const ParsedMatchers parsed = parse_matchers(text);
  return parsed.fault.empty() ? matchers_text(parsed.matchers) : "refused: " + parsed.fault;
}

}  // namespace

TEST_SUITE("text of matchers") {
  TEST_CASE("each operator is read, with and without quotes and spaces") {
    CHECK(read(R"(severity="critical")") == R"({severity="critical"})");
    CHECK(read("severity = critical") == R"({severity="critical"})");
    CHECK(read("team!=infra") == R"({team!="infra"})");
    CHECK(read(R"(job=~"a|b")") == R"({job=~"a|b"})");
    CHECK(read(" job !~ a.* ") == R"({job!~"a.*"})");
    CHECK(read("empty=") == R"({empty=""})");
    CHECK(read("a==~") == R"({a="=~"})");
    CHECK(read("a=b=c d") == R"({a="b=c d"})");
  }

  TEST_CASE("several stand between commas, in braces or without") {
    CHECK(read(R"(a="x,y", b=~z)") == R"({a="x,y", b=~"z"})");
    CHECK(read(R"({a=x,b!="}",})") == R"({a="x", b!="}"})");
    CHECK(read("{}") == "{}");
    CHECK(read("") == "{}");
  }

  TEST_CASE("escapes are undone, others are no escapes") {
    CHECK(parse_matchers(R"(a="x\n\"y\"\\")").matchers.front().value() == "x\n\"y\"\\");
    CHECK(parse_matchers(R"(a=~"\d+")").matchers.front().value() == R"(\d+)");
    CHECK(parse_matchers(R"(a=b\)").matchers.front().value() == R"(b\)");
  }

  TEST_CASE("what is written reads back") {
    const auto parsed = parse_matchers("{a=\"x\\n\\\"\\\\\", b=~\"c|d\", e!=\"\", f!~\"\xC3\xBC\"}");
    REQUIRE(parsed.fault.empty());
    CHECK(parse_matchers(matchers_text(parsed.matchers)).matchers == parsed.matchers);
  }

  TEST_CASE("what is no matcher is refused") {
    for (const char* text : {"severity", "=x", "1a=x", "a=\"x", "a=x\"y\"", "a=\"x\"y", "a=x,,b=y", ",a=x",
                             "{a=x", "a=x}", "a~x", "a-b=c"}) {
      const std::string given = text;
      CAPTURE(given);
      const auto parsed = parse_matchers(given);
      CHECK(parsed.matchers.empty());
      CHECK(parsed.fault.starts_with("be matchers such as "));
    }
    CHECK(parse_matchers("a=~\"(\"").fault.starts_with("have regular expressions behind =~ and !~ ("));
    CHECK(parse_matchers("a=\xFF").fault == "be text in UTF-8");
  }
}
