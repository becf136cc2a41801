#include "monitoring/delivery/rfc3339.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace vigil::monitoring;

TEST_CASE("a time is written in UTC with milliseconds") {
  CHECK(rfc3339(0) == "1970-01-01T00:00:00.000Z");
  CHECK(rfc3339(1'769'848'200'250) == "2026-01-31T08:30:00.250Z");
  CHECK(rfc3339(-1) == "1970-01-01T00:00:00.000Z");
  CHECK(rfc3339(std::numeric_limits<SampleTime>::max()) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("times of any zone and fraction are read") {
  CHECK(parse_rfc3339("2026-01-31T08:30:00Z") == 1'769'848'200'000);
  CHECK(parse_rfc3339("2026-01-31T09:30:00.25+01:00") == 1'769'848'200'250);
  CHECK(parse_rfc3339("2026-01-31t03:00:00.250999999-05:30") == 1'769'848'200'250);
  for (const char* wrong : {"", "now", "2026-02-30T00:00:00Z", "2026-01-31T08:30:00", "2026-01-31T24:00:00Z",
                            "2026-01-31T08:30:00.Z", "2026-01-31T08:30:00Zulu", "1969-12-31T00:00:00Z"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_rfc3339(wrong));
  }
}

TEST_CASE("what is written is read back") {
  CHECK(rc::check([] {
    const SampleTime time = *rc::gen::inRange<SampleTime>(0, 253'402'300'800'000);
    RC_ASSERT(parse_rfc3339(rfc3339(time)) == time);
  }));
}
