#include "engine/gateway/orders_csv.h"

#include <doctest/doctest.h>

#include "tests/engine/feed_files.h"

namespace vigil::engine {
namespace {

using orders::OrderRequest;
using orders::OrderType;
using orders::Price;
using orders::Quantity;
using orders::Side;
using orders::TimeInForce;
using testing::error_of;
using testing::OwnDirectory;
using testing::TemporaryDirectory;
using Action = OrderRequest::Action;

constexpr std::string_view kHeader =
    "ts,client_order_id,action,account,strategy,symbol,venue,side,type,time_in_force,quantity,limit_price,"
    "stop_price\n";

struct Orders {
  TemporaryDirectory folder;
  OwnDirectory directory{{.venues = {"X", "Y"}, .accounts = {"main", "second"}, .strategies = {"manual"}}};
  std::string path;

  explicit Orders(std::string_view rows, std::string_view header = kHeader) {
    directory.names.define_instrument({.symbol = "A"});
    directory.names.define_instrument({.symbol = "B"});
    path = folder.write("orders.csv", std::string(header) + std::string(rows));
  }
  std::vector<OrdersCsvRow> read(OnBadLine on_bad_line = OnBadLine::Fail,
                                 FeedStatistics* statistics = nullptr) {
    OrdersCsv file(path, directory.names, on_bad_line);
    std::vector<OrdersCsvRow> rows;
    while (const auto row = file.next()) rows.push_back(*row);
    if (statistics != nullptr) *statistics = file.statistics();
    return rows;
  }
  std::string error() {
    return error_of(folder, [this] { (void)read(); });
  }
};

std::string error_in(std::string_view row) {
  return Orders(std::string(row) + "\n").error();
}

TEST_CASE("a new order is read with all its fields") {
  Orders orders(
      "1000,a-1,new,main,manual,A,X,buy,limit,DAY,100,585.94,\n"
      "1001,a-2,new,second,manual,B,,sell,stop_limit,GTC,0.5,10.5,10.75\r\n"
      "1001,a-3,new,main,manual,A,Y,sell,market,IOC,3,,\n"
      "1002,a-4,new,main,manual,A,X,buy,stop,FOK,3,,7\n"
      "1003,a-5,new,main,manual,A,X,buy,limit,GTD:1700000000000000000,3,8,\n"
      "1004,a 6,new,main,manual,A,X,buy,limit,,3,8,");
  const auto rows = orders.read();
  REQUIRE(rows.size() == 6);
  const OrderRequest& first = rows[0].request;
  CHECK(rows[0].line == 2);
  CHECK(!rows[0].venue_unknown);
  CHECK(first.action == Action::New);
  CHECK(first.client_order_id.view() == "a-1");
  CHECK(first.account == orders::AccountId{0});
  CHECK(first.strategy == orders::StrategyId{0});
  CHECK(first.instrument == orders::InstrumentId{0});
  CHECK(first.venue == orders::VenueId{0});
  CHECK(first.side == Side::Buy);
  CHECK(first.type == OrderType::Limit);
  CHECK(first.time_in_force == TimeInForce::Day);
  CHECK(first.terms.quantity == Quantity{100});
  CHECK(first.terms.limit_price == Price::parse("585.94"));
  CHECK(!first.terms.stop_price);
  CHECK(first.decided.wall == orders::timestamp_from_nanoseconds(1000));
  CHECK(first.decided.monotonic == orders::Duration{1000});

  const OrderRequest& second = rows[1].request;
  CHECK(second.account == orders::AccountId{1});
  CHECK(second.instrument == orders::InstrumentId{1});
  CHECK(second.venue == orders::kNoVenue);
  CHECK(!rows[1].venue_unknown);
  CHECK(second.side == Side::Sell);
  CHECK(second.type == OrderType::StopLimit);
  CHECK(second.time_in_force == TimeInForce::GoodTillCancel);
  CHECK(second.terms.quantity == Quantity::parse("0.5"));
  CHECK(second.terms.limit_price == Price::parse("10.5"));
  CHECK(second.terms.stop_price == Price::parse("10.75"));

  CHECK(rows[2].request.type == OrderType::Market);
  CHECK(rows[2].request.time_in_force == TimeInForce::ImmediateOrCancel);
  CHECK(!rows[2].request.terms.limit_price);
  CHECK(rows[3].request.time_in_force == TimeInForce::FillOrKill);
  CHECK(rows[3].request.terms.stop_price == Price{7});
  CHECK(rows[4].request.time_in_force == TimeInForce::GoodTillDate);
  CHECK(rows[4].request.expire_at == orders::timestamp_from_nanoseconds(1'700'000'000'000'000'000));
  CHECK(rows[5].request.time_in_force == TimeInForce::Day);
  CHECK(rows[5].request.client_order_id.view() == "a 6");
}

TEST_CASE("a cancel needs time, id and action only") {
  Orders orders("1000,a-1,cancel,,,,,,,,,,\n1000,a-2,cancel,main,manual,A,X,sell,limit,GTC,5,6,7\n");
  const auto rows = orders.read();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].request.action == Action::Cancel);
  CHECK(rows[0].request.client_order_id.view() == "a-1");
  CHECK(rows[0].request.account == orders::kNoAccount);
  CHECK(!rows[0].venue_unknown);
  CHECK(rows[1].request.account == orders::AccountId{0});
}

TEST_CASE("a replace holds nothing of what it leaves as it is") {
  Orders orders(
      "1000,a-1,replace,,,,,,,,200,,\n"
      "1001,a-1,replace,,,,,,,,,10.5,\n"
      "1002,a-1,replace,,,,,,,,,,11\n");
  const auto rows = orders.read();
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].request.action == Action::Replace);
  CHECK(rows[0].request.terms.quantity == Quantity{200});
  CHECK(!rows[0].request.terms.limit_price);
  CHECK(!rows[0].request.terms.stop_price);
  CHECK(rows[1].request.terms.quantity == Quantity{0});
  CHECK(rows[1].request.terms.limit_price == Price::parse("10.5"));
  CHECK(rows[2].request.terms.stop_price == Price{11});
}

TEST_CASE("names that are not known are the engine's to deny") {
  Orders orders(
      "1000,a-1,new,none,none,NONE,NONE,buy,limit,DAY,1,1,\n"
      "1000,a-2,new,,,,,buy,limit,DAY,1,1,\n");
  const auto rows = orders.read();
  REQUIRE(rows.size() == 2);
  for (const OrdersCsvRow& row : rows) {
    CHECK(row.request.account == orders::kNoAccount);
    CHECK(row.request.strategy == orders::kNoStrategy);
    CHECK(row.request.instrument == orders::kNoInstrument);
    CHECK(row.request.venue == orders::kNoVenue);
  }
  CHECK(rows[0].venue_unknown);
  CHECK(!rows[1].venue_unknown);
}

TEST_CASE("numbers that make no sense are the engine's to deny") {
  Orders orders(
      "1000,a-1,new,main,manual,A,X,buy,limit,DAY,0,,\n"
      "1000,a-2,new,main,manual,A,X,buy,market,DAY,-5,-1,-2\n");
  const auto rows = orders.read();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].request.terms.quantity == Quantity{0});
  CHECK(rows[1].request.terms.quantity == Quantity{-5});
  CHECK(rows[1].request.terms.limit_price == Price{-1});
}

TEST_CASE("a broken row is named with its field and value") {
  const std::string where = "orders.csv:2: ";
  CHECK(error_in("1,a,cancel") == where + "columns: must be 13, was \"3\"");
  CHECK(error_in("1,a,cancel,,,,,,,,,,,") == where + "columns: must be 13, was \"14\"");
  CHECK(error_in("x,a,cancel,,,,,,,,,,") ==
        where + "ts: must be whole nanoseconds since 1970 (UTC), before the year 2200, was \"x\"");
  const std::string id = "client_order_id: must be 1 to 36 printable ASCII characters, was ";
  CHECK(error_in("1,,cancel,,,,,,,,,,") == where + id + "\"\"");
  CHECK(error_in("1," + std::string(37, 'i') + ",cancel,,,,,,,,,,") ==
        where + id + "\"" + std::string(37, 'i') + "\"");
  CHECK(error_in("1,a\x01,cancel,,,,,,,,,,") == where + id + "\"a\\x01\"");
  CHECK(error_in("1,a,amend,,,,,,,,,,") == where + "action: must be new, cancel or replace, was \"amend\"");
  CHECK(error_in("1,a,new,main,manual,A,X,BUY,limit,DAY,1,1,") ==
        where + "side: must be buy or sell, was \"BUY\"");
  CHECK(error_in("1,a,new,main,manual,A,X,,limit,DAY,1,1,") == where + "side: must be buy or sell, was \"\"");
  CHECK(error_in("1,a,new,main,manual,A,X,buy,iceberg,DAY,1,1,") ==
        where + "type: must be market, limit, stop or stop_limit, was \"iceberg\"");
  CHECK(error_in("1,a,cancel,main,manual,A,X,buy,iceberg,DAY,1,1,") ==
        where + "type: must be market, limit, stop or stop_limit, was \"iceberg\"");
  const std::string tif =
      "time_in_force: must be DAY, GTC, IOC, FOK or GTD:<nanoseconds since 1970, UTC>, was ";
  CHECK(error_in("1,a,new,main,manual,A,X,buy,limit,day,1,1,") == where + tif + "\"day\"");
  CHECK(error_in("1,a,new,main,manual,A,X,buy,limit,GTD,1,1,") == where + tif + "\"GTD\"");
  CHECK(error_in("1,a,new,main,manual,A,X,buy,limit,GTD:tomorrow,1,1,") == where + tif + "\"GTD:tomorrow\"");
  CHECK(error_in("1,a,new,main,manual,A,X,buy,limit,DAY,,1,") ==
        where + "quantity: must be a decimal number such as 12.5, was \"\"");
  CHECK(error_in("1,a,new,main,manual,A,X,buy,limit,DAY,1,1.123456789,") ==
        where + "limit_price: must have at most 8 decimals, was \"1.123456789\"");
  CHECK(error_in("1,a,new,main,manual,A,X,buy,stop,DAY,1,,x") ==
        where + "stop_price: must be a decimal number such as 12.5, was \"x\"");
  CHECK(error_in("1,a,replace,,,,,,,,,,") ==
        where + "quantity: must be given, or limit_price or stop_price, in a replace, was \"\"");
  CHECK(error_in("1,a,replace,,,,,,,,0,5,") ==
        where + "quantity: must not be 0 in a replace (empty leaves it as it is), was \"0\"");
  CHECK(error_in("5,a,cancel,,,,,,,,,,\n4,a,cancel,,,,,,,,,,") ==
        "orders.csv:3: ts: must not be earlier than in the row before, was \"4\"");
  CHECK(Orders("", "ts,client_order_id\n")
            .error()
            .starts_with("orders.csv:1: header: must be \"ts,client_order_id,"));
  CHECK(Orders("", "").error() == "orders.csv: must not be empty");
}

TEST_CASE("broken rows are counted and passed over when asked to") {
  Orders orders(
      "5,a,cancel,,,,,,,,,,\n"
      "broken\n"
      "4,b,cancel,,,,,,,,,,\n"
      "\n"
      "6,c,cancel,,,,,,,,,,\n" +
      std::string(LineReader::kMaxLineLength + 1, 'z') + "\n");
  FeedStatistics statistics;
  const auto rows = orders.read(OnBadLine::Skip, &statistics);
  REQUIRE(rows.size() == 2);
  CHECK(rows[1].request.client_order_id.view() == "c");
  CHECK(rows[1].line == 6);
  CHECK(statistics.rows == 2);
  CHECK(statistics.bad_lines == 4);
  CHECK(statistics.format == "orders");
  CHECK(statistics.first == orders::timestamp_from_nanoseconds(5));
  CHECK(statistics.last == orders::timestamp_from_nanoseconds(6));
}

TEST_CASE("an orders file may be compressed, and without orders") {
  Orders orders("");
  CHECK(orders.read().empty());
  orders.folder.write_gzip("orders.csv", std::string(kHeader) + "5,a,cancel,,,,,,,,,,\n");
  CHECK(orders.read().size() == 1);
}

}  // namespace
}  // namespace vigil::engine
