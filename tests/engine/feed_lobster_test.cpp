#include "engine/feed/lobster.h"

#include <doctest/doctest.h>

#include <array>

#include "engine/feed/feed_spec.h"
#include "engine/feed/new_york_time.h"
#include "tests/engine/feed_files.h"

namespace vigil::engine {
namespace {

using namespace std::chrono;
using orders::MarketEventKind;
using orders::Price;
using orders::Quantity;
using orders::Side;
using testing::drain;
using testing::error_of;
using testing::OwnDirectory;
using testing::TemporaryDirectory;

constexpr std::string_view kMessageName = "AAPL_2012-06-21_34200000_57600000_message_1.csv";
constexpr std::string_view kBookName = "AAPL_2012-06-21_34200000_57600000_orderbook_1.csv";
constexpr std::string_view kAnyBook = "5859400,200,5853300,18\n";

/// A pair of files, discovered and opened.
struct Pair {
  TemporaryDirectory folder;
  OwnDirectory directory;
  FeedSpec spec;

  Pair(std::string_view messages, std::string_view books, std::string_view message_name = kMessageName,
       std::string_view book_name = kBookName) {
    spec = {FeedFormat::Lobster, folder.write(message_name, messages)};
    folder.write(book_name, books);
  }
  std::unique_ptr<FileFeed> open(OnBadLine on_bad_line = OnBadLine::Fail) {
    discover(spec, directory.names);
    return open_feed(spec, directory.names, on_bad_line);
  }
  std::string error() {
    return error_of(folder, [this] { (void)drain(*open()); });
  }
};

std::string message_error(std::string_view line) {
  return Pair(std::string(line) + "\n", kAnyBook).error();
}
std::string book_error(std::string_view line) {
  return Pair("34200,1,1,1,1,1\n", std::string(line) + "\n").error();
}

orders::Timestamp at(std::string_view utc_seconds) {
  const auto parsed = orders::parse_decimal(utc_seconds, 9);
  return sys_days{2012y / June / 21} + nanoseconds{static_cast<std::int64_t>(parsed.raw)};
}

TEST_CASE("each row gives the quote of its orderbook row, in UTC and dollars") {
  Pair pair(
      "34200.004241176,1,16113575,18,5853300,1\n"
      "34200.18960767,3,16113575,18,5853300,1\n",
      "5859400,200,5853300,18\n"
      "9999999999,0,-9999999999,0\n");
  const auto events = drain(*pair.open());
  REQUIRE(events.size() == 2);
  CHECK(events[0].kind == MarketEventKind::Quote);
  CHECK(events[0].time == at("48600.004241176"));
  CHECK(events[0].quote.time == events[0].time);
  CHECK(events[0].quote.ask == Price::parse("585.94"));
  CHECK(events[0].quote.ask_size == Quantity{200});
  CHECK(events[0].quote.bid == Price::parse("585.33"));
  CHECK(events[0].quote.bid_size == Quantity{18});
  CHECK(events[0].instrument == pair.directory.names.instrument("AAPL"));
  CHECK(events[0].venue == pair.directory.names.venue("NASDAQ"));

  CHECK(events[1].time == at("48600.189607670"));
  CHECK(!events[1].quote.bid);
  CHECK(!events[1].quote.ask);
  CHECK(!events[1].quote.bid_size);
  CHECK(!events[1].quote.ask_size);
}

TEST_CASE("a fraction of any length is a decimal fraction, taken to the nearest nanosecond") {
  const std::array<std::pair<std::string_view, std::string_view>, 8> times{
      {{"34200", "48600"},
       {"34200.5", "48600.5"},
       {"34200.18960", "48600.1896"},
       {"34200.18960767", "48600.189607670"},
       {"34200.189607671", "48600.189607671"},
       {"43002.632812672004", "57402.632812672"},
       {"43002.632812671997", "57402.632812672"},
       {"86399.999999999", "100799.999999999"}}};
  for (const auto& [given, expected] : times) {
    const std::string text(given);
    CAPTURE(text);
    Pair pair(text + ",1,1,1,1,1\n", kAnyBook);
    const auto events = drain(*pair.open());
    REQUIRE(events.size() == 1);
    CHECK(events[0].time == at(expected));
  }
}

TEST_CASE("executions give a trade of the other side of the resting order before the quote") {
  Pair pair(
      "34200.1,4,11,100,5853300,1\n"
      "34200.2,4,12,50,5859400,-1\n"
      "34200.3,5,0,7,5856351,-1\n"
      "34200.4,5,0,8,5856351,1\n"
      "34200.5,6,-1,900,5856300,-1\n"
      "34200.6,2,13,1,5853300,1\n",
      "5859400,200,5853300,18\n5859400,200,5853300,18\n5859400,200,5853300,18\n"
      "5859400,200,5853300,18\n5859400,200,5853300,18\n5859400,200,5853300,17\n");
  const auto events = drain(*pair.open());
  REQUIRE(events.size() == 11);
  for (std::size_t i = 0; i < 10; i += 2) {
    CHECK(events[i].kind == MarketEventKind::Trade);
    CHECK(events[i + 1].kind == MarketEventKind::Quote);
    CHECK(events[i].time == events[i + 1].time);
  }
  CHECK(events[0].price == Price::parse("585.33"));
  CHECK(events[0].size == Quantity{100});
  CHECK(events[0].aggressor == Side::Sell);
  CHECK(events[2].aggressor == Side::Buy);
  CHECK(events[4].aggressor == Side::Buy);
  CHECK(events[4].price == Price::parse("585.6351"));
  CHECK(events[6].aggressor == Side::Sell);
  CHECK(!events[8].aggressor);
  CHECK(events[8].size == Quantity{900});
  CHECK(events[10].kind == MarketEventKind::Quote);
  CHECK(events[10].quote.bid_size == Quantity{17});
}

TEST_CASE("while trading is halted nothing is quoted") {
  Pair pair(
      "34200,1,1,1,5853300,1\n"
      "34201,7,0,0,-1,-1\n"
      "34202,3,1,1,5853300,1\n"
      "34203,7,0,0,0,-1\n"
      "34204,1,1,1,5853300,1\n"
      "34205,7,0,0,1,-1\n",
      "5859400,200,5853300,18\n5859400,200,5853300,18\n5859400,200,5853300,18\n"
      "5859400,200,5853300,18\n5859400,200,5853300,18\n5859400,200,5853300,18\n");
  const auto events = drain(*pair.open());
  REQUIRE(events.size() == 6);
  const std::array<bool, 6> quoted{true, false, false, false, false, true};
  for (std::size_t i = 0; i < 6; ++i) {
    CAPTURE(i);
    CHECK(events[i].quote.bid.has_value() == quoted[i]);
    CHECK(events[i].quote.ask.has_value() == quoted[i]);
    CHECK(events[i].quote.bid_size.has_value() == quoted[i]);
    CHECK(events[i].quote.time == events[i].time);
  }
}

TEST_CASE("of deeper books the first level is taken and the levels are counted") {
  Pair pair("34200,1,1,1,1,1\n34201,1,1,1,1,1\n",
            "5859400,200,5853300,18,5859500,1,5853200,2\n5859400,200,5853300,19,9999999999,0,-9999999999,0\n",
            "BRK.B_2012-06-21_34200000_57600000_message_2.csv",
            "BRK.B_2012-06-21_34200000_57600000_orderbook_2.csv");
  const auto events = drain(*pair.open());
  REQUIRE(events.size() == 2);
  CHECK(events[1].quote.bid_size == Quantity{19});
  CHECK(pair.directory.instruments.at(0).symbol == "BRK.B");

  Pair uneven("34200,1,1,1,1,1\n34201,1,1,1,1,1\n",
              "5859400,200,5853300,18,5859500,1,5853200,2\n5859400,200,5853300,19\n");
  CHECK(uneven.error() == std::string(kBookName) + ":2: columns: must be 8 as in the rows before, was \"4\"");
}

TEST_CASE("a broken message is named with its field and value") {
  const std::string where = std::string(kMessageName) + ":1: ";
  CHECK(message_error("34200,1,1,1,1") == where + "columns: must be 6, was \"5\"");
  const std::string time =
      "time: must be seconds after midnight, below 86400, with at most 18 decimals, was ";
  CHECK(message_error("x,1,1,1,1,1") == where + time + "\"x\"");
  CHECK(message_error("-1,1,1,1,1,1") == where + time + "\"-1\"");
  CHECK(message_error("86400,1,1,1,1,1") == where + time + "\"86400\"");
  CHECK(message_error("86399.9999999999,1,1,1,1,1") == where + time + "\"86399.9999999999\"");
  CHECK(message_error("34200,8,1,1,1,1") == where + "type: must be an integer from 1 to 7, was \"8\"");
  CHECK(message_error("34200,1,a,1,1,1") ==
        where + "order_id: must be an integer from -1 to 999999999999999999, was \"a\"");
  CHECK(message_error("34200,1,1,-5,1,1") ==
        where + "size: must be an integer from 0 to 10000000000, was \"-5\"");
  CHECK(message_error("34200,1,1,1,1.5,1") ==
        where + "price: must be an integer from -1 to 9999999999, was \"1.5\"");
  CHECK(message_error("34200,1,1,1,1,2") == where + "direction: must be an integer from -1 to 1, was \"2\"");
  CHECK(message_error("34200,1,1,1,1,0") == where + "direction: must be 1 or -1, was \"0\"");
  CHECK(message_error("34200,4,1,0,1,1") == where + "size: must be positive in a trade, was \"0\"");
  CHECK(message_error("34200,5,1,1,0,1") == where + "price: must be positive in a trade, was \"0\"");
  CHECK(message_error("34200,7,0,0,2,-1") == where + "price: must be -1, 0 or 1 in a halt, was \"2\"");
  Pair back("34200.2,1,1,1,1,1\n34200.1,1,1,1,1,1\n", std::string(kAnyBook) + std::string(kAnyBook));
  CHECK(back.error() ==
        std::string(kMessageName) + ":2: time: must not be earlier than in the row before, was \"34200.1\"");
}

TEST_CASE("a broken orderbook row is named with its own file") {
  const std::string where = std::string(kBookName) + ":1: ";
  CHECK(book_error("5859400,200,5853300") == where + "columns: must be 4 for each level, was \"3\"");
  CHECK(book_error("a,200,5853300,18") ==
        where + "ask_price_1: must be an integer from -9999999999 to 9999999999, was \"a\"");
  CHECK(book_error("5859400,,5853300,18") ==
        where + "ask_size_1: must be an integer from 0 to 10000000000, was \"\"");
  CHECK(book_error("5859400,200,0,18") ==
        where + "bid_price_1: must be positive, or -9999999999 where there is none, was \"0\"");
  CHECK(book_error("5859400,200,5853300,0") == where + "bid_size_1: must be positive, was \"0\"");
  CHECK(book_error("5859400,200,-9999999999,5") ==
        where + "bid_size_1: must be 0 on an empty level, was \"5\"");
}

TEST_CASE("both files must have the same number of rows, skipping or not") {
  const std::string two = "34200,1,1,1,1,1\n34201,1,1,1,1,1\n";
  Pair fewer_books(two, kAnyBook);
  const std::string message_name(kMessageName);
  const std::string book_name(kBookName);
  const std::string expected = book_name + ": rows: must be as many as in " + message_name + ", was \"1\"";
  CHECK(fewer_books.error() == expected);
  CHECK(error_of(fewer_books.folder, [&] { (void)drain(*fewer_books.open(OnBadLine::Skip)); }) == expected);

  Pair fewer_messages("34200,1,1,1,1,1\n", std::string(kAnyBook) + std::string(kAnyBook));
  CHECK(fewer_messages.error() ==
        message_name + ": rows: must be as many as in " + book_name + ", was \"1\"");

  Pair empty("", "");
  CHECK(empty.error() == message_name + ": must not be empty");
  Pair alone("34200,1,1,1,1,1\n", kAnyBook, kMessageName, "other.csv");
  CHECK(alone.error() == book_name + ": must be a readable file: No such file or directory");
}

TEST_CASE("behind a broken line both files go on together") {
  Pair pair(
      "34200,1,1,1,1,1\n"
      "broken\n"
      "34202,1,1,1,1,1\n"
      "34203,7,0,0,-1,-1\n"
      "34204,1,1,1,1,1\n",
      "5859400,200,5853300,1\n5859400,200,5853300,2\nbroken\nbroken\n5859400,200,5853300,5\n");
  const auto feed = pair.open(OnBadLine::Skip);
  const auto events = drain(*feed);
  REQUIRE(events.size() == 2);
  CHECK(events[0].quote.bid_size == Quantity{1});
  CHECK(events[1].time == at("48604"));
  CHECK(!events[1].quote.bid);  // the halt holds although its orderbook row was broken
  CHECK(feed->statistics().bad_lines == 3);
  CHECK(feed->statistics().rows == 2);
}

TEST_CASE("the pair may be compressed") {
  Pair pair("", "");
  pair.folder.write_gzip(kMessageName, "34200,1,1,1,1,1\n");
  pair.folder.write_gzip(kBookName, kAnyBook);
  CHECK(drain(*pair.open()).size() == 1);
}

TEST_CASE("the file's name gives symbol and date, and must") {
  const TemporaryDirectory folder;
  for (const char* name :
       {"AAPL.csv", "AAPL_2012-06-21_34200000_57600000_orderbook_1.csv", "AAPL_2012-06-31_1_2_message_1.csv",
        "AAPL_20120621_1_2_message_1.csv", "_2012-06-21_1_2_message_1.csv",
        "AAPL_2012-06-21_1_2_message_x.csv", "AAPL_2012-06-21_a_2_message_1.csv",
        "AAPL_1969-06-21_1_2_message_1.csv", "message_1.csv", "_", ""}) {
    CAPTURE(name);
    OwnDirectory directory;
    CHECK(error_of(folder, [&] { discover_lobster(folder.path(name), directory.names); }) ==
          std::string(name) + ": file name: must be SYMBOL_YYYY-MM-DD_START_END_message_LEVELS.csv, was " +
              in_quotes(name));
  }
  OwnDirectory directory;
  discover_lobster("messages/message/A_B_2012-06-21_1_2_message_10.csv.gz", directory.names);
  REQUIRE(directory.instruments.size() == 1);
  const auto& instrument = directory.instruments[0];
  CHECK(instrument.symbol == "A_B");
  CHECK(instrument.tick_size == Price::parse("0.01"));
  CHECK(instrument.lot_size == Quantity{1});
  CHECK(instrument.base == orders::kNoCurrency);
  CHECK(directory.currencies.at(orders::index(instrument.quote)).code == "USD");
  CHECK(instrument.settlement == instrument.quote);
  CHECK(directory.names.venue("NASDAQ"));
}

TEST_CASE("where nothing may be defined an unknown share is an error of the file") {
  const TemporaryDirectory folder;
  OwnDirectory directory({.venues = {"NASDAQ"}, .accounts = {}, .strategies = {}}, false);
  const FeedSpec spec{FeedFormat::Lobster, folder.write(kMessageName, "34200,1,1,1,1,1\n")};
  discover(spec, directory.names);
  CHECK(error_of(folder, [&] { (void)open_feed(spec, directory.names); }) ==
        std::string(kMessageName) + ": symbol: must be a configured instrument, was \"AAPL\"");
}

TEST_CASE("New York follows its daylight-saving rules") {
  struct Change {
    year_month_day date;
    bool begins;
  };
  // The days on which the clocks were changed, from the tz database.
  const std::array<Change, 20> changes{{
      {1967y / April / 30, true},    {1967y / October / 29, false}, {1973y / October / 28, false},
      {1974y / January / 6, true},   {1974y / October / 27, false}, {1975y / February / 23, true},
      {1975y / October / 26, false}, {1976y / April / 25, true},    {1986y / April / 27, true},
      {1987y / April / 5, true},     {1987y / October / 25, false}, {2006y / April / 2, true},
      {2006y / October / 29, false}, {2007y / March / 11, true},    {2007y / November / 4, false},
      {2012y / March / 11, true},    {2012y / November / 4, false}, {2020y / November / 1, false},
      {2026y / March / 8, true},     {2026y / November / 1, false},
  }};
  for (const auto& [changed, begins] : changes) {
    const year_month_day date = changed;
    CAPTURE(static_cast<int>(date.year()));
    const year_month_day before{sys_days{date} - days{1}};
    const year_month_day after{sys_days{date} + days{1}};
    const hours standard{5};
    const hours daylight{4};
    CHECK(new_york_behind_utc(before, hours{12}) == (begins ? standard : daylight));
    CHECK(new_york_behind_utc(date, hours{12}) == (begins ? daylight : standard));
    CHECK(new_york_behind_utc(after, hours{0}) == (begins ? daylight : standard));
    CHECK(new_york_behind_utc(date, hours{1}) == (begins ? standard : daylight));
    CHECK(new_york_behind_utc(date, hours{2} - nanoseconds{1}) == (begins ? standard : daylight));
    CHECK(new_york_behind_utc(date, hours{3}) == (begins ? daylight : standard));
    CHECK(new_york_behind_utc(date, hours{2}) == standard);
  }
  CHECK(new_york_behind_utc(2012y / June / 21, hours{9}) == hours{4});
  CHECK(new_york_behind_utc(2012y / January / 5, hours{9}) == hours{5});
}

TEST_CASE("a winter day is five hours behind UTC") {
  Pair pair("34200,1,1,1,1,1\n", kAnyBook, "AAPL_2012-01-05_34200000_57600000_message_1.csv",
            "AAPL_2012-01-05_34200000_57600000_orderbook_1.csv");
  const auto events = drain(*pair.open());
  REQUIRE(events.size() == 1);
  CHECK(events[0].time == sys_days{2012y / January / 5} + hours{14} + minutes{30});
}

}  // namespace
}  // namespace vigil::engine
