#include "risk/price_collar.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <utility>
#include <vector>

using vigil::orders::Duration;
using vigil::orders::Price;
using vigil::orders::Unit;
using vigil::risk::deviates_more;
using vigil::risk::deviation;
using vigil::risk::ReferenceRange;
using namespace std::chrono_literals;

namespace {

Price price(const char* text) {
  return Price::parse(text).value();
}

}  // namespace

TEST_CASE("a price exactly at the collar does not deviate more and one unit beyond does") {
  CHECK_FALSE(deviates_more(price("101"), price("100"), 100));
  CHECK(deviates_more(price("101.00000001"), price("100"), 100));
  CHECK_FALSE(deviates_more(price("99"), price("100"), 100));
  CHECK(deviates_more(price("98.99999999"), price("100"), 100));
}

TEST_CASE("a collar of zero basis points allows the reference alone") {
  CHECK_FALSE(deviates_more(price("100"), price("100"), 0));
  CHECK(deviates_more(price("100.00000001"), price("100"), 0));
}

TEST_CASE("a collar holds around a negative reference too") {
  CHECK_FALSE(deviates_more(price("-37"), price("-37"), 0));
  CHECK_FALSE(deviates_more(price("-36.63"), price("-37"), 100));
  CHECK(deviates_more(price("-36.62999999"), price("-37"), 100));
}

TEST_CASE("a deviation is reported in basis points") {
  CHECK(deviation(price("101"), price("100")).unit == Unit::BasisPoints);
  CHECK(deviation(price("101"), price("100")).raw == 100 * vigil::orders::kScale);
  CHECK(deviation(price("99.995"), price("100")).raw == vigil::orders::kScale / 2);
  CHECK(deviation(price("1"), Price{}).unit == Unit::None);
}

TEST_CASE("the deviation test equals unbounded arithmetic") {
  using boost::multiprecision::cpp_int;
  CHECK(rc::check([](std::int64_t p, std::int64_t r, std::uint32_t bp) {
    const bool expected = abs(cpp_int{p} - cpp_int{r}) * 10'000 > abs(cpp_int{r}) * bp;
    RC_ASSERT(deviates_more(Price::from_raw(p), Price::from_raw(r), bp) == expected);
  }));
}

TEST_CASE("there is no range before the first reference") {
  ReferenceRange range{1min};
  CHECK_FALSE(range.over_period(5s));
}

TEST_CASE("a reference leaves the range once the period has passed, and the last one stays in force") {
  ReferenceRange range{63s};  // slots of one second
  range.observe(price("100"), 0s);
  range.observe(price("110"), 1s);
  range.observe(price("90"), 2s);
  range.observe(price("105"), 3s);
  CHECK(range.over_period(3s)->low == price("90"));
  CHECK(range.over_period(3s)->high == price("110"));
  CHECK(range.over_period(64s)->high == price("110"));
  CHECK(range.over_period(70s)->low == price("105"));
  CHECK(range.over_period(70s)->high == price("105"));
  CHECK(range.over_period(100h)->low == price("105"));
}

TEST_CASE("a changed period keeps what was seen") {
  ReferenceRange range{63s};
  range.observe(price("100"), 0s);
  range.observe(price("110"), 1s);
  range.observe(price("105"), 2s);
  range.set_period(630s);
  CHECK(range.over_period(3s)->low == price("100"));
  CHECK(range.over_period(3s)->high == price("110"));
  CHECK(range.over_period(600s)->high == price("110"));
  CHECK(range.over_period(700s)->high == price("105"));
}

TEST_CASE("the range covers all references in force in the period, and none older than two slots more") {
  CHECK(rc::check([] {
    const Duration period = std::chrono::milliseconds{*rc::gen::inRange(1, 5'000)};
    const Duration slot = Duration{(period.count() + 62) / 63};
    const auto moves = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 2'000'000'000), rc::gen::inRange(1, 1'000)));
    ReferenceRange range{period};
    std::vector<std::pair<Duration, Price>> seen;
    Duration now = 1h;
    const auto over = [&](Duration since) {
      Price low = seen.back().second;
      Price high = low;
      for (std::size_t i = 0; i < seen.size(); ++i) {
        const bool until_after = i + 1 == seen.size() || seen[i + 1].first > since;
        if (!until_after) continue;
        low = std::min(low, seen[i].second);
        high = std::max(high, seen[i].second);
      }
      return std::pair{low, high};
    };
    for (const auto& [wait, value] : moves) {
      now += Duration{wait};
      if (value % 3 != 0 || seen.empty()) {
        range.observe(Price{value}, now);
        seen.emplace_back(now, Price{value});
      }
      const auto got = range.over_period(now);
      const auto [low, high] = over(now - period);
      RC_ASSERT(got->low <= low);
      RC_ASSERT(got->high >= high);
      const auto [lowest, highest] = over(now - period - 2 * slot);
      RC_ASSERT(got->low >= lowest);
      RC_ASSERT(got->high <= highest);
    }
  }));
}
