#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "engine/config/value_text.h"

using namespace vigil::engine;
using namespace std::chrono_literals;
using vigil::orders::Duration;

TEST_SUITE("config value text") {
  TEST_CASE("a duration is a number with a unit, exact to the nanosecond") {
    CHECK(parse_duration("250ms") == Duration{250ms});
    CHECK(parse_duration("5s") == Duration{5s});
    CHECK(parse_duration("1m") == Duration{1min});
    CHECK(parse_duration("2h") == Duration{2h});
    CHECK(parse_duration("50us") == Duration{50us});
    CHECK(parse_duration("100ns") == Duration{100ns});
    CHECK(parse_duration("1.5m") == Duration{90s});
    CHECK(parse_duration("0.000000001s") == Duration{1ns});
    CHECK(parse_duration("0") == Duration{0});
    CHECK(parse_duration("0ms") == Duration{0});
  }

  TEST_CASE("what is not exactly a duration is none") {
    for (const char* text :
         {"", "5", "s", "-5s", "+5s", "5 s", "5S", "1h30m", ".5s", "0.5ns", "0.0000000001s", "1..5s",
          "1.2.3s", "99999999999999999999h", "9223372037s", "1e3s", "5s "}) {
      CAPTURE(text);
      CHECK_FALSE(parse_duration(text));
    }
  }

  TEST_CASE("a duration's text reads back as the same duration") {
    rc::check([] {
      const Duration duration{*rc::gen::inRange<std::int64_t>(0, std::numeric_limits<std::int64_t>::max())};
      RC_ASSERT(parse_duration(duration_text(duration)) == duration);
    });
    CHECK(duration_text(90s) == "90s");
    CHECK(duration_text(2min) == "2m");
    CHECK(duration_text(48h) == "48h");
    CHECK(duration_text(1500us) == "1500us");
    CHECK(duration_text(Duration{0}) == "0s");
  }

  TEST_CASE("a time of day has two digits for hours, minutes and seconds") {
    CHECK(parse_time_of_day("17:30") == Duration{17h + 30min});
    CHECK(parse_time_of_day("23:59:59") == Duration{24h - 1s});
    CHECK(parse_time_of_day("00:00") == Duration{0});
    for (const char* text :
         {"", "24:00", "12:60", "12:00:60", "1:00", "12-00", "12:00:0", "12:00 ", "ab:cd"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_time_of_day(text));
    }
    CHECK(time_of_day_text(9h + 5min) == "09:05:00");
  }

  TEST_CASE("a number's text reads back as the same number") {
    rc::check([](double value) {
      RC_PRE(std::isfinite(value));
      RC_ASSERT(parse_real(real_text(value)) == value);
    });
    CHECK(real_text(100000) == "100000");
    CHECK(real_text(0.00005) == "0.00005");
    for (const char* text : {"", "nan", "inf", "-inf", "1e999", "0x10", "1,5", "1.5 ", "+1"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_real(text));
    }
  }

  TEST_CASE("an address to listen on has a host and a port") {
    const auto plain = parse_listen_address("127.0.0.1:9464");
    REQUIRE(plain);
    CHECK(plain->host == "127.0.0.1");
    CHECK(plain->port == 9464);
    const auto six = parse_listen_address("[::1]:0");
    REQUIRE(six);
    CHECK(six->host == "[::1]");
    CHECK_FALSE(is_tls(*six));
    const auto secure = parse_listen_address("https://127.0.0.1:1");
    REQUIRE(secure);
    CHECK(is_tls(*secure));
    CHECK(secure->host == "127.0.0.1");
    for (const char* text : {"", "9464", ":9464", "host:", "host:65536", "host:-1", "::1:80", "[::1:80",
                             "[]:80", "a b:80", "ftp://host:80", "https://", "HTTPS://host:80"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_listen_address(text));
    }
  }
}
