#include "monitoring/metrics/series_table.h"

#include <array>
#include <atomic>
#include <map>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <rapidcheck.h>

using vigil::monitoring::SeriesTable;

namespace {

constexpr std::array<std::string_view, 2> kLabels{"a", "b"};
using Pair = std::array<std::string, 2>;

std::array<std::string_view, 2> views(const Pair& pair) {
  return {pair[0], pair[1]};
}

/// Short texts of the characters that matter to the format.
rc::Gen<std::string> tricky_text() {
  return rc::gen::container<std::string>(
      rc::gen::element('x', 'y', '"', '\\', '\n', 'n', ',', '=', 'b', '}'));
}

}  // namespace

TEST_CASE("a series table numbers label sets as a map would, whatever characters they hold") {
  const bool holds = rc::check([] {
    const auto pairs = *rc::gen::container<std::vector<Pair>>(rc::gen::apply(
        [](std::string a, std::string b) {
          return Pair{std::move(a), std::move(b)};
        },
        tricky_text(), tricky_text()));
    SeriesTable table(kLabels);
    std::map<Pair, std::uint32_t> naive;
    for (const Pair& pair : pairs) {
      const auto found = table.find(views(pair));
      const auto expected = naive.find(pair);
      RC_ASSERT(found.has_value() == (expected != naive.end()));
      if (!found) naive.emplace(pair, table.add(views(pair), 7));
    }
    RC_ASSERT(table.size() == naive.size());
    for (const auto& [pair, number] : naive) {
      RC_ASSERT(table.find(views(pair)) == number);
      RC_ASSERT(table.values(number) == std::vector<std::string>(pair.begin(), pair.end()));
      RC_ASSERT(table.entry(number).created == 7U);
    }
  });
  CHECK(holds);
}

TEST_CASE("a value that spells the text between two values is no other label set") {
  SeriesTable table(kLabels);
  const std::array<std::string_view, 2> plain{"X", "YYYYZ"};
  (void)table.add(plain, 0);
  CHECK_FALSE(table.find(std::array<std::string_view, 2>{"X\",b=", "Z"}));
  CHECK_FALSE(table.find(std::array<std::string_view, 2>{"X\",b=\"YYYYZ", ""}));
}

TEST_CASE("a label set is kept as a scrape shows it") {
  SeriesTable table(kLabels);
  const std::uint32_t number = table.add(std::array<std::string_view, 2>{"q\"\\\n", "plain"}, 1700000000);
  CHECK(table.entry(number).labels() == R"(a="q\"\\\n",b="plain")");
  CHECK(table.entry(number).closed_labels() == R"(a="q\"\\\n",b="plain"} )");
  CHECK(table.entry(number).created == 1700000000);
}

TEST_CASE("a table without labels holds one series without text") {
  SeriesTable table({});
  CHECK_FALSE(table.find({}));
  CHECK(table.add({}, 0) == 0);
  CHECK(table.find({}) == 0U);
  CHECK(table.entry(0).labels().empty());
}

TEST_CASE("texts longer than a piece of memory are kept whole") {
  constexpr std::array<std::string_view, 1> kLabel{"a"};
  SeriesTable table(kLabel);
  const std::string huge(100'000, 'x');
  (void)table.add(std::array<std::string_view, 1>{"small"}, 0);
  (void)table.add(std::array<std::string_view, 1>{huge}, 0);
  (void)table.add(std::array<std::string_view, 1>{"after"}, 0);
  CHECK(table.find(std::array<std::string_view, 1>{huge}) == 1U);
  CHECK(table.values(1) == std::vector{huge});
  CHECK(table.values(2) == std::vector<std::string>{"after"});
}

TEST_CASE("other threads find what is there while one adds") {
  constexpr std::uint32_t kSets = 3000;
  constexpr std::array<std::string_view, 1> kLabel{"a"};
  SeriesTable table(kLabel);
  std::atomic<bool> is_right = true;
  const auto look = [&] {
    for (std::uint32_t size = 0; size < kSets; size = table.size()) {
      for (std::uint32_t number = size > 50 ? size - 50 : 0; number < size; ++number) {
        const std::string value = std::to_string(number);
        const bool found = table.find(std::array<std::string_view, 1>{value}) == number;
        if (!found || table.entry(number).labels() != "a=\"" + value + '"') is_right = false;
      }
      const auto absent = table.find(std::array<std::string_view, 1>{"none"});
      if (absent) is_right = false;
    }
  };
  std::thread first(look);
  std::thread second(look);
  for (std::uint32_t number = 0; number < kSets; ++number) {
    const std::string value = std::to_string(number);
    (void)table.add(std::array<std::string_view, 1>{value}, number);
  }
  first.join();
  second.join();
  CHECK(is_right);
}
