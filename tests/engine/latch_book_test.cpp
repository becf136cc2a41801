#include <doctest/doctest.h>

#include <fstream>

#include "engine/actions/latch_book.h"
#include "latch_file.h"

using namespace vigil;
using namespace vigil::engine;
using Kind = AlertActionKind;

namespace {

ActionLatch latch(Kind kind, const std::string& target) {
  return {.kind = kind,
          .target = target,
          .alert = "Rule",
          .labels = R"({alertname="Rule"})",
          .since = orders::timestamp_from_nanoseconds(1'700'000'000'123'456'789)};
}

}  // namespace

TEST_SUITE("latch book") {
  TEST_CASE("what is in force, and nothing that ended, is known to whoever opens the file next") {
    const test::LatchFile file;
    {
      LatchBook book(file.path);
      CHECK(book.add(latch(Kind::HaltTrading, "all")));
      CHECK(book.add(latch(Kind::PauseOrderSubmission, "A")));
      CHECK(book.add(latch(Kind::PauseOrderSubmission, "B")));
      CHECK(book.end(Kind::PauseOrderSubmission, "A"));
      CHECK(book.end(Kind::DisableStrategy, "nobody"));
      CHECK_FALSE(book.has(Kind::PauseOrderSubmission, "A"));
      CHECK(book.has(Kind::PauseOrderSubmission, "B"));
    }
    LatchBook book(file.path);
    CHECK(book.damage().empty());
    CHECK(book.all().empty());
    const std::vector<ActionLatch> loaded = book.take_loaded();
    REQUIRE(loaded.size() == 2);
    CHECK(loaded[0].kind == Kind::HaltTrading);
    CHECK(loaded[0].alert == "Rule");
    CHECK(loaded[0].labels == R"({alertname="Rule"})");
    CHECK(loaded[0].since == orders::timestamp_from_nanoseconds(1'700'000'000'123'456'789));
    CHECK(loaded[1].kind == Kind::PauseOrderSubmission);
    CHECK(loaded[1].target == "B");
  }

  TEST_CASE("without a file the latches are kept for as long as the book is there") {
    LatchBook book("");
    CHECK(book.add(latch(Kind::ReduceOnly, "all")));
    CHECK(book.all().size() == 1);
    CHECK(book.end(Kind::ReduceOnly, "all"));
    CHECK(book.all().empty());
  }

  TEST_CASE("a torn end of the file is told of, and what stands before it is kept") {
    const test::LatchFile file;
    CHECK(LatchBook(file.path).add(latch(Kind::HaltTrading, "all")));
    std::ofstream(file.path, std::ios::app | std::ios::binary) << "half a rec";
    LatchBook book(file.path);
    CHECK(book.damage().find(file.path + ": damaged") == 0);
    CHECK(book.damage().find("10 bytes at its end") != std::string::npos);
    CHECK(book.take_loaded().size() == 1);
  }

  TEST_CASE("damage before the end may hide a halt: the file is refused, and left as it is") {
    const test::LatchFile file;
    {
      LatchBook book(file.path);
      CHECK(book.add(latch(Kind::HaltTrading, "all")));
      CHECK(book.add(latch(Kind::PauseOrderSubmission, "A")));
    }
    const auto text = [&] {
      std::ifstream in(file.path, std::ios::binary);
      return std::string{std::istreambuf_iterator<char>(in), {}};
    };
    std::string bytes = text();
    bytes[30] = static_cast<char>(bytes[30] ^ 1);
    std::ofstream(file.path, std::ios::binary) << bytes;
    CHECK_THROWS_WITH_AS(LatchBook{file.path}, doctest::Contains("an alert may have stopped trading"),
                         std::runtime_error);
    CHECK(text() == bytes);
  }

  TEST_CASE("a file of another kind is refused, and left as it is") {
    const test::LatchFile file;
    std::ofstream(file.path) << "something else entirely";
    CHECK_THROWS_AS(LatchBook{file.path}, std::runtime_error);
    std::string text;
    std::getline(std::ifstream(file.path), text);
    CHECK(text == "something else entirely");
  }
}
