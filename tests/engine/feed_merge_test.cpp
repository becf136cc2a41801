#include "engine/feed/merge.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <tuple>

#include "engine/feed/feed_spec.h"
#include "tests/engine/feed_files.h"

namespace vigil::engine {
namespace {

using orders::Price;
using testing::drain;
using testing::error_of;
using testing::OwnDirectory;
using testing::TemporaryDirectory;

/// A quotes file of these times. Its bids tell file and line: 1002.00 is the third row of file 1.
std::string quotes(std::size_t file, const std::vector<int>& times) {
  std::string text = "ts,venue,symbol,bid,ask,bid_size,ask_size\n";
  for (std::size_t line = 0; line < times.size(); ++line) {
    text += std::to_string(times[line]) + ",V,A," + std::to_string(file * 1000 + line) + ",,,\n";
  }
  return text;
}

std::unique_ptr<MergedFeed> open_all(const TemporaryDirectory& folder, OwnDirectory& directory,
                                     const std::vector<std::vector<int>>& files) {
  std::vector<std::unique_ptr<FileFeed>> feeds;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const FeedSpec spec{FeedFormat::Quotes, folder.write(std::to_string(i) + ".csv", quotes(i, files[i]))};
    discover(spec, directory.names);
    feeds.push_back(open_feed(spec, directory.names));
  }
  return std::make_unique<MergedFeed>(std::move(feeds));
}

/// (time, file, line) of an event.
std::tuple<std::int64_t, std::int64_t, std::int64_t> place(const orders::MarketEvent& event) {
  const std::int64_t mark = event.quote.bid->raw() / orders::kScale;
  return {orders::nanoseconds_of(event.time), mark / 1000, mark % 1000};
}

TEST_CASE("files merge by time, then by their order, then by line") {
  const TemporaryDirectory folder;
  OwnDirectory directory;
  const auto feed = open_all(folder, directory, {{5, 5, 7}, {1, 5, 5}, {}, {7, 5'000}});
  std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t>> places;
  for (const auto& event : drain(*feed)) places.push_back(place(event));
  const decltype(places) expected{{1, 1, 0}, {5, 0, 0}, {5, 0, 1}, {5, 1, 1},
                                  {5, 1, 2}, {7, 0, 2}, {7, 3, 0}, {5000, 3, 1}};
  CHECK(places == expected);
  CHECK(!feed->next());
  const auto statistics = feed->statistics();
  REQUIRE(statistics.size() == 4);
  CHECK(statistics[1].rows == 3);
  CHECK(statistics[2].rows == 0);
}

TEST_CASE("merging is sorting, whatever the files") {
  CHECK(rc::check([] {
    auto files = *rc::gen::container<std::vector<std::vector<int>>>(
        rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20)));
    files.resize(std::min<std::size_t>(files.size(), 8));
    std::vector<std::tuple<std::int64_t, std::int64_t, std::int64_t>> expected;
    for (std::size_t i = 0; i < files.size(); ++i) {
      std::sort(files[i].begin(), files[i].end());
      for (std::size_t line = 0; line < files[i].size(); ++line) {
        expected.emplace_back(files[i][line], i, line);
      }
    }
    std::sort(expected.begin(), expected.end());
    const TemporaryDirectory folder;
    OwnDirectory directory;
    const auto feed = open_all(folder, directory, files);
    decltype(expected) merged;
    while (const auto event = feed->next()) merged.push_back(place(*event));
    RC_ASSERT(merged == expected);
  }));
}

TEST_CASE("an error does not swallow the events before it") {
  const TemporaryDirectory folder;
  OwnDirectory directory;
  const auto feed = open_all(folder, directory, {{1}});
  const FeedSpec broken{FeedFormat::Quotes, folder.write("broken.csv", quotes(0, {1, 3}) + "x\n")};
  std::vector<std::unique_ptr<FileFeed>> feeds;
  feeds.push_back(open_feed(broken, directory.names));
  MergedFeed merged(std::move(feeds));
  CHECK(merged.next());
  CHECK(merged.next());
  CHECK(error_of(folder, [&] { (void)merged.next(); }) == "broken.csv:4: columns: must be 7, was \"1\"");
}

TEST_CASE("nothing merged is an empty feed") {
  MergedFeed merged({});
  CHECK(!merged.next());
  CHECK(merged.statistics().empty());
}

}  // namespace
}  // namespace vigil::engine
