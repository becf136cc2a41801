#include <doctest/doctest.h>

#include "engine/feed/feed_spec.h"
#include "tests/engine/feed_files.h"

namespace vigil::engine {
namespace {

using orders::Price;
using orders::Quantity;
using orders::Side;
using testing::drain;
using testing::error_of;
using testing::OwnDirectory;
using testing::TemporaryDirectory;

constexpr std::string_view kQuotes = "ts,venue,symbol,bid,ask,bid_size,ask_size\n";
constexpr std::string_view kTrades = "ts,venue,symbol,price,size,aggressor\n";

Price price(std::string_view text) {
  return Price::parse(text).value();
}
Quantity quantity(std::string_view text) {
  return Quantity::parse(text).value();
}

std::string with(std::string_view header, std::string_view rows) {
  return std::string(header) + std::string(rows);
}

/// Discovers and reads the text as a file of that format.
std::vector<orders::MarketEvent> read_all(const TemporaryDirectory& folder, FeedFormat format,
                                          std::string_view text, OwnDirectory& directory) {
  const FeedSpec spec{format, folder.write("file.csv", text)};
  discover(spec, directory.names);
  return drain(*open_feed(spec, directory.names));
}

std::string error_in(FeedFormat format, std::string_view text, bool define = true) {
  const TemporaryDirectory folder;
  OwnDirectory directory({}, define);
  return error_of(folder, [&] { (void)read_all(folder, format, text, directory); });
}

std::string quote_error(std::string_view rows) {
  return error_in(FeedFormat::Quotes, with(kQuotes, rows));
}
std::string trade_error(std::string_view rows) {
  return error_in(FeedFormat::Trades, with(kTrades, rows));
}

TEST_CASE("a quotes file gives one quote a row") {
  const TemporaryDirectory folder;
  OwnDirectory directory;
  const auto events = read_all(folder, FeedFormat::Quotes,
                               with(kQuotes,
                                    "1000,X,A,10.5,10.75,100,200\n"
                                    "1000,Y,B,-1,0.00000001,,0\r\n"
                                    "1001,X,A,,11,,5\n"
                                    "1002,X,A,,,0,\n"),
                               directory);
  REQUIRE(events.size() == 4);
  CHECK(events[0].kind == orders::MarketEventKind::Quote);
  CHECK(events[0].instrument == directory.names.instrument("A"));
  CHECK(events[0].venue == directory.names.venue("X"));
  CHECK(events[0].time == orders::timestamp_from_nanoseconds(1000));
  CHECK(events[0].quote.time == events[0].time);
  CHECK(events[0].quote.bid == price("10.5"));
  CHECK(events[0].quote.ask == price("10.75"));
  CHECK(events[0].quote.bid_size == Quantity{100});
  CHECK(events[0].quote.ask_size == Quantity{200});

  CHECK(events[1].instrument == directory.names.instrument("B"));
  CHECK(events[1].venue == directory.names.venue("Y"));
  CHECK(events[1].quote.bid == Price{-1});
  CHECK(events[1].quote.ask == price("0.00000001"));
  CHECK(!events[1].quote.bid_size);
  CHECK(events[1].quote.ask_size == Quantity{0});

  CHECK(!events[2].quote.bid);
  CHECK(!events[2].quote.bid_size);
  CHECK(events[2].quote.ask == Price{11});
  CHECK(!events[3].quote.bid);
  CHECK(!events[3].quote.ask);
}

TEST_CASE("a trades file gives one trade a row") {
  const TemporaryDirectory folder;
  OwnDirectory directory;
  const auto events = read_all(folder, FeedFormat::Trades,
                               with(kTrades,
                                    "1000,X,A,10.5,0.25,buy\n"
                                    "1000,X,A,10.5,3,sell\n"
                                    "1001,X,A,10,3,"),
                               directory);
  REQUIRE(events.size() == 3);
  CHECK(events[0].kind == orders::MarketEventKind::Trade);
  CHECK(events[0].price == price("10.5"));
  CHECK(events[0].size == quantity("0.25"));
  CHECK(events[0].aggressor == Side::Buy);
  CHECK(events[1].aggressor == Side::Sell);
  CHECK(!events[2].aggressor);
  CHECK(events[2].time == orders::timestamp_from_nanoseconds(1001));
}

TEST_CASE("statistics tell rows, events, and crossed and locked quotes") {
  const TemporaryDirectory folder;
  OwnDirectory directory;
  const FeedSpec spec{FeedFormat::Quotes, folder.write("q.csv", with(kQuotes,
                                                                     "5,X,A,10,11,,\n"
                                                                     "6,X,A,11,11,,\n"
                                                                     "7,X,A,12,11,,\n"
                                                                     "8,X,A,12,,,\n"))};
  discover(spec, directory.names);
  const auto feed = open_feed(spec, directory.names);
  CHECK(drain(*feed).size() == 4);
  const FeedStatistics& statistics = feed->statistics();
  CHECK(statistics.path == spec.path);
  CHECK(statistics.format == "quotes");
  CHECK(statistics.rows == 4);
  CHECK(statistics.events == 4);
  CHECK(statistics.bad_lines == 0);
  CHECK(statistics.locked == 1);
  CHECK(statistics.crossed == 1);
  CHECK(statistics.ignored == 0);
  CHECK(statistics.first == orders::timestamp_from_nanoseconds(5));
  CHECK(statistics.last == orders::timestamp_from_nanoseconds(8));
}

TEST_CASE("a broken row of a quotes file is named with its field and value") {
  CHECK(quote_error("1,X,A,1,2,,\n1,X,A,1,2,\n") == "file.csv:3: columns: must be 7, was \"6\"");
  CHECK(quote_error("1,X,A,1,2,,,\n") == "file.csv:2: columns: must be 7, was \"8\"");
  CHECK(quote_error("\n") == "file.csv:2: columns: must be 7, was \"1\"");
  const std::string ts = "ts: must be whole nanoseconds since 1970 (UTC), before the year 2200, was ";
  CHECK(quote_error("x,X,A,1,2,,\n") == "file.csv:2: " + ts + "\"x\"");
  CHECK(quote_error(",X,A,1,2,,\n") == "file.csv:2: " + ts + "\"\"");
  CHECK(quote_error("-1,X,A,1,2,,\n") == "file.csv:2: " + ts + "\"-1\"");
  CHECK(quote_error("1.5,X,A,1,2,,\n") == "file.csv:2: " + ts + "\"1.5\"");
  CHECK(quote_error("7258118400000000000,X,A,1,2,,\n") == "file.csv:2: " + ts + "\"7258118400000000000\"");
  CHECK(quote_error("99999999999999999999,X,A,1,2,,\n") == "file.csv:2: " + ts + "\"99999999999999999999\"");
  CHECK(quote_error("1,X,A,abc,2,,\n") ==
        "file.csv:2: bid: must be a decimal number such as 12.5, was \"abc\"");
  CHECK(quote_error("1,X,A,1,1e5,,\n") ==
        "file.csv:2: ask: must be a decimal number such as 12.5, was \"1e5\"");
  CHECK(quote_error("1,X,A,1, 2,,\n") ==
        "file.csv:2: ask: must be a decimal number such as 12.5, was \" 2\"");
  CHECK(quote_error("1,X,A,0.123456789,2,,\n") ==
        "file.csv:2: bid: must have at most 8 decimals, was \"0.123456789\"");
  CHECK(quote_error("1,X,A,45000000001,2,,\n") ==
        "file.csv:2: bid: must be between -45000000000 and 45000000000, was \"45000000001\"");
  CHECK(quote_error("1,X,A,1,99999999999,,\n") ==
        "file.csv:2: ask: must be between -92233720368 and 92233720368, was \"99999999999\"");
  CHECK(quote_error("1,X,A,1,2,-3,\n") == "file.csv:2: bid_size: must not be negative, was \"-3\"");
  CHECK(quote_error("1,X,A,1,2,,x\n") ==
        "file.csv:2: ask_size: must be a decimal number such as 12.5, was \"x\"");
  CHECK(quote_error("1,X,A,1,,,5\n") ==
        "file.csv:2: ask_size: must be empty or 0 on a side without a price, was \"5\"");
  CHECK(quote_error("5,X,A,1,2,,\n4,X,A,1,2,,\n") ==
        "file.csv:3: ts: must not be earlier than in the row before, was \"4\"");
  const std::string name =
      "must be 1 to 32 printable ASCII characters without space, quote, comma and backslash";
  CHECK(quote_error("1,,A,1,2,,\n") == "file.csv:2: venue: " + name + ", was \"\"");
  CHECK(quote_error("1,X,\"A\",1,2,,\n") == "file.csv:2: symbol: " + name + ", was \"\\\"A\\\"\"");
  CHECK(quote_error("1,X," + std::string(33, 'A') + ",1,2,,\n") ==
        "file.csv:2: symbol: " + name + ", was \"" + std::string(33, 'A') + "\"");
  CHECK(quote_error("1,X,A,1,2,," + std::string(LineReader::kMaxLineLength, '1') + "\n") ==
        "file.csv:2: line: must be at most 1048576 bytes long, was \"longer\"");
}

TEST_CASE("a broken row of a trades file is named with its field and value") {
  CHECK(trade_error("1,X,A,1,2\n") == "file.csv:2: columns: must be 6, was \"5\"");
  CHECK(trade_error("x,X,A,1,2,\n") ==
        "file.csv:2: ts: must be whole nanoseconds since 1970 (UTC), before the year 2200, was \"x\"");
  CHECK(trade_error("1,X,A,,2,\n") == "file.csv:2: price: must be a decimal number such as 12.5, was \"\"");
  CHECK(trade_error("1,X,A,1,,\n") == "file.csv:2: size: must be a decimal number such as 12.5, was \"\"");
  CHECK(trade_error("1,X,A,1,0,\n") == "file.csv:2: size: must be positive, was \"0\"");
  CHECK(trade_error("1,X,A,1,-2,\n") == "file.csv:2: size: must be positive, was \"-2\"");
  CHECK(trade_error("1,X,A,1,2,BUY\n") == "file.csv:2: aggressor: must be buy, sell or empty, was \"BUY\"");
  CHECK(trade_error("5,X,A,1,2,\n4,X,A,1,2,\n") ==
        "file.csv:3: ts: must not be earlier than in the row before, was \"4\"");
}

TEST_CASE("the header must stand exactly so") {
  const std::string header =
      "file.csv:1: header: must be \"ts,venue,symbol,bid,ask,bid_size,ask_size\", was ";
  CHECK(error_in(FeedFormat::Quotes, "ts,venue,symbol,bid,ask\n") == header + "\"ts,venue,symbol,bid,ask\"");
  CHECK(error_in(FeedFormat::Quotes, "1,X,A,1,2,,\n") == header + "\"1,X,A,1,2,,\"");
  CHECK(error_in(FeedFormat::Quotes, "\n") == header + "\"\"");
  CHECK(error_in(FeedFormat::Trades, "ts\n") ==
        "file.csv:1: header: must be \"ts,venue,symbol,price,size,aggressor\", was \"ts\"");
  CHECK(error_in(FeedFormat::Quotes, "") == "file.csv: must not be empty");
  CHECK(error_in(FeedFormat::Quotes, kQuotes) == "");
}

TEST_CASE("broken lines are counted and passed over when asked to") {
  const TemporaryDirectory folder;
  OwnDirectory directory;
  const FeedSpec spec{FeedFormat::Quotes,
                      folder.write("q.csv", with(kQuotes,
                                                 "5,X,A,10,11,,\n"
                                                 "broken\n"
                                                 "6,X,A,1x,11,,\n"
                                                 "4,X,A,10,11,,\n"
                                                 "\n" +
                                                     std::string(LineReader::kMaxLineLength + 1, 'z') +
                                                     "\n"
                                                     "6,,A,10,11,,\n"
                                                     "6,X,A,10,12,,\n"))};
  discover(spec, directory.names, OnBadLine::Skip);
  const auto feed = open_feed(spec, directory.names, OnBadLine::Skip);
  const auto events = drain(*feed);
  REQUIRE(events.size() == 2);
  CHECK(events[1].quote.ask == Price{12});
  CHECK(feed->statistics().rows == 2);
  CHECK(feed->statistics().bad_lines == 6);
}

TEST_CASE("a feed that failed has ended") {
  const TemporaryDirectory folder;
  OwnDirectory directory;
  const FeedSpec good{FeedFormat::Quotes, folder.write("q.csv", with(kQuotes, "5,X,A,10,11,,\n"))};
  discover(good, directory.names);
  const FeedSpec spec{FeedFormat::Quotes,
                      folder.write("q.csv", with(kQuotes, "5,X,A,10,11,,\nbroken\n6,X,A,10,11,,\n"))};
  const auto feed = open_feed(spec, directory.names);
  CHECK(feed->next());
  CHECK(error_of(folder, [&] { (void)feed->next(); }) == "q.csv:3: columns: must be 7, was \"1\"");
  CHECK(!feed->next());
}

TEST_CASE("instruments and venues of a file are defined with the finest decimals written in it") {
  const TemporaryDirectory folder;
  OwnDirectory directory;
  (void)read_all(folder, FeedFormat::Quotes,
                 with(kQuotes,
                      "1,X,A,10.5,10.750,100,2.5\n"
                      "2,Y,B,100,101,,\n"
                      "3,X,A,10,11,1,1\n"
                      "4,X,C,,,,\n"
                      "5,X,D,1.0000000000,2,0.00100,\n"),
                 directory);
  REQUIRE(directory.instruments.size() == 4);
  const auto& a = directory.instruments[0];
  CHECK(a.symbol == "A");
  CHECK(a.id == orders::InstrumentId{0});
  CHECK(a.tick_size == price("0.001"));
  CHECK(a.lot_size == quantity("0.1"));
  CHECK(a.base == orders::kNoCurrency);
  CHECK(a.quote == a.settlement);
  CHECK(directory.currencies[orders::index(a.quote)].code == "USD");
  CHECK(!a.inverse);
  CHECK(a.initial_margin == orders::Ratio{1});
  CHECK(directory.instruments[1].tick_size == Price{1});
  CHECK(directory.instruments[1].lot_size == Quantity{1});
  CHECK(directory.instruments[2].tick_size == price("0.01"));
  CHECK(directory.instruments[2].lot_size == Quantity{1});
  CHECK(directory.instruments[3].tick_size == price("0.00000001"));
  CHECK(directory.instruments[3].lot_size == quantity("0.00001"));
  CHECK(directory.names.venues() == std::vector<std::string>{"X", "Y"});
}

TEST_CASE("a second file makes an inferred instrument finer and never coarser") {
  const TemporaryDirectory folder;
  OwnDirectory directory;
  (void)read_all(folder, FeedFormat::Quotes, with(kQuotes, "1,X,A,10.05,10.07,1,1\n"), directory);
  (void)read_all(folder, FeedFormat::Trades, with(kTrades, "1,X,A,10.055,0.5,\n"), directory);
  CHECK(directory.instruments.at(0).tick_size == price("0.001"));
  CHECK(directory.instruments.at(0).lot_size == quantity("0.1"));
  (void)read_all(folder, FeedFormat::Trades, with(kTrades, "1,X,A,10,5,\n"), directory);
  CHECK(directory.instruments.at(0).tick_size == price("0.001"));
  CHECK(directory.instruments.at(0).lot_size == quantity("0.1"));
  CHECK(directory.instruments.size() == 1);
}

TEST_CASE("an instrument of the configuration stays as it is") {
  const TemporaryDirectory folder;
  std::vector<orders::Instrument> instruments(1);
  std::vector<orders::Currency> currencies;
  instruments[0].symbol = "A";
  instruments[0].tick_size = price("0.25");
  instruments[0].lot_size = Quantity{10};
  Directory names(instruments, currencies, {.venues = {"V", "X"}, .accounts = {}, .strategies = {}}, true);
  const FeedSpec spec{FeedFormat::Quotes, folder.write("q.csv", with(kQuotes, "1,X,A,10.001,11,1,1\n"))};
  discover(spec, names);
  CHECK(instruments.size() == 1);
  CHECK(instruments[0].tick_size == price("0.25"));
  const auto events = drain(*open_feed(spec, names));
  CHECK(events.at(0).venue == orders::VenueId{1});
  CHECK(names.venues().size() == 2);
}

TEST_CASE("where nothing may be defined an unknown name is an error of its line") {
  CHECK(error_in(FeedFormat::Quotes, with(kQuotes, "1,X,A,1,2,,\n"), false) ==
        "file.csv:2: venue: must be a configured venue, was \"X\"");
  const TemporaryDirectory folder;
  OwnDirectory directory({.venues = {"X"}, .accounts = {}, .strategies = {}}, false);
  CHECK(error_of(folder, [&] {
          (void)read_all(folder, FeedFormat::Trades, with(kTrades, "1,X,NEW,1,2,\n"), directory);
        }) == "file.csv:2: symbol: must be a configured instrument, was \"NEW\"");
  CHECK(directory.instruments.empty());
  // The feed itself refuses it too, for whoever did not discover first.
  CHECK(error_of(folder, [&] {
          (void)drain(*open_feed({FeedFormat::Trades, folder.path("file.csv")}, directory.names));
        }) == "file.csv:2: symbol: must be a configured instrument, was \"NEW\"");
}

TEST_CASE("a pipe is refused because the file is read twice") {
  const TemporaryDirectory folder;
  OwnDirectory directory;
  const std::string path = folder.path("pipe");
  REQUIRE(::system(("mkfifo " + path).c_str()) == 0);
  CHECK(error_of(folder, [&] {
          discover({FeedFormat::Quotes, path}, directory.names);
        }) == "pipe: must be a file that can be read twice, was a pipe");
}

TEST_CASE("a feed is named by its format and path") {
  const TemporaryDirectory folder;
  CHECK(parse_feed_spec("quotes:a.csv").format == FeedFormat::Quotes);
  CHECK(parse_feed_spec("trades:a.csv").format == FeedFormat::Trades);
  CHECK(parse_feed_spec("binance:a.csv").format == FeedFormat::Binance);
  CHECK(parse_feed_spec("lobster:dir/a:b.csv").format == FeedFormat::Lobster);
  CHECK(parse_feed_spec("lobster:dir/a:b.csv").path == "dir/a:b.csv");
  const auto error = [&folder](std::string_view text) {
    return error_of(folder, [text] { (void)parse_feed_spec(text); });
  };
  CHECK(error("a.csv") == "feed: must be FORMAT:PATH, was \"a.csv\"");
  CHECK(error("quotes:") == "feed: must be FORMAT:PATH, was \"quotes:\"");
  CHECK(error("") == "feed: must be FORMAT:PATH, was \"\"");
  CHECK(error("csv:a") == "feed: format: must be quotes, trades, lobster or binance, was \"csv\"");
  CHECK(to_string(FeedFormat::Lobster) == "lobster");
}

TEST_CASE("the directory gives each name one id and each currency one place") {
  OwnDirectory directory({.venues = {"V"}, .accounts = {"main"}, .strategies = {"manual", "other"}});
  CHECK(directory.names.account("main") == orders::AccountId{0});
  CHECK(directory.names.strategy("other") == orders::StrategyId{1});
  CHECK(!directory.names.account("other"));
  CHECK(!directory.names.strategy(""));
  CHECK(directory.names.define_venue("W") == orders::VenueId{1});
  CHECK(!directory.names.define_venue("V"));
  CHECK(directory.names.define_instrument({.symbol = "A"}) == orders::InstrumentId{0});
  CHECK(!directory.names.define_instrument({.symbol = "A"}));
  CHECK(directory.instruments.size() == 1);
  CHECK(directory.names.currency("EUR") == directory.names.currency("EUR"));
  CHECK(directory.names.currency("USD") != directory.names.currency("EUR"));
  CHECK(directory.currencies.size() == 2);
  for (int i = 0; i < 0x10000; ++i) (void)directory.names.define_venue("v" + std::to_string(i));
  CHECK(directory.names.venues().size() == 0xffff);
}

}  // namespace
}  // namespace vigil::engine
