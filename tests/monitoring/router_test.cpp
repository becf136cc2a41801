#include "monitoring/http/router.h"

#include <stdexcept>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/http/gzip.h"
#include "tests/monitoring/samples.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

HttpHandler says(std::string body) {
  return [body](const HttpRequest&) { return HttpResponse{.body = body}; };
}

HttpResponse ask(HttpRouter& router, HttpMethod method, std::string_view path) {
  HttpRequest request;
  request.method = method;
  return router.answer(request, path);
}

}  // namespace

TEST_CASE("a literal path goes before one with parameters, whatever came first") {
  Registry registry;
  HttpRouter router(registry, {});
  router.add(kReadMethods, "/orders/{id}", says("one"));
  router.add(kReadMethods, "/orders/open", says("open"));
  CHECK(ask(router, HttpMethod::Get, "/orders/open").body == "open");
  CHECK(ask(router, HttpMethod::Get, "/orders/7").body == "one");
}

TEST_CASE("a path may have a handler for each method") {
  Registry registry;
  HttpRouter router(registry, {});
  router.add(kReadMethods, "/orders", says("list"));
  router.add({HttpMethod::Post}, "/orders", says("new"));
  CHECK(ask(router, HttpMethod::Head, "/orders").body == "list");
  CHECK(ask(router, HttpMethod::Post, "/orders").body == "new");
  const HttpResponse refused = ask(router, HttpMethod::Put, "/orders");
  CHECK(refused.status == 405);
  CHECK(refused.headers == HttpParameters{{"Allow", "GET, HEAD, POST"}});
}

TEST_CASE("mistakes in wiring routes throw") {
  Registry registry;
  HttpRouter router(registry, {});
  router.add(kReadMethods, "/orders", says("list"));
  CHECK_THROWS_WITH_AS(router.add(kReadMethods, "orders", says("")), "route 'orders': must start with '/'",
                       std::logic_error);
  CHECK_THROWS_WITH_AS(router.add({HttpMethod::Head}, "/orders", says("")),
                       "route '/orders': HEAD is taken already", std::logic_error);
}

TEST_CASE("a handler's status that HTTP does not have is a 500") {
  Registry registry;
  std::string reported;
  HttpRouter router(registry, [&](std::string_view route, std::string_view what) {
    reported = std::string(route) + ": " + std::string(what);
  });
  router.add(kReadMethods, "/odd", [](const HttpRequest&) { return HttpResponse{.status = 42}; });
  CHECK(ask(router, HttpMethod::Get, "/odd").status == 500);
  CHECK(reported == "/odd: the handler answered with status 42");
}

TEST_CASE("any path gets an answer and known ones are counted under their own name only") {
  const bool holds = rc::check([](const std::string& path) {
    Registry registry;
    HttpRouter router(registry, {});
    router.add(kReadMethods, "/a/{b}", says("found"));
    const HttpResponse response = ask(router, HttpMethod::Get, path);
    const std::string route = response.status == 200 ? "/a/{b}" : "other";
    RC_ASSERT(response.status == 200 || response.status == 404);
    RC_ASSERT(counted(registry, "http_requests_total", {route, "GET", std::to_string(response.status)}) == 1);
  });
  CHECK(holds);
}

TEST_CASE("gzip is taken by those who say so and do not refuse it") {
  CHECK(accepts_gzip("gzip"));
  CHECK(accepts_gzip("deflate, GZIP;q=0.5"));
  CHECK(accepts_gzip("*"));
  CHECK(accepts_gzip("identity;q=0.1,*;q=0.9"));
  CHECK_FALSE(accepts_gzip(""));
  CHECK_FALSE(accepts_gzip("br"));
  CHECK_FALSE(accepts_gzip("gzip;q=0"));
  CHECK_FALSE(accepts_gzip("gzip; q=0.00, *"));
  CHECK_FALSE(accepts_gzip("*;q=0"));
  CHECK(accepts_gzip("gzip ; q=1.000 , identity"));
  CHECK(accepts_gzip("gzip;q=0.001"));
  CHECK(accepts_gzip("gzip;q=0.5, identity;q=0.5"));
  CHECK_FALSE(accepts_gzip("identity, gzip;q=0.9"));
  CHECK_FALSE(accepts_gzip("identity"));
  CHECK_FALSE(accepts_gzip("gzip;q=0, gzip;q=0.000"));
}

TEST_CASE("a coding with a weight that is none is not taken") {
  for (const std::string_view weight :
       {"", "q", "q=", "q=1.001", "q=2", "q=-1", "q=.5", "q=0.1234", "p=1", "q=0x1", "q=1 ; q=1"}) {
    CAPTURE(weight);
    CHECK_FALSE(accepts_gzip("gzip;" + std::string(weight)));
  }
}

TEST_CASE("decoding a percent-encoded text gives the text") {
  const bool holds = rc::check([](const std::string& text) {
    constexpr std::string_view kHex = "0123456789aBcDeF";
    std::string encoded;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
    RC_ASSERT(percent_decoded(encoded, true) == text);
  });
  CHECK(holds);
}

TEST_CASE("header names are found in any case") {
  HttpRequest request;
  request.headers = {{"Content-Type", "a"}, {"content-type", "b"}};
  CHECK(request.header("CONTENT-TYPE") == "a");
  CHECK_FALSE(request.header("Content").has_value());
}

TEST_CASE("an error's text becomes JSON whatever its bytes") {
  const HttpResponse response = http_error(400, "bad_data", "a\xFF\"\n");
  CHECK(response.body ==
        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"a\xEF\xBF\xBD\\\"\\n\"}");
}
