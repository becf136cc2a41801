#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>
#include <map>
#include <vector>

#include "engine/signals/prediction_accuracy.h"

using namespace vigil;
using namespace vigil::engine;
using namespace std::chrono_literals;

namespace {

constexpr orders::InstrumentId kFirst{0};
constexpr orders::InstrumentId kSecond{1};

orders::Timestamp at(orders::Duration since) {
  return orders::timestamp_from_nanoseconds(1'700'000'000'000'000'000) + since;
}

/// Feeds mids to a PredictionAccuracy as the bridge does: what was due is judged before a quote changes a
/// mid.
struct Desk {
  explicit Desk(std::size_t capacity, std::vector<orders::Duration> windows = {60s})
      : accuracy(1s, capacity, windows) {}
  void quote(orders::InstrumentId instrument, orders::Duration since, std::int64_t mid) {
    pass(since);
    mids[instrument] = mid;
  }
  bool predict(orders::InstrumentId instrument, orders::Duration since, bool up) {
    return accuracy.predicted(instrument, up, mids[instrument], at(since));
  }
  void pass(orders::Duration since) {
    accuracy.judge_until(
        at(since), [this](orders::InstrumentId id) { return orders::Int128{mids[id]}; },
        [this](Outcome outcome) { ++outcomes[static_cast<std::size_t>(outcome)]; });
  }

  PredictionAccuracy accuracy;
  std::map<orders::InstrumentId, std::int64_t> mids;
  std::array<int, 3> outcomes{};  ///< correct, incorrect, unchanged
};

}  // namespace

TEST_SUITE("prediction accuracy") {
  TEST_CASE("a prediction is judged by the mid in force when its horizon has passed") {
    Desk desk(10);
    desk.quote(kFirst, 0s, 100);
    CHECK(desk.predict(kFirst, 0s, true));
    CHECK(desk.predict(kFirst, 0s, false));
    desk.quote(kFirst, 500ms, 90);
    desk.quote(kFirst, 1s, 110);  // right at the horizon: it counts
    CHECK(desk.outcomes == std::array{0, 0, 0});
    desk.quote(kFirst, 1001ms, 50);  // after it: it does not
    CHECK(desk.outcomes == std::array{1, 1, 0});
    CHECK(desk.accuracy.waiting() == 0);
    CHECK(*desk.accuracy.share(0, at(2s)) == 0.5);
  }

  TEST_CASE("where the mid is the same again neither direction was right") {
    Desk desk(10);
    desk.quote(kFirst, 0s, 100);
    CHECK(desk.predict(kFirst, 0s, true));
    desk.quote(kFirst, 500ms, 120);
    desk.quote(kFirst, 700ms, 100);
    desk.pass(2s);
    CHECK(desk.outcomes == std::array{0, 0, 1});
    CHECK_FALSE(desk.accuracy.share(0, at(2s)));
  }

  TEST_CASE("each instrument is judged by its own mid, also when it is not quoted any more") {
    Desk desk(10);
    desk.quote(kFirst, 0s, 100);
    desk.quote(kSecond, 0s, 200);
    CHECK(desk.predict(kFirst, 0s, true));
    CHECK(desk.predict(kSecond, 0s, true));
    desk.quote(kFirst, 100ms, 101);
    desk.quote(kSecond, 200ms, 199);
    desk.pass(1s);
    CHECK(desk.outcomes == std::array{0, 0, 0});
    desk.pass(1001ms);
    CHECK(desk.outcomes == std::array{1, 1, 0});
  }

  TEST_CASE("a prediction for which there is no room is refused and the others stay") {
    Desk desk(2);
    desk.quote(kFirst, 0s, 100);
    CHECK(desk.predict(kFirst, 0s, true));
    CHECK(desk.predict(kFirst, 1ms, true));
    CHECK_FALSE(desk.predict(kFirst, 2ms, true));
    desk.quote(kFirst, 3ms, 101);
    desk.pass(1001ms);
    CHECK(desk.predict(kFirst, 1001ms, true));
    desk.pass(5s);
    CHECK(desk.outcomes == std::array{2, 0, 1});
  }

  TEST_CASE("a window forgets") {
    WindowedShare share(60s);
    share.add(true, at(0s));
    share.add(true, at(30s));
    share.add(false, at(30s));
    CHECK(*share.share(at(58s)) == doctest::Approx(2.0 / 3));
    CHECK(*share.share(at(61s)) == doctest::Approx(0.5));
    CHECK_FALSE(share.share(at(100s)));
    share.add(true, at(10000s));
    CHECK(*share.share(at(10000s)) == 1);
  }

  TEST_CASE("a window has the outcomes of its 60 steps") {
    rc::check([] {
      WindowedShare share(60s);
      std::vector<std::pair<std::int64_t, bool>> all;
      std::int64_t now = 0;
      const auto count = *rc::gen::inRange(1, 200);
      for (int i = 0; i < count; ++i) {
        now += *rc::gen::inRange(0, 20) == 0 ? *rc::gen::inRange(0, 100) : *rc::gen::inRange(0, 3);
        const bool yes = *rc::gen::arbitrary<bool>();
        share.add(yes, at(std::chrono::seconds{now}));
        all.emplace_back(now, yes);
        double yeses = 0;
        double sum = 0;
        for (const auto& [when, was] : all) {
          if (when <= now - 60) continue;
          sum += 1;
          yeses += was ? 1 : 0;
        }
        RC_ASSERT(*share.share(at(std::chrono::seconds{now})) == yeses / sum);
      }
    });
  }
}
