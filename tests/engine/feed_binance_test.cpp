#include "engine/feed/binance.h"

#include <doctest/doctest.h>

#include <array>

#include "engine/feed/feed_spec.h"
#include "tests/engine/feed_files.h"

namespace vigil::engine {
namespace {

using orders::MarketEventKind;
using orders::Price;
using orders::Quantity;
using orders::Side;
using testing::drain;
using testing::error_of;
using testing::OwnDirectory;
using testing::TemporaryDirectory;

constexpr std::string_view kSpot = "spot_btcusdt_20240808.gz";

struct Recording {
  TemporaryDirectory folder;
  OwnDirectory directory;
  FeedSpec spec;

  explicit Recording(std::string_view text, std::string_view name = kSpot) {
    spec = {FeedFormat::Binance, folder.write_gzip(name, text)};
  }
  std::unique_ptr<FileFeed> open(OnBadLine on_bad_line = OnBadLine::Fail) {
    discover(spec, directory.names);
    return open_feed(spec, directory.names, on_bad_line);
  }
  std::string error() {
    return error_of(folder, [this] { (void)drain(*open()); });
  }
};

/// A spot bookTicker with these fields.
std::string ticker(std::string_view b, std::string_view bid_size, std::string_view a,
                   std::string_view ask_size) {
  std::string json = R"({"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":")";
  json.append(b).append(R"(","B":")").append(bid_size).append(R"(","a":")").append(a);
  return json.append(R"(","A":")").append(ask_size).append(R"("}})");
}
/// A trade with these fields, `m` as JSON.
std::string trade(std::string_view p, std::string_view q, std::string_view m) {
  std::string json = R"({"stream":"btcusdt@trade","data":{"e":"trade","E":1,"s":"BTCUSDT","t":7,"p":")";
  json.append(p).append(R"(","q":")").append(q).append(R"(","T":1,"m":)").append(m);
  return json.append(R"(,"M":true}})");
}
std::string row(std::string_view json, int time = 1) {
  return std::to_string(time) + " " + std::string(json) + "\n";
}
std::string error_in(std::string_view json) {
  return Recording(row(json)).error();
}

TEST_CASE("a bookTicker gives a quote and a trade message a trade, at their receive time") {
  Recording recording(row(ticker("61837.63000000", "3.78826000", "61837.64000000", "1.54698000"), 1000) +
                      row(trade("61837.63000000", "0.02000000", "true"), 1001) +
                      row(trade("61837.64000000", "0.5", "false"), 1001));
  const auto events = drain(*recording.open());
  REQUIRE(events.size() == 3);
  CHECK(events[0].kind == MarketEventKind::Quote);
  CHECK(events[0].time == orders::timestamp_from_nanoseconds(1000));
  CHECK(events[0].quote.time == events[0].time);
  CHECK(events[0].quote.bid == Price::parse("61837.63"));
  CHECK(events[0].quote.bid_size == Quantity::parse("3.78826"));
  CHECK(events[0].quote.ask == Price::parse("61837.64"));
  CHECK(events[0].quote.ask_size == Quantity::parse("1.54698"));
  CHECK(events[0].instrument == recording.directory.names.instrument("BTCUSDT"));
  CHECK(events[0].venue == recording.directory.names.venue("binance"));

  CHECK(events[1].kind == MarketEventKind::Trade);
  CHECK(events[1].price == Price::parse("61837.63"));
  CHECK(events[1].size == Quantity::parse("0.02"));
  CHECK(events[1].aggressor == Side::Sell);
  CHECK(events[2].aggressor == Side::Buy);
  CHECK(events[2].time == orders::timestamp_from_nanoseconds(1001));
}

TEST_CASE("the order of the fields does not matter, nor what else stands in a message") {
  Recording recording(
      row(R"( { "data" : {"A":"4","x":{"b":"9","s":[{"a":1}]},"a":"3","B":"2","b":"1","z":null,"y":1.5e3,)"
          R"("s":"BTCUSDT"},"extra":[[{"stream":"no"}]], "stream":"btcusdt@bookTicker"} )"));
  const auto events = drain(*recording.open());
  REQUIRE(events.size() == 1);
  CHECK(events[0].quote.bid == Price{1});
  CHECK(events[0].quote.bid_size == Quantity{2});
  CHECK(events[0].quote.ask == Price{3});
  CHECK(events[0].quote.ask_size == Quantity{4});
}

TEST_CASE("depth updates, snapshots and empty trades are counted and ignored") {
  const std::string depth =
      R"("data":{"e":"depthUpdate","s":"BTCUSDT","U":1,"u":2,"b":[["1","2"]],"a":[["3","4"],["5","0"]]}})";
  Recording recording(row(R"({"stream":"btcusdt@depth",)" + depth) +
                      row(R"({"stream":"btcusdt@depth@100ms",)" + depth) +
                      row(R"({"stream":"btcusdt@depth20@0ms",)" + depth) +
                      row(R"({"lastUpdateId":5,"bids":[["1","2"]],"asks":[]})") +
                      row(trade("0", "0", "false")) + row(ticker("1", "2", "3", "4")));
  const auto feed = recording.open();
  const auto events = drain(*feed);
  CHECK(events.size() == 1);
  CHECK(feed->statistics().rows == 6);
  CHECK(feed->statistics().ignored == 5);
  CHECK(feed->statistics().events == 1);
}

TEST_CASE("price 0 with size 0 is a side without orders") {
  Recording recording(row(ticker("0.00000000", "0.00000000", "3", "4")) + row(ticker("1", "2", "0", "0")));
  const auto events = drain(*recording.open());
  REQUIRE(events.size() == 2);
  CHECK(!events[0].quote.bid);
  CHECK(!events[0].quote.bid_size);
  CHECK(events[0].quote.ask == Price{3});
  CHECK(events[1].quote.bid == Price{1});
  CHECK(!events[1].quote.ask);
}

TEST_CASE("a broken message is named with its field and value") {
  const std::string where = std::string(kSpot) + ":1: ";
  const std::string decimal = "must be a decimal number such as 12.5, was ";
  CHECK(error_in(ticker("x", "2", "3", "4")) == where + "b: " + decimal + "\"x\"");
  CHECK(error_in(ticker("1", "", "3", "4")) == where + "B: " + decimal + "\"\"");
  CHECK(error_in(ticker("1", "2", "-3", "4")) == where + "a: must be positive, was \"-3\"");
  CHECK(error_in(ticker("1", "2", "3", "-4")) == where + "A: must not be negative, was \"-4\"");
  CHECK(error_in(ticker("1", "2", "0", "4")) == where + "a: must be positive, was \"0\"");
  CHECK(error_in(trade("1e3", "2", "true")) == where + "p: " + decimal + "\"1e3\"");
  CHECK(error_in(trade("1", "0", "true")) == where + "q: must be positive, was \"0\"");
  CHECK(error_in(trade("0", "1", "true")) == where + "p: must be positive, was \"0\"");
  CHECK(error_in(trade("1", "2", "1")) == where + "m: must be true or false, was \"\"");
  CHECK(error_in(R"({"stream":"btcusdt@trade","data":{"s":"BTCUSDT"}})") == where + "p: " + decimal + "\"\"");
  CHECK(error_in(R"({"stream":"btcusdt@trade","data":{"s":"BTCUSDT","p":1,"q":"1"}})") ==
        where + "p: " + decimal + "\"\"");
  CHECK(error_in(R"({"stream":"btcusdt@trade","data":{"s":"ETHUSDT"}})") ==
        where + "s: must be BTCUSDT as in the file's name, was \"ETHUSDT\"");
  const std::string stream = "stream: must be btcusdt@bookTicker, btcusdt@trade or btcusdt@depth, was ";
  for (const char* name : {"btcusdt@aggTrade", "ethusdt@trade", "btcusdt", "", "btcusdt@depth@",
                           "btcusdt@depth@ms", "btcusdt@depthx", "btcusdt@depth@1xms"}) {
    const std::string json = R"({"stream":")" + std::string(name) + R"(","data":{"s":"BTCUSDT"}})";
    CHECK(error_in(json) == where + stream + "\"" + name + "\"");
  }
  CHECK(error_in("{}") == where + stream + "\"\"");
  const std::string object = where + "message: must be one JSON object, was ";
  CHECK(error_in(R"({"stream":"btcusdt@tr)") == object + R"("{\"stream\":\"btcusdt@tr")");
  CHECK(error_in("{} {}") == object + "\"{} {}\"");
  CHECK(error_in("[]") == object + "\"[]\"");
  CHECK(error_in("[{}]") == object + "\"[{}]\"");
  CHECK(error_in("") == object + "\"\"");
  CHECK(error_in(std::string(100'000, '[')) == object + "\"" + std::string(40, '[') + "...\"");
  const std::string time =
      "receive_time: must be whole nanoseconds since 1970 (UTC), before the year 2200, was ";
  CHECK(Recording("{}\n").error() == where + time + "\"{}\"");
  CHECK(Recording("\n").error() == where + time + "\"\"");
  CHECK(Recording("5\n").error() == object + "\"\"");
  CHECK(Recording(row(ticker("1", "2", "3", "4"), 5) + row(ticker("1", "2", "3", "4"), 4)).error() ==
        std::string(kSpot) + ":2: receive_time: must not be earlier than in the row before, was \"4\"");
  CHECK(Recording("").error() == std::string(kSpot) + ": must not be empty");
}

TEST_CASE("after a broken message the next one is read as if nothing had been") {
  Recording recording(
      row(ticker("1", "2", "3", "4"), 10) + row(R"({"stream":"btcusdt@trade","data":{"p":"5)", 11) +
      row(R"({"stream":"btcusdt@trade","data":{"s":"BTCUSDT","q":"1","m":true}})", 11) +
      row(ticker("1", "2", "3", "4"), 9) + row("nonsense", 12) + row(trade("6", "7", "true"), 12));
  const auto feed = recording.open(OnBadLine::Skip);
  const auto events = drain(*feed);
  REQUIRE(events.size() == 2);
  CHECK(events[1].price == Price{6});
  CHECK(feed->statistics().bad_lines == 4);
  CHECK(feed->statistics().rows == 2);
}

TEST_CASE("the file's name tells market and instrument") {
  struct Expected {
    const char* path;
    const char* symbol;
    const char* venue;
    const char* base;
    const char* quote;
    const char* settlement;
    const char* tick;
    const char* lot;
    int multiplier;
    bool inverse;
    const char* margin;
  };
  const std::array<Expected, 9> all{{
      {"d/spot_btcusdt_20240808.gz", "BTCUSDT", "binance", "BTC", "USDT", "USDT", "0.01", "0.00001", 1, false,
       "1"},
      {"spot_ethusdt_20240808", "ETHUSDT", "binance", "ETH", "USDT", "USDT", "0.01", "0.0001", 1, false, "1"},
      {"spot_ethbtc_20240808.txt", "ETHBTC", "binance", "ETH", "BTC", "BTC", "0.00000001", "0.00000001", 1,
       false, "1"},
      {"usdm_btcusdt_20240808.gz", "BTCUSDT-PERP", "binance-usdm", "BTC", "USDT", "USDT", "0.1", "0.001", 1,
       false, "0.05"},
      {"usdm_ethusdt_20240808.gz", "ETHUSDT-PERP", "binance-usdm", "ETH", "USDT", "USDT", "0.01", "0.001", 1,
       false, "0.05"},
      {"usdm_btcusdt_240927_20240808.gz", "BTCUSDT_240927", "binance-usdm", "BTC", "USDT", "USDT", "0.1",
       "0.001", 1, false, "0.05"},
      {"cm_btcusd_perp_20240808.gz", "BTCUSD_PERP", "binance-cm", "BTC", "USD", "BTC", "0.1", "1", 100, true,
       "0.05"},
      {"cm_ethusd_perp_20240808.gz", "ETHUSD_PERP", "binance-cm", "ETH", "USD", "ETH", "0.01", "1", 10, true,
       "0.05"},
      {"cm_solusd_perp_20240808.gz", "SOLUSD_PERP", "binance-cm", "SOL", "USD", "SOL", "0.00000001", "1", 10,
       true, "0.05"},
  }};
  for (const Expected& expected : all) {
    CAPTURE(expected.path);
    OwnDirectory directory;
    discover_binance(expected.path, directory.names);
    REQUIRE(directory.instruments.size() == 1);
    const auto& instrument = directory.instruments[0];
    const auto code = [&](orders::CurrencyId id) { return directory.currencies.at(orders::index(id)).code; };
    CHECK(instrument.symbol == expected.symbol);
    CHECK(directory.names.venues() == std::vector<std::string>{expected.venue});
    CHECK(code(instrument.base) == expected.base);
    CHECK(code(instrument.quote) == expected.quote);
    CHECK(code(instrument.settlement) == expected.settlement);
    CHECK(instrument.tick_size == Price::parse(expected.tick));
    CHECK(instrument.lot_size == Quantity::parse(expected.lot));
    CHECK(instrument.multiplier == orders::Multiplier{expected.multiplier});
    CHECK(instrument.inverse == expected.inverse);
    CHECK(instrument.initial_margin == orders::Ratio::parse(expected.margin));
  }
}

TEST_CASE("a name that does not tell is an error") {
  const TemporaryDirectory folder;
  const auto error = [&folder](const char* name) {
    OwnDirectory directory;
    return error_of(folder, [&] { discover_binance(folder.path(name), directory.names); });
  };
  for (const char* name : {"btcusdt_20240808.gz", "spot_btcusdt.gz", "spot_20240808.gz", "spot__20240808.gz",
                           "spot", "Spot_btcusdt_20240808.gz", "spot_btc-usdt_20240808.gz", ""}) {
    CAPTURE(name);
    CHECK(error(name) ==
          std::string(name) +
              ": file name: must be MARKET_SYMBOL_YYYYMMDD with MARKET spot, usdm or cm, was \"" + name +
              "\"");
  }
  CHECK(error("spot_abcxyz_20240808.gz") ==
        "spot_abcxyz_20240808.gz: symbol: must end in a known quote currency or be a configured instrument, "
        "was "
        "\"ABCXYZ\"");
  CHECK(error("spot_usdt_20240808.gz").find("symbol: must end in") != std::string::npos);
}

TEST_CASE("where nothing may be defined an unknown instrument is an error of the file") {
  const TemporaryDirectory folder;
  OwnDirectory directory({.venues = {"binance"}, .accounts = {}, .strategies = {}}, false);
  const FeedSpec spec{FeedFormat::Binance, folder.write(kSpot, "")};
  discover(spec, directory.names);
  CHECK(error_of(folder, [&] { (void)open_feed(spec, directory.names); }) ==
        std::string(kSpot) + ": symbol: must be a configured instrument, was \"BTCUSDT\"");
}

TEST_CASE("spot and futures of the same symbol are two instruments at two venues") {
  OwnDirectory directory;
  discover_binance("spot_btcusdt_20240808.gz", directory.names);
  discover_binance("usdm_btcusdt_20240808.gz", directory.names);
  discover_binance("spot_btcusdt_20240809.gz", directory.names);
  CHECK(directory.instruments.size() == 2);
  CHECK(directory.names.venues().size() == 2);
}

}  // namespace
}  // namespace vigil::engine
