#include "monitoring/time/tick_curve.h"

#include <boost/multiprecision/cpp_int.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace vigil::monitoring;
using boost::multiprecision::cpp_int;
using std::chrono::nanoseconds;

namespace {

/// Rounded down, by integers that have no end.
std::int64_t exact_time(std::int64_t ticks, std::int64_t scaled) {
  const cpp_int product = cpp_int(ticks) * scaled;
  const cpp_int unit = cpp_int(1) << kTickRateBits;
  cpp_int quotient = product / unit;
  if (product < 0 && product % unit != 0) --quotient;
  return static_cast<std::int64_t>(quotient);
}

/// Rates of counters between 100 MHz and 10 GHz.
rc::Gen<TickRate> any_rate() {
  return rc::gen::map(rc::gen::inRange<std::int64_t>((std::int64_t{1} << kTickRateBits) / 10,
                                                     std::int64_t{10} << kTickRateBits),
                      [](std::int64_t scaled) { return TickRate{scaled}; });
}

}  // namespace

TEST_CASE("the time of ticks is exact and rounded down, for any ticks and rate") {
  CHECK(rc::check([] {
    const TickRate rate = *any_rate();
    // Ten years of a 10 GHz counter, either way.
    const auto ticks = *rc::gen::inRange<std::int64_t>(-3'200'000'000'000'000'000, 3'200'000'000'000'000'000);
    RC_PRE(rate.scaled < std::int64_t{2} << kTickRateBits);
    RC_ASSERT(time_of(ticks, rate).count() == exact_time(ticks, rate.scaled));
  }));
}

TEST_CASE("a rate taken from a span gives the span's time back, to the nanosecond in a minute") {
  CHECK(rc::check([] {
    const auto time = *rc::gen::inRange<std::int64_t>(1'000'000, 60'000'000'000);
    const auto hundredths = *rc::gen::inRange<std::int64_t>(10, 1000);  // 0.1 to 10 ticks a nanosecond
    const std::int64_t ticks = time * hundredths / 100;
    const TickRate rate = rate_over(static_cast<std::uint64_t>(ticks), nanoseconds{time});
    const std::int64_t back = time_of(ticks, rate).count();
    RC_ASSERT(back >= time - 1);
    RC_ASSERT(back <= time + 1);
    RC_ASSERT(ticks_in(nanoseconds{time}, rate) <= static_cast<std::uint64_t>(ticks) + 10);
    RC_ASSERT(ticks_in(nanoseconds{time}, rate) + 10 >= static_cast<std::uint64_t>(ticks));
  }));
}

TEST_CASE("a rate that does not fit is none") {
  CHECK(rate_over(1, std::chrono::hours{24}) == TickRate{});
}

TEST_CASE("a later tick never has an earlier time, on one curve or on the next") {
  CHECK(rc::check([] {
    const TickCurve old{*rc::gen::inRange<std::uint64_t>(0, 1ULL << 62U),
                        nanoseconds{*rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 60)}, *any_rate(),
                        *any_rate()};
    const std::uint64_t joint = old.joint_ticks + *rc::gen::inRange<std::uint64_t>(0, 10'000'000'000);
    const TickCurve next = bend(old, joint, *any_rate());

    // Up to the joint a reader may have either of the two.
    const std::uint64_t early = joint - *rc::gen::inRange<std::uint64_t>(0, joint - old.joint_ticks + 1);
    RC_ASSERT(time_at(next, early) >= time_at(old, early));
    RC_ASSERT(time_at(next, early) <= time_at(old, early) + nanoseconds{1});

    const std::uint64_t from = joint - std::min<std::uint64_t>(joint, 1000) + *rc::gen::inRange(0, 2000);
    const std::uint64_t to = from + *rc::gen::inRange<std::uint64_t>(0, 1000);
    RC_ASSERT(time_at(next, to) >= time_at(next, from));
  }));
}

TEST_CASE("a counter that passes its largest value goes on") {
  const TickRate half{std::int64_t{1} << (kTickRateBits - 1)};
  const TickCurve curve{~std::uint64_t{0} - 9, nanoseconds{1000}, half, half};
  CHECK(time_at(curve, 10) == nanoseconds{1010});
}
