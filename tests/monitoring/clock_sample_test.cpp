#include "monitoring/time/clock_sample.h"

#include <array>
#include <vector>

#include <doctest/doctest.h>

#include "monitoring/time/tick_counter.h"

using namespace vigil::monitoring;
using std::chrono::nanoseconds;

TEST_CASE("of several readings the one with the least doubt counts") {
  const std::array readings{Bracket{100, nanoseconds{1}, 900}, Bracket{1000, nanoseconds{2}, 1090},
                            Bracket{1100, nanoseconds{3}, 1200}};
  const auto best = narrowest(readings, 20'000);
  REQUIRE(best.has_value());
  CHECK(best->between == nanoseconds{2});
  CHECK(best->middle() == 1045);
}

TEST_CASE("readings that were all interrupted say nothing") {
  const std::array readings{Bracket{0, nanoseconds{1}, 90'000}, Bracket{100'000, nanoseconds{2}, 120'001}};
  CHECK_FALSE(narrowest(readings, 20'000).has_value());
  CHECK(narrowest(readings, 20'001).has_value());
  CHECK_FALSE(narrowest({}, 20'000).has_value());
}

TEST_CASE("a reading whose counter ran backwards is not the narrowest") {
  const std::array backwards{Bracket{500, nanoseconds{1}, 400}};
  CHECK_FALSE(narrowest(backwards, 20'000).has_value());
  const std::array both{backwards[0], Bracket{500, nanoseconds{2}, 600}};
  CHECK(narrowest(both, 20'000)->between == nanoseconds{2});
}

TEST_CASE("the kernel's list is read word by word") {
  CHECK(lists_tsc("tsc kvm-clock acpi_pm \n"));
  CHECK(lists_tsc("kvm-clock tsc"));
  CHECK_FALSE(lists_tsc("kvm-clock tsc-early \n"));
  CHECK_FALSE(lists_tsc("  \n"));
  CHECK_FALSE(lists_tsc(""));
}
