#include "engine/views/order_endpoint.h"

#include <doctest/doctest.h>

#include "core_harness.h"

using namespace vigil;
using namespace vigil::engine;
using namespace vigil::engine::test;
using Action = orders::OrderRequest::Action;

namespace {

std::string error_of(const std::string& body) {
  return parse_order_json(body, small_config()).error;
}

}  // namespace

TEST_CASE("an order as JSON is read exactly, its prices and quantities too") {
  const ParsedOrder parsed = parse_order_json(
      R"({"client_order_id": "A-1", "account": "main", "strategy": "manual", "symbol": "OTHER", "venue": "B",
          "side": "sell", "type": "limit", "time_in_force": "IOC", "quantity": "12.5", "limit_price": "100.01"})",
      small_config());
  REQUIRE(parsed.error == "");
  const orders::OrderRequest& request = parsed.request;
  CHECK(request.action == Action::New);
  CHECK(request.client_order_id.view() == "A-1");
  CHECK(request.account == kMain);
  CHECK(request.strategy == kManual);
  CHECK(request.instrument == kOther);
  CHECK(request.venue == kVenueB);
  CHECK(request.side == orders::Side::Sell);
  CHECK(request.time_in_force == orders::TimeInForce::ImmediateOrCancel);
  CHECK(request.terms.quantity == *Quantity::parse("12.5"));
  CHECK(request.terms.limit_price == Price::parse("100.01"));
  CHECK(parsed.venue_known);
}

TEST_CASE("a cancel needs its id only, a replace what is to change") {
  const ParsedOrder cancel =
      parse_order_json(R"({"action": "cancel", "client_order_id": "A"})", small_config());
  CHECK(cancel.error == "");
  CHECK(cancel.request.action == Action::Cancel);
  const ParsedOrder replace =
      parse_order_json(R"({"action": "replace", "client_order_id": "A", "quantity": 7})", small_config());
  CHECK(replace.error == "");
  CHECK(replace.request.terms.quantity == Quantity{7});
  CHECK(error_of(R"({"action": "replace", "client_order_id": "A"})") ==
        "quantity: must be given, or limit_price or stop_price, in a replace, was null");
}

TEST_CASE("names that there are not go on to the checks, which refuse them") {
  const ParsedOrder parsed = parse_order_json(
      R"({"client_order_id": "A", "account": "who", "symbol": "what", "venue": "where", "side": "buy",
          "type": "market", "quantity": "1"})",
      small_config());
  CHECK(parsed.error == "");
  CHECK(parsed.request.account == orders::kNoAccount);
  CHECK(parsed.request.instrument == orders::kNoInstrument);
  CHECK_FALSE(parsed.venue_known);
}

TEST_CASE("what is no order is told with its key, what was expected, and what stood there") {
  CHECK(error_of("") == "body: must be a JSON object, an order");
  CHECK(error_of("[1]") == "body: must be a JSON object, an order");
  CHECK(error_of(R"({"client_order_id": ""})") ==
        "client_order_id: must be 1 to 36 printable ASCII characters, was \"\"");
  CHECK(error_of(R"({"client_order_id": "A", "action": "buy"})") ==
        "action: must be new, cancel or replace, was \"buy\"");
  CHECK(error_of(R"({"client_order_id": "A", "side": "long"})") == "side: must be buy or sell, was \"long\"");
  CHECK(error_of(R"({"client_order_id": "A", "side": 1})") == "side: must be a text, was 1");
  CHECK(error_of(R"({"client_order_id": "A", "side": "buy", "type": "limit", "quantity": 1.5})") ==
        "quantity: must be a decimal number as a text, \"99.5\", was 1.5");
  CHECK(error_of(R"({"client_order_id": "A", "side": "buy", "type": "limit"})") ==
        "quantity: must be given, was null");
  CHECK(error_of(R"({"client_order_id": "A", "prize": "1"})") ==
        "prize: must not be given, an order has no such key, was \"1\"");
  CHECK(error_of(R"({"client_order_id": "A", "side": "buy", "type": "limit", "time_in_force": "GTD"})") ==
        "time_in_force: must be DAY, GTC, IOC or FOK, was \"GTD\"");
}
