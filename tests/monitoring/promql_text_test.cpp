#include <chrono>
#include <cmath>
#include <limits>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/promql/number_text.h"
#include "monitoring/promql/quoted_text.h"

using namespace vigil::monitoring::promql;
using namespace std::chrono_literals;

TEST_CASE("numbers are read in every form that Prometheus takes") {
  struct Case {
    const char* text;
    double value;
  };
  for (const Case& read :
       {Case{"1", 1}, Case{"2.", 2}, Case{".5", 0.5}, Case{"12.34e-6", 12.34e-6}, Case{"+0.2", 0.2},
        Case{"-1e3", -1000}, Case{"0x1F", 31}, Case{"0X_f", 15}, Case{"017", 15}, Case{"0o17", 15},
        Case{"0b101", 5}, Case{"08", 8}, Case{"1_000.5", 1000.5}, Case{"0", 0}, Case{"1e-400", 0},
        Case{"5e-324", 5e-324}}) {
    INFO(read.text);
    REQUIRE(parse_number(read.text).has_value());
    CHECK(*parse_number(read.text) == read.value);
  }
  CHECK(parse_number("Inf") == std::numeric_limits<double>::infinity());
  CHECK(parse_number("-iNFinity") == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(*parse_number("nan")));
  for (const char* text :
       {"", "+", "1e", "_1", "1_", "1__0", "1_.5", "0x", "0xg", "1.2.3", "1 ", "--1", "+-1", "e5"}) {
    INFO(text);
    CHECK_FALSE(parse_number(text).has_value());
    CHECK(number_error(text) == "invalid syntax");
  }
  CHECK(number_error("1e999") == "value out of range");
}

TEST_CASE("numbers are written as Prometheus writes them") {
  CHECK(number_text(0) == "0");
  CHECK(number_text(-0.0) == "-0");
  CHECK(number_text(0.1) == "0.1");
  CHECK(number_text(1e21) == "1000000000000000000000");
  CHECK(number_text(1e23) == "100000000000000000000000");
  CHECK(number_text(-1.5e-7) == "-0.00000015");
  CHECK(number_text(std::nan("")) == "NaN");
  CHECK(number_text(INFINITY) == "+Inf");
  CHECK(number_text(-INFINITY) == "-Inf");
  CHECK(short_number_text(1e21) == "1e+21");
  CHECK(short_number_text(1'000'000) == "1e+06");
  CHECK(short_number_text(123'456'789) == "1.23456789e+08");
  CHECK(short_number_text(100'000) == "100000");
  CHECK(short_number_text(123'456.789) == "123456.789");
  CHECK(short_number_text(0.00001234) == "1.234e-05");
  CHECK(short_number_text(0.0001) == "0.0001");
  CHECK(sample_value_text(0) == "0");
  CHECK(sample_value_text(0.000001) == "0.000001");
  CHECK(sample_value_text(-1e-9) == "-1e-09");
  CHECK(sample_value_text(1e21) == "1e+21");
  CHECK(sample_value_text(123456789012345680000.0) == "123456789012345680000");
  CHECK(sample_value_text(std::nan("")) == "NaN");
  const bool held = rc::check("what is written reads back", [](double value) {
    RC_ASSERT(*parse_number(number_text(value)) == value);
    RC_ASSERT(*parse_number(sample_value_text(value)) == value);
    RC_ASSERT(*parse_number(short_number_text(value)) == value);
  });
  CHECK(held);
}

TEST_CASE("durations have units in descending order") {
  CHECK(parse_duration("0") == 0ms);
  CHECK(parse_duration("5m") == 5min);
  CHECK(parse_duration("1y2w3d4h5m6s7ms") == 24h * (365 + 14 + 3) + 4h + 5min + 6s + 7ms);
  CHECK(parse_duration("90s") == 90s);
  for (const char* text :
       {"", "5", "m", "5m5m", "5s5m", "1.5h", "-5m", "5 m", "5hs", "99999999999999999999s", "300y"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text).has_value());
  }
  CHECK(duration_error("5s5m") == "not a valid duration string: \"5s5m\"");
  CHECK(duration_error("300y") == "duration out of range");
  CHECK(duration_text(0ms) == "0s");
  CHECK(duration_text(90s) == "1m30s");
  CHECK(duration_text(24h * 7) == "1w");
  CHECK(duration_text(24h * 90) == "90d");
  CHECK(duration_text(24h * 365) == "1y");
  CHECK(duration_text(1001ms) == "1s1ms");
  const bool held = rc::check("what is written reads back", [] {
    const std::chrono::milliseconds duration{*rc::gen::inRange<std::int64_t>(0, 9'000'000'000'000)};
    RC_ASSERT(parse_duration(duration_text(duration)) == duration);
  });
  CHECK(held);
}

TEST_CASE("texts are quoted so that they read back") {
  CHECK(quoted_text("a\"b\\c\n\t") == R"("a\"b\\c\n\t")");
  CHECK(quoted_text("\x01\x7f\xff é€😀") == "\"\\x01\\x7f\\xff é€😀\"");
  CHECK(quoted_text("\xC2\x85\xE2\x80\xA8") == R"("\u0085\u2028")");
  CHECK(quoted_character(U'\'') == R"('\'')");
  CHECK(unquoted_text(R"('\'"\101\x41\u0041\U00000041')") == "'\"AAAA");
  CHECK(unquoted_text("`\\n`") == "\\n");
  for (const char* text : {"", "\"", "\"a", "'a\"", "\"\\x4\"", "\"\\'\"", "\"\\400\"", "\"\\ud800\"", "x"}) {
    INFO(text);
    CHECK_FALSE(unquoted_text(text).has_value());
  }
  const bool held = rc::check(
      "any bytes", [](const std::string& text) { RC_ASSERT(unquoted_text(quoted_text(text)) == text); });
  CHECK(held);
}
