#include "monitoring/delivery/silences.h"

#include <doctest/doctest.h>

#include "tests/monitoring/delivery_fixture.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

Silence silence(std::string team, SampleTime from, SampleTime to) {
  return {.matchers = {{MatchKind::Equal, "team", std::move(team)}},
          .starts_at = from,
          .ends_at = to,
          .created_by = "desk",
          .comment = "planned"};
}

}  // namespace

TEST_CASE("a silence holds from its start up to its end, for labels that it matches") {
  Silences silences;
  const auto added = silences.add(silence("ml", kStart + kMinute, kStart + 2 * kMinute), kStart);
  REQUIRE(added.fault.empty());
  CHECK(added.id.size() == 32);
  const Labels ml{{"team", "ml"}};
  CHECK(silences.silencing(ml, kStart) == nullptr);
  REQUIRE(silences.silencing(ml, kStart + kMinute) != nullptr);
  CHECK(*silences.silencing(ml, kStart + kMinute) == added.id);
  CHECK(silences.silencing(Labels{{"team", "trading"}}, kStart + kMinute) == nullptr);
  CHECK(silences.silencing(ml, kStart + 2 * kMinute) == nullptr);
}

TEST_CASE("an expired silence ends now and stays in the list for five days") {
  Silences silences;
  const std::string id = silences.add(silence("ml", kStart, kStart + kMinute), kStart).id;
  CHECK(silences.expire(id, kStart + 10));
  CHECK_FALSE(silences.expire(id, kStart + 11));
  CHECK_FALSE(silences.expire("nothing", kStart + 11));
  CHECK(silences.silencing(Labels{{"team", "ml"}}, kStart + 10) == nullptr);
  CHECK(silences.list().size() == 1);
  CHECK(silences.forget_old(kStart + 10 + Silences::kRetention - 1) == 0);
  CHECK(silences.forget_old(kStart + 10 + Silences::kRetention) == 1);
  CHECK(silences.list().empty());
}

TEST_CASE("a silence that cannot be is refused with the reason") {
  Silences silences;
  const auto fault = [&](const Silence& wrong) { return silences.add(wrong, kStart).fault; };
  Silence wrong = silence("ml", kStart, kStart + 1);
  wrong.matchers.clear();
  CHECK(fault(wrong) == "matchers: must have at least one, had none");
  wrong.matchers = {{MatchKind::Regex, "team", ".*"}};
  CHECK(fault(wrong) == "matchers: one must ask for a label to be there, was {team=~\".*\"}");
  wrong = silence("ml", kStart, kStart);
  CHECK(fault(wrong) ==
        "endsAt: must be after startsAt (2026-01-31T08:30:00.000Z), was 2026-01-31T08:30:00.000Z");
  wrong = silence("ml", kStart - 2, kStart - 1);
  CHECK(fault(wrong) == "endsAt: must be in the future, was 2026-01-31T08:29:59.999Z");
  wrong = silence("ml", kStart, kStart + 1);
  wrong.comment.clear();
  CHECK(fault(wrong) == "comment: must say why, was empty");
  CHECK(silences.size() == 0);
}

TEST_CASE("at the bound the silence that ended first makes room, and none is added while all hold") {
  Silences silences;
  for (std::size_t i = 0; i < Silences::kCapacity; ++i) {
    REQUIRE(silences.add(silence("ml", kStart, kStart + kMinute + static_cast<SampleTime>(i)), kStart)
                .fault.empty());
  }
  CHECK(silences.add(silence("ml", kStart, kStart + 1), kStart).fault ==
        "there are 1000 silences, which is the most");
  const SampleTime later = kStart + kMinute;  // the first has ended
  CHECK(silences.add(silence("ml", later, later + kMinute), later).fault.empty());
  CHECK(silences.size() == Silences::kCapacity);
  CHECK(silences.list().back().ends_at != kStart + kMinute);
}
