#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "orders/fill_table.h"
#include "orders/request_queue.h"
#include "orders/slot_index.h"

namespace vigil::orders {
namespace {

TEST_CASE("a slot index finds what is in it and nothing else, however its hashes collide") {
  for (const std::uint32_t hashes : {1U, 3U, 40U, 100'000U}) {
    CAPTURE(hashes);
    std::mt19937_64 random(hashes);
    constexpr std::uint32_t kSlots = 50;
    SlotIndex index(kSlots);
    std::map<SlotNumber, std::uint32_t> present;
    std::vector<std::uint32_t> hash_of(kSlots + 1);
    for (auto& hash : hash_of) hash = static_cast<std::uint32_t>(random() % hashes) * 0x10001U;
    for (int step = 0; step < 5000; ++step) {
      const auto slot = static_cast<SlotNumber>(1 + random() % kSlots);
      if (present.erase(slot) > 0) {
        index.erase(hash_of[slot], slot);
      } else {
        index.insert(hash_of[slot], slot);
        present[slot] = hash_of[slot];
      }
      REQUIRE(index.size() == present.size());
      for (SlotNumber s = 1; s <= kSlots; ++s) {
        const SlotNumber found = index.find(hash_of[s], [&](SlotNumber candidate) { return candidate == s; });
        REQUIRE(found == (present.contains(s) ? s : kNoSlot));
      }
    }
  }
}

TEST_CASE("a fill table tells new, equal and different fills apart and gives its room back") {
  FillTable table(4);
  const auto trade = [](const char* id) { return VenueTradeId::truncated(id); };
  using Match = FillTable::Match;
  CHECK(table.match(table.key_of(OrderId{1}, trade("a")), Price{1}, Quantity{1}) == Match::New);
  SlotNumber one = table.add(kNoSlot, table.key_of(OrderId{1}, trade("a")), Price{1}, Quantity{1});
  one = table.add(one, table.key_of(OrderId{1}, trade("b")), Price{1}, Quantity{2});
  const SlotNumber two = table.add(kNoSlot, table.key_of(OrderId{2}, trade("a")), Price{3}, Quantity{1});
  CHECK(table.match(table.key_of(OrderId{1}, trade("a")), Price{1}, Quantity{1}) == Match::Equal);
  CHECK(table.match(table.key_of(OrderId{1}, trade("b")), Price{1}, Quantity{1}) == Match::Different);
  CHECK(table.match(table.key_of(OrderId{2}, trade("a")), Price{1}, Quantity{1}) == Match::Different);
  CHECK(table.match(table.key_of(OrderId{2}, trade("b")), Price{1}, Quantity{1}) == Match::New);
  one = table.add(one, table.key_of(OrderId{1}, trade("c")), Price{1}, Quantity{1});
  CHECK(table.full());
  table.forget(one);
  CHECK(table.size() == 1);
  CHECK(table.match(table.key_of(OrderId{1}, trade("a")), Price{1}, Quantity{1}) == Match::New);
  CHECK(table.match(table.key_of(OrderId{2}, trade("a")), Price{3}, Quantity{1}) == Match::Equal);
  table.forget(two);
  SlotNumber head = kNoSlot;
  for (const char* id : {"p", "q", "r", "s"})
    head = table.add(head, table.key_of(OrderId{3}, trade(id)), Price{1}, Quantity{1});
  CHECK(table.full());
  CHECK(table.match(table.key_of(OrderId{3}, trade("p")), Price{1}, Quantity{1}) == Match::Equal);
}

TEST_CASE("a request queue marks the oldest first and lets any leave") {
  using std::chrono::nanoseconds;
  std::mt19937_64 random(7);
  constexpr std::uint32_t kSlots = 20;
  RequestQueue queue(kSlots);
  struct Item {
    SlotNumber slot;
    Duration since;
    bool marked;
  };
  std::vector<Item> model;
  Duration now{0};
  for (int step = 0; step < 20'000; ++step) {
    now += nanoseconds{static_cast<std::int64_t>(random() % 3)};
    const auto slot = static_cast<SlotNumber>(1 + random() % kSlots);
    const auto known =
        std::find_if(model.begin(), model.end(), [&](const Item& item) { return item.slot == slot; });
    if (random() % 5 == 0) {
      const Duration timeout{10};
      const auto oldest =
          std::find_if(model.begin(), model.end(), [](const Item& item) { return !item.marked; });
      const bool due = oldest != model.end() && now - oldest->since >= timeout;
      REQUIRE(queue.mark_next(now, timeout) == (due ? oldest->slot : kNoSlot));
      if (due) oldest->marked = true;
    } else if (known == model.end()) {
      queue.add(slot, now);
      model.push_back({slot, now, false});
    } else {
      queue.remove(slot);
      model.erase(known);
    }
    Duration doubt = Duration::max();
    Duration waiting = Duration::max();
    for (const Item& item : model) {
      (item.marked ? doubt : waiting) = std::min(item.marked ? doubt : waiting, item.since);
      REQUIRE(queue.contains(item.slot));
      REQUIRE(queue.in_doubt(item.slot) == item.marked);
    }
    REQUIRE(queue.oldest_in_doubt() == doubt);
    REQUIRE(queue.oldest_waiting() == waiting);
  }
}

TEST_CASE("a request that claims to be older than the last one queues behind it") {
  RequestQueue queue(2);
  queue.add(1, Duration{100});
  queue.add(2, Duration{50});
  CHECK(queue.mark_next(Duration{105}, Duration{10}) == kNoSlot);
  CHECK(queue.mark_next(Duration{110}, Duration{10}) == 1);
  CHECK(queue.mark_next(Duration{110}, Duration{10}) == 2);
}

}  // namespace
}  // namespace vigil::orders
