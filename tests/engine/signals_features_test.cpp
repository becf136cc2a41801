#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "allocations.h"
#include "engine/signals/features.h"

using namespace vigil;
using namespace vigil::engine;
using orders::Price;
using orders::Quantity;

namespace {

constexpr std::int64_t kStart = 1'700'000'000'000'000'000;

orders::Quote quote_at(std::int64_t ns, std::int64_t bid, std::int64_t ask, std::int64_t bid_size,
                       std::int64_t ask_size) {
  orders::Quote quote;
  quote.time = orders::timestamp_from_nanoseconds(kStart + ns);
  quote.bid = Price::from_raw(bid);
  quote.ask = Price::from_raw(ask);
  quote.bid_size = Quantity::from_raw(bid_size);
  quote.ask_size = Quantity::from_raw(ask_size);
  return quote;
}

double value_of(const FeatureValues& values, Feature feature) {
  return values[static_cast<std::size_t>(feature)];
}

/// The formulas of docs/SIGNALS.md over all quotes so far, without a window or a running sum.
class Naive {
 public:
  void add(const orders::Quote& quote) { quotes_.push_back(quote); }

  [[nodiscard]] std::map<Feature, std::optional<long double>> values() const {
    std::map<Feature, std::optional<long double>> all;
    const std::size_t n = quotes_.size() - 1;
    all[Feature::SpreadBp] = (ask(n) - bid(n)) / mid(n) * 1e4L;
    all[Feature::TouchImbalance] = imbalance(n);
    if (imbalance(n)) {
      const long double sizes = size(quotes_[n].bid_size) + size(quotes_[n].ask_size);
      const long double micro =
          sizes == 0 ? mid(n)
                     : (bid(n) * size(quotes_[n].ask_size) + ask(n) * size(quotes_[n].bid_size)) / sizes;
      all[Feature::MicropriceBp] = (micro - mid(n)) / mid(n) * 1e4L;
    }
    all[Feature::Return1Bp] = return_over(1);
    all[Feature::Return4Bp] = return_over(4);
    all[Feature::Return16Bp] = return_over(16);
    all[Feature::Return64Bp] = return_over(64);
    all[Feature::Return1sBp] = return_since(50'000'000);
    all[Feature::Return10sBp] = return_since(500'000'000);
    all[Feature::Volatility16Bp] = volatility(16);
    all[Feature::Volatility64Bp] = volatility(64);
    all[Feature::MidToMean16Bp] = mid_to_mean(16);
    all[Feature::MidToMean64Bp] = mid_to_mean(64);
    all[Feature::MidToMean256Bp] = mid_to_mean(256);
    all[Feature::OrderFlow16] = flow(16);
    all[Feature::OrderFlow64] = flow(64);
    all[Feature::QuoteRate1s] = rate(50'000'000);
    all[Feature::QuoteRate10s] = rate(500'000'000);
    return all;
  }

 private:
  using Maybe = std::optional<long double>;
  [[nodiscard]] long double bid(std::size_t i) const {
    return static_cast<long double>(quotes_[i].bid->raw());
  }
  [[nodiscard]] long double ask(std::size_t i) const {
    return static_cast<long double>(quotes_[i].ask->raw());
  }
  [[nodiscard]] long double mid(std::size_t i) const { return (bid(i) + ask(i)) / 2; }
  static long double size(const std::optional<Quantity>& size) {
    return static_cast<long double>(size->raw());
  }
  [[nodiscard]] bool has_sizes(std::size_t i) const { return quotes_[i].bid_size && quotes_[i].ask_size; }
  [[nodiscard]] std::int64_t step(std::size_t i, std::int64_t length) const {
    return orders::nanoseconds_of(quotes_[i].time) / length;
  }
  [[nodiscard]] Maybe imbalance(std::size_t i) const {
    if (!has_sizes(i)) return std::nullopt;
    const long double sum = size(quotes_[i].bid_size) + size(quotes_[i].ask_size);
    return sum == 0 ? 0 : (size(quotes_[i].bid_size) - size(quotes_[i].ask_size)) / sum;
  }
  [[nodiscard]] Maybe return_over(std::size_t k) const {
    const std::size_t n = quotes_.size() - 1;
    if (n < k) return std::nullopt;
    return (mid(n) / mid(n - k) - 1) * 1e4L;
  }
  [[nodiscard]] Maybe return_since(std::int64_t length) const {
    const std::size_t n = quotes_.size() - 1;
    const std::int64_t begin = step(n, length) - 20;
    if (begin <= step(0, length)) return std::nullopt;
    std::size_t last = 0;
    while (last + 1 < quotes_.size() && step(last + 1, length) < begin) ++last;
    return (mid(n) / mid(last) - 1) * 1e4L;
  }
  [[nodiscard]] Maybe rate(std::int64_t length) const {
    const std::int64_t now = step(quotes_.size() - 1, length);
    if (now - 20 <= step(0, length)) return std::nullopt;
    long double count = 0;
    for (std::size_t i = 0; i < quotes_.size(); ++i) {
      if (step(i, length) >= now - 20 && step(i, length) < now) ++count;
    }
    return count / (static_cast<long double>(length) * 20 / 1e9L);
  }
  [[nodiscard]] Maybe volatility(std::size_t length) const {
    if (quotes_.size() <= length) return std::nullopt;
    const long double alpha = 2 / (static_cast<long double>(length) + 1);
    long double mean = 0;
    for (std::size_t i = 1; i < quotes_.size(); ++i) {
      const long double change = (mid(i) / mid(i - 1) - 1) * 1e4L;
      mean = i == 1 ? change * change : (1 - alpha) * mean + alpha * change * change;
    }
    return std::sqrt(mean);
  }
  [[nodiscard]] Maybe mid_to_mean(std::size_t length) const {
    if (quotes_.size() < length) return std::nullopt;
    long double sum = 0;
    for (std::size_t i = quotes_.size() - length; i < quotes_.size(); ++i) sum += mid(i);
    const long double mean = sum / static_cast<long double>(length);
    return (mid(quotes_.size() - 1) - mean) / mean * 1e4L;
  }
  [[nodiscard]] Maybe flow(std::size_t length) const {
    if (quotes_.size() <= length) return std::nullopt;
    long double flow = 0;
    long double depth = 0;
    for (std::size_t i = quotes_.size() - length; i < quotes_.size(); ++i) {
      if (!has_sizes(i) || !has_sizes(i - 1)) return std::nullopt;
      flow += (bid(i) >= bid(i - 1) ? size(quotes_[i].bid_size) : 0);
      flow -= (bid(i) <= bid(i - 1) ? size(quotes_[i - 1].bid_size) : 0);
      flow -= (ask(i) <= ask(i - 1) ? size(quotes_[i].ask_size) : 0);
      flow += (ask(i) >= ask(i - 1) ? size(quotes_[i - 1].ask_size) : 0);
      depth += size(quotes_[i].bid_size) + size(quotes_[i].ask_size);
    }
    return depth == 0 ? 0 : flow / depth;
  }

  std::vector<orders::Quote> quotes_;
};

void check_close(double found, long double wanted) {
  const long double scale = std::max(1.0L, std::abs(wanted));
  RC_ASSERT(std::abs(static_cast<long double>(found) - wanted) <= 1e-9L * scale);
}

}  // namespace

TEST_SUITE("signal features") {
  TEST_CASE("every feature has a name of its own that leads back to it") {
    for (std::size_t i = 0; i < kFeatures; ++i) {
      const auto feature = static_cast<Feature>(i);
      CHECK(parse_feature(to_string(feature)) == feature);
    }
    CHECK_FALSE(parse_feature("spread"));
    CHECK_FALSE(parse_feature(""));
  }

  TEST_CASE("the first quote tells of the touch and nothing of the past") {
    QuoteFeatures features;
    const FeatureValues* const values = features.take(quote_at(0, 9'900, 10'100, 30, 10));
    REQUIRE(values != nullptr);
    CHECK(value_of(*values, Feature::SpreadBp) == doctest::Approx(200));
    CHECK(value_of(*values, Feature::TouchImbalance) == doctest::Approx(0.5));
    // (9900 * 10 + 10100 * 30) / 40 = 10050, 50 basis points above the mid.
    CHECK(value_of(*values, Feature::MicropriceBp) == doctest::Approx(50));
    for (std::size_t i = static_cast<std::size_t>(Feature::Return1Bp); i < kFeatures; ++i) {
      CAPTURE(kFeatureNames[i]);
      CHECK(std::isnan((*values)[i]));
    }
    CHECK(features.twice_mid() == 20'000);
  }

  TEST_CASE("a quote without a side or without a positive mid changes nothing") {
    QuoteFeatures features;
    (void)features.take(quote_at(0, 9'900, 10'100, 30, 10));
    orders::Quote quote = quote_at(1, 1, 1, 1, 1);
    quote.ask.reset();
    CHECK(features.take(quote) == nullptr);
    CHECK(features.take(quote_at(2, -200, 200, 1, 1)) == nullptr);
    CHECK(features.twice_mid() == 20'000);
    const FeatureValues* const values = features.take(quote_at(3, 9'999, 10'201, 30, 10));
    REQUIRE(values != nullptr);
    CHECK(value_of(*values, Feature::Return1Bp) == doctest::Approx(100));
  }

  TEST_CASE("returns over time are from the mid in force 20 whole steps before") {
    QuoteFeatures features;
    (void)features.take(quote_at(0, 10'000, 10'000, 1, 1));
    (void)features.take(quote_at(60'000'000, 10'100, 10'100, 1, 1));
    CHECK(std::isnan(
        value_of(*features.take(quote_at(1'040'000'000, 10'200, 10'200, 1, 1)), Feature::Return1sBp)));
    // The step begins at 1.05 s: in force 20 steps before, at 0.05 s, was the first quote.
    const FeatureValues* values = features.take(quote_at(1'060'000'000, 10'200, 10'200, 1, 1));
    CHECK(value_of(*values, Feature::Return1sBp) == doctest::Approx(200));
    CHECK(value_of(*values, Feature::QuoteRate1s) == doctest::Approx(2));
    values = features.take(quote_at(1'110'000'000, 10'200, 10'200, 1, 1));
    CHECK(value_of(*values, Feature::Return1sBp) == doctest::Approx(100 / 1.01));
    CHECK(std::isnan(value_of(*values, Feature::Return10sBp)));
  }

  TEST_CASE("features of sizes are not known without sizes, and their windows fill anew") {
    QuoteFeatures features;
    for (int i = 0; i < 20; ++i) (void)features.take(quote_at(i, 10'000, 10'002, 5, 5));
    orders::Quote bare = quote_at(20, 10'000, 10'002, 5, 5);
    bare.bid_size.reset();
    const FeatureValues* values = features.take(bare);
    CHECK(std::isnan(value_of(*values, Feature::TouchImbalance)));
    CHECK(std::isnan(value_of(*values, Feature::OrderFlow16)));
    CHECK_FALSE(std::isnan(value_of(*values, Feature::MidToMean16Bp)));
    for (int i = 0; i < 16; ++i) values = features.take(quote_at(21 + i, 10'000, 10'002, 5, 5));
    CHECK(std::isnan(value_of(*values, Feature::OrderFlow16)));
    values = features.take(quote_at(40, 10'000, 10'002, 5, 5));
    CHECK(value_of(*values, Feature::OrderFlow16) == 0);
  }

  TEST_CASE("the running features are those of the formulas") {
    rc::check([] {
      const auto count = *rc::gen::inRange<std::size_t>(1, 600);
      const bool with_gaps = *rc::gen::arbitrary<bool>();
      QuoteFeatures features;
      Naive naive;
      std::int64_t now = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
      std::int64_t bid = *rc::gen::inRange<std::int64_t>(1'000'000, 1'000'000'000'000);
      for (std::size_t i = 0; i < count; ++i) {
        now += *rc::gen::inRange<std::int64_t>(0, 60'000'000);
        if (with_gaps && *rc::gen::inRange(0, 50) == 0)
          now += *rc::gen::inRange<std::int64_t>(0, 30'000'000'000);
        bid = std::max<std::int64_t>(1000, bid + *rc::gen::inRange<std::int64_t>(-1000, 1001));
        orders::Quote quote =
            quote_at(now, bid, bid + *rc::gen::inRange<std::int64_t>(-50, 500),
                     *rc::gen::inRange<std::int64_t>(0, 1000), *rc::gen::inRange<std::int64_t>(0, 1000));
        if (with_gaps && *rc::gen::inRange(0, 100) == 0) quote.ask_size.reset();
        naive.add(quote);
        const FeatureValues* const found = features.take(quote);
        RC_ASSERT(found != nullptr);
        if (i + 3 < count && i % 17 != 0) continue;  // the naive one takes its time
        for (const auto& [feature, wanted] : naive.values()) {
          const double value = value_of(*found, feature);
          RC_ASSERT(std::isnan(value) == !wanted.has_value());
          if (wanted) check_close(value, *wanted);
        }
      }
    });
  }

  TEST_CASE("a quote that comes late is taken for one at the time of the quote before") {
    QuoteFeatures late;
    QuoteFeatures in_order;
    for (int i = 0; i < 40; ++i) {
      const std::int64_t at = i * 40'000'000LL;
      const auto quote = [&](std::int64_t ns) { return quote_at(ns, 10'000 + i, 10'002 + i, 3, 4); };
      const FeatureValues* const found = late.take(quote(i == 30 ? at - 700'000'000 : at));
      const FeatureValues* const wanted = in_order.take(quote(i == 30 ? at - 40'000'000 : at));
      for (std::size_t f = 0; f < kFeatures; ++f) {
        CHECK((std::isnan((*found)[f]) ? std::isnan((*wanted)[f]) : (*found)[f] == (*wanted)[f]));
      }
    }
  }

  TEST_CASE("nothing is allocated, whatever comes") {
    QuoteFeatures features;
    const std::size_t before = allocations();
    for (int i = 0; i < 1000; ++i) {
      (void)features.take(
          quote_at(i * 7'000'000LL + (i % 100 == 0 ? 1 : 0), 10'000 + i % 7, 10'003 + i % 5, i, i));
    }
    CHECK(allocations() == before);
  }
}
