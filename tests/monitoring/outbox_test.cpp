#include "monitoring/delivery/outbox.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/monitoring/delivery_fixture.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

OutboxEntry entry(std::string key, std::string payload, bool is_repeat = false) {
  return {.key = std::move(key), .is_repeat = is_repeat, .time = kStart, .payload = std::move(payload)};
}

std::vector<std::string> payloads(const Outbox& outbox) {
  std::vector<std::string> all;
  for (const auto& [sequence, each] : outbox.waiting()) all.push_back(each.payload);
  return all;
}

using Payloads = std::vector<std::string>;

}  // namespace

TEST_CASE("what was not acknowledged waits again after a restart, in its order") {
  const Folder folder;
  const std::string path = folder.file("outbox");
  {
    Outbox outbox(path, Outbox::Order::Every, {});
    CHECK(outbox.put({entry("a", "1"), entry("b", "2"), entry("a", "3")}).empty());
    outbox.acknowledge({2});
  }
  Outbox outbox(path, Outbox::Order::Every, {});
  CHECK(payloads(outbox) == Payloads{"1", "3"});
  outbox.put({entry("c", "4")});
  CHECK(payloads(outbox) == Payloads{"1", "3", "4"});
}

TEST_CASE("only the newest of a key waits where the latest is asked for") {
  const Folder folder;
  const std::string path = folder.file("outbox");
  {
    Outbox outbox(path, Outbox::Order::Latest, {});
    outbox.put({entry("a", "firing"), entry("b", "firing")});
    outbox.put({entry("a", "resolved")});
    CHECK(payloads(outbox) == Payloads{"firing", "resolved"});
    CHECK(outbox.counts().superseded == 1);
  }
  CHECK(payloads(Outbox(path, Outbox::Order::Latest, {})) == Payloads{"firing", "resolved"});
}

TEST_CASE("a memo outlives its entry, and a later one takes its place") {
  const Folder folder;
  const std::string path = folder.file("outbox");
  {
    Outbox outbox(path, Outbox::Order::Every, {});
    OutboxEntry with_memo = entry("group", "1");
    with_memo.memo = "A fires";
    outbox.put({with_memo});
    outbox.acknowledge({1});
    with_memo.memo = "nothing fires";
    with_memo.payload.clear();
    outbox.put({with_memo});
    CHECK(outbox.waiting().empty());
  }
  const Outbox outbox(path, Outbox::Order::Every, {});
  REQUIRE(outbox.memos().size() == 1);
  CHECK(outbox.memos().at("group").text == "nothing fires");
  CHECK(outbox.waiting().empty());
}

TEST_CASE("at its bound the outbox gives up the oldest repeat, then the oldest entry, and counts them") {
  Outbox outbox("", Outbox::Order::Every, {.entries = 3});
  outbox.put({entry("a", "1"), entry("b", "2", true), entry("c", "3")});
  auto gone = outbox.put({entry("d", "4")});
  REQUIRE(gone.size() == 1);
  CHECK(gone.front().payload == "2");
  gone = outbox.put({entry("e", "5")});
  REQUIRE(gone.size() == 1);
  CHECK(gone.front().payload == "1");
  CHECK(payloads(outbox) == Payloads{"3", "4", "5"});
  CHECK(outbox.counts().given_up == 2);
}

TEST_CASE("the bytes that wait are bounded too") {
  Outbox outbox("", Outbox::Order::Every, {.bytes = 100});
  outbox.put({entry("a", std::string(60, 'x')), entry("b", std::string(60, 'y'))});
  CHECK(payloads(outbox) == Payloads{std::string(60, 'y')});
  CHECK(outbox.bytes() == 61);
}

TEST_CASE("entries that the bounds threw out do not come back after a restart") {
  const Folder folder;
  const std::string path = folder.file("outbox");
  { Outbox(path, Outbox::Order::Every, {.entries = 1}).put({entry("a", "1"), entry("b", "2")}); }
  CHECK(payloads(Outbox(path, Outbox::Order::Every, {})) == Payloads{"2"});
}

TEST_CASE("the file does not grow without end") {
  const Folder folder;
  const std::string path = folder.file("outbox");
  Outbox outbox(path, Outbox::Order::Every, {});
  outbox.put({entry("kept", "kept")});
  for (std::uint64_t i = 0; i < 2000; ++i) {
    outbox.put({entry("a", std::string(10'000, 'x'))});
    outbox.acknowledge({i + 2});
  }
  CHECK(std::filesystem::file_size(path) < 5'000'000);
  CHECK(payloads(Outbox(path, Outbox::Order::Every, {})) == Payloads{"kept"});
}

TEST_CASE("an outbox cut at any byte has a beginning of what happened") {
  CHECK(rc::check("", [] {
    const Folder folder;
    const std::string path = folder.file("outbox");
    std::vector<std::set<std::string>> states{{}};  // what waited after each step
    {
      Outbox outbox(path, Outbox::Order::Every, {});
      const int steps = *rc::gen::inRange(1, 12);
      for (int step = 0; step < steps; ++step) {
        std::set<std::string> now = states.back();
        if (now.empty() || *rc::gen::inRange(0, 3) > 0) {
          outbox.put({entry("k", std::to_string(step))});
          now.insert(std::to_string(step));
        } else {
          const auto& [sequence, first] = *outbox.waiting().begin();
          now.erase(first.payload);
          outbox.acknowledge({sequence});
        }
        states.push_back(now);
      }
    }
    std::ifstream file(path, std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(file), {}};
    std::size_t least = 0;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      std::ofstream(path, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
      const Payloads left = payloads(Outbox(path, Outbox::Order::Every, {}));
      const std::set<std::string> found(left.begin(), left.end());
      while (least < states.size() && states[least] != found) ++least;
      RC_ASSERT(least < states.size());
    }
    RC_ASSERT(least == states.size() - 1);
  }));
}
