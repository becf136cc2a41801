// Against real recordings: the folder in the environment variable VIGIL_MARKET_DATA, with lobster/*.zip and
// binance/*.gz.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "engine/feed/feed_spec.h"
#include "engine/feed/line_reader.h"
#include "engine/feed/merge.h"
#include "tests/engine/feed_files.h"

namespace vigil::engine {
namespace {

using orders::MarketEventKind;
using orders::Price;
using orders::Quantity;
using testing::OwnDirectory;
using testing::TemporaryDirectory;

/// Files of a sub-folder with that ending, sorted; none, and a message, where there is no such data.
std::vector<std::string> market_data(std::string_view folder, std::string_view ending) {
  const char* root = std::getenv("VIGIL_MARKET_DATA");
  std::vector<std::string> files;
  std::error_code ignored;
  if (root != nullptr) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(root) / folder, ignored)) {
      if (entry.path().string().ends_with(ending)) files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    MESSAGE("SKIPPED: VIGIL_MARKET_DATA is not set or holds no "
            << std::string(folder) + "/*" + std::string(ending));
  }
  return files;
}

/// The columns of a CSV row of integers, read in the plainest way.
std::vector<long long> integers(const std::string& row) {
  std::vector<long long> values;
  std::istringstream stream(row);
  for (std::string cell; std::getline(stream, cell, ',');) values.push_back(std::stoll(cell));
  return values;
}

void check_against_orderbook(const std::string& message_path) {
  CAPTURE(message_path);
  std::string book_path = message_path;
  book_path.replace(book_path.rfind("message"), 7, "orderbook");
  std::ifstream messages(message_path);
  std::ifstream books(book_path);
  OwnDirectory directory;
  const FeedSpec spec{FeedFormat::Lobster, message_path};
  discover(spec, directory.names);
  const auto feed = open_feed(spec, directory.names);

  std::string message;
  std::string book;
  std::uint64_t rows = 0;
  std::uint64_t trades = 0;
  while (std::getline(messages, message) && std::getline(books, book)) {
    const std::vector<long long> parts = integers(message);  // time is cut to whole seconds
    const std::vector<long long> levels = integers(book);
    ++rows;
    CAPTURE(rows);
    auto event = feed->next();
    REQUIRE(event);
    // 21 June 2012 in New York is four hours behind UTC.
    const long long second = 1'340'236'800 + 4 * 3600 + parts[0];
    REQUIRE(std::chrono::floor<std::chrono::seconds>(event->time).time_since_epoch().count() == second);
    if (parts[1] == 4 || parts[1] == 5) {
      ++trades;
      REQUIRE(event->kind == MarketEventKind::Trade);
      REQUIRE(event->price.raw() == parts[4] * 10'000);
      REQUIRE(event->size == Quantity{parts[3]});
      REQUIRE((event->aggressor == orders::Side::Sell) == (parts[5] == 1));
      event = feed->next();
      REQUIRE(event);
    }
    REQUIRE(event->kind == MarketEventKind::Quote);
    REQUIRE(event->quote.ask.value().raw() == levels[0] * 10'000);
    REQUIRE(event->quote.ask_size == Quantity{levels[1]});
    REQUIRE(event->quote.bid.value().raw() == levels[2] * 10'000);
    REQUIRE(event->quote.bid_size == Quantity{levels[3]});
  }
  CHECK(!feed->next());
  const FeedStatistics& statistics = feed->statistics();
  CHECK(rows > 50'000);
  CHECK(statistics.rows == rows);
  CHECK(statistics.events == rows + trades);
  CHECK(statistics.crossed == 0);
  CHECK(statistics.locked == 0);
  CHECK(statistics.bad_lines == 0);
}

TEST_CASE("the best bid and ask equal LOBSTER's orderbook at every row of real files") {
  for (const std::string& zip : market_data("lobster", ".zip")) {
    const TemporaryDirectory folder;
    const std::string unpack = "python3 -m zipfile -e '" + zip + "' '" + folder.path("") + "'";
    REQUIRE(std::system(unpack.c_str()) == 0);
    int pairs = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path(""))) {
      const std::string path = entry.path().string();
      if (path.find("_message_") == std::string::npos) continue;
      ++pairs;
      check_against_orderbook(path);
    }
    CHECK(pairs == 1);
  }
}

/// The text behind `"name":"` in the line, found by searching; fields of these names occur once in a quote or
/// trade.
std::string text_of(std::string_view line, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":\"";
  const std::size_t begin = line.find(key);
  if (begin == std::string_view::npos) return "";
  const std::size_t start = begin + key.size();
  return std::string(line.substr(start, line.find('"', start) - start));
}

TEST_CASE("every quote and trade of real Binance recordings is read exactly") {
  for (const std::string& path : market_data("binance", ".gz")) {
    CAPTURE(path);
    OwnDirectory directory;
    const FeedSpec spec{FeedFormat::Binance, path};
    discover(spec, directory.names);
    const auto feed = open_feed(spec, directory.names);
    LineReader lines(path);
    std::string_view line;
    std::uint64_t rows = 0;
    std::uint64_t others = 0;
    while (lines.next(line) == LineStatus::Line) {
      ++rows;
      CAPTURE(rows);
      const bool is_quote = line.find("@bookTicker\"") != std::string_view::npos;
      const bool is_trade = line.find("@trade\"") != std::string_view::npos;
      if (!is_quote && !is_trade) {
        ++others;
        continue;
      }
      const auto event = feed->next();
      REQUIRE(event);
      REQUIRE(orders::nanoseconds_of(event->time) == std::stoll(std::string(line.substr(0, 19))));
      if (is_quote) {
        REQUIRE(event->kind == MarketEventKind::Quote);
        REQUIRE(event->quote.bid == Price::parse(text_of(line, "b")));
        REQUIRE(event->quote.bid_size == Quantity::parse(text_of(line, "B")));
        REQUIRE(event->quote.ask == Price::parse(text_of(line, "a")));
        REQUIRE(event->quote.ask_size == Quantity::parse(text_of(line, "A")));
      } else {
        REQUIRE(event->kind == MarketEventKind::Trade);
        REQUIRE(event->price == Price::parse(text_of(line, "p")));
        REQUIRE(event->size == Quantity::parse(text_of(line, "q")));
        const bool seller = line.find("\"m\":true") != std::string_view::npos;
        REQUIRE((event->aggressor == orders::Side::Sell) == seller);
      }
      const auto& instrument = directory.instruments.at(0);
      const Price price = is_quote ? *event->quote.bid : event->price;
      const Quantity size = is_quote ? *event->quote.bid_size : event->size;
      REQUIRE(price.raw() % instrument.tick_size.raw() == 0);
      REQUIRE(size.raw() % instrument.lot_size.raw() == 0);
    }
    CHECK(!feed->next());
    CHECK(rows > 30'000);
    CHECK(feed->statistics().rows == rows);
    CHECK(feed->statistics().ignored == others);
    CHECK(feed->statistics().bad_lines == 0);
  }
}

TEST_CASE("real recordings merge into one stream in time order") {
  const std::vector<std::string> paths = market_data("binance", ".gz");
  OwnDirectory directory;
  std::vector<std::unique_ptr<FileFeed>> feeds;
  for (const std::string& path : paths) {
    const FeedSpec spec{FeedFormat::Binance, path};
    discover(spec, directory.names);
    feeds.push_back(open_feed(spec, directory.names));
  }
  MergedFeed merged(std::move(feeds));
  orders::Timestamp last{};
  std::uint64_t events = 0;
  while (const auto event = merged.next()) {
    REQUIRE(event->time >= last);
    last = event->time;
    ++events;
  }
  std::uint64_t expected = 0;
  for (const FeedStatistics& statistics : merged.statistics()) expected += statistics.events;
  CHECK(events == expected);
  CHECK(directory.instruments.size() == paths.size());
}

}  // namespace
}  // namespace vigil::engine
