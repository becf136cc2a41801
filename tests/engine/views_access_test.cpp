#include "engine/views/access.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "monitoring/http/http_metrics.h"

using namespace vigil::engine;
using vigil::monitoring::HttpMethod;
using vigil::monitoring::HttpRequest;
using vigil::monitoring::HttpResponse;

namespace {

constexpr const char* kControl = "/api/control/{command}";

/// 0: it passes.
int status_of(const EngineConfig& config, const std::string& route, const std::string& token = "",
              const std::string& caller = "10.0.0.7") {
  HttpRequest request;
  request.remote_address = caller;
  if (!token.empty()) request.headers.emplace_back("authorization", "Bearer " + token);
  vigil::monitoring::Registry registry;
  AccessGate access(config, registry);
  const auto refusal = access.refusal(route, request);
  return refusal ? refusal->status : 0;
}

EngineConfig config_with_tokens() {
  EngineConfig config;
  config.http_auth.metrics.token.text = "scrape";
  config.http_auth.api.token.text = "look";
  config.http_auth.control.token.text = "act";
  return config;
}

}  // namespace

TEST_SUITE("access to the endpoints") {
  TEST_CASE("each group of paths takes its own credentials and no other's") {
    const EngineConfig config = config_with_tokens();
    for (const char* route : {"/metrics", "/api/orders", "", kControl}) {
      CAPTURE(route);
      CHECK(status_of(config, route) == 401);
      CHECK(status_of(config, route, "wrong") == 401);
      const std::string wanted = route == std::string("/metrics") ? "scrape"
                                 : route == std::string(kControl) ? "act"
                                                                  : "look";
      for (const char* token : {"scrape", "look", "act"}) {
        CAPTURE(token);
        CHECK(status_of(config, route, token) == (token == wanted ? 0 : 401));
      }
    }
  }

  TEST_CASE("health and readiness are open whatever is configured") {
    CHECK(status_of(config_with_tokens(), "/health") == 0);
    CHECK(status_of(config_with_tokens(), "/ready") == 0);
  }

  TEST_CASE("without credentials reading is open and control is not") {
    const EngineConfig config;
    CHECK(status_of(config, "/metrics") == 0);
    CHECK(status_of(config, "/api/orders") == 0);
    CHECK(status_of(config, kControl, "", "127.0.0.1") == 403);
    CHECK(status_of(config, kControl, "guess") == 403);
  }

  TEST_CASE("control from loopback is allowed to callers on this machine only") {
    EngineConfig config;
    config.control_from_loopback = true;
    for (const char* caller : {"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"}) {
      CHECK(status_of(config, kControl, "", caller) == 0);
    }
    for (const char* caller : {"10.0.0.7", "12.7.0.1", "::2", "::ffff:10.0.0.7", ""}) {
      CHECK(status_of(config, kControl, "", caller) == 403);
    }
  }

  TEST_CASE("a browser's page of another server does not control the engine, its own does") {
    EngineConfig config;
    config.control_from_loopback = true;
    const auto status_from = [&](const std::string& origin, const std::string& host) {
      HttpRequest request;
      request.remote_address = "127.0.0.1";
      request.headers = {{"host", host}, {"origin", origin}};
      vigil::monitoring::Registry registry;
      AccessGate access(config, registry);
      const auto refusal = access.refusal(kControl, request);
      return refusal ? refusal->status : 0;
    };
    CHECK(status_from("http://127.0.0.1:9464", "127.0.0.1:9464") == 0);
    CHECK(status_from("https://localhost:9464", "localhost:9464") == 0);
    CHECK(status_from("http://evil.example", "127.0.0.1:9464") == 403);
    CHECK(status_from("http://127.0.0.1:3000", "127.0.0.1:9464") == 403);
    CHECK(status_from("http://evil.example:9464", "evil.example:9464") == 403);
    CHECK(status_from("null", "127.0.0.1:9464") == 403);
  }

  TEST_CASE("credentials for control are asked of callers on loopback, too") {
    EngineConfig config = config_with_tokens();
    config.control_from_loopback = true;
    CHECK(status_of(config, kControl, "", "127.0.0.1") == 401);
    CHECK(status_of(config, kControl, "act", "127.0.0.1") == 0);
  }

  TEST_CASE("a refusal has the form of all errors and says what would do") {
    vigil::monitoring::Registry registry;
    AccessGate access(config_with_tokens(), registry);
    const auto refusal = access.refusal("/metrics", HttpRequest{});
    REQUIRE(refusal);
    CHECK(refusal->body.starts_with(R"({"status":"error","errorType":"unauthorized",)"));
    REQUIRE(refusal->headers.size() == 1);
    CHECK(refusal->headers[0].first == "WWW-Authenticate");
    CHECK(refusal->headers[0].second == R"(Bearer realm="vigil")");
  }

  TEST_CASE("replaced credentials count from the next request on") {
    vigil::monitoring::Registry registry;
    EngineConfig config = config_with_tokens();
    AccessGate access(config, registry);
    HttpRequest request;
    request.headers.emplace_back("Authorization", "Bearer scrape");
    CHECK_FALSE(access.refusal("/metrics", request));
    config.http_auth.metrics.token.text = "another";
    access.replace(config.http_auth);
    CHECK(access.refusal("/metrics", request));
    request.headers[0].second = "Bearer another";
    CHECK_FALSE(access.refusal("/metrics", request));
  }

  TEST_CASE("refused credentials are counted by group and by what was wrong") {
    vigil::monitoring::Registry registry;
    EngineConfig config = config_with_tokens();
    config.http_auth.control = {};
    AccessGate access(config, registry);
    HttpRequest request;
    CHECK(access.refusal("/metrics", request));
    request.headers.emplace_back("Authorization", "Bearer guess");
    CHECK(access.refusal("/metrics", request));
    CHECK(access.refusal("/metrics", request));
    CHECK(access.refusal("/no/such/path", request));
    CHECK(access.refusal(kControl, request));
    CHECK_FALSE(access.refusal("/health", request));
    const auto failures = [&](std::string_view group, std::string_view reason) {
      // A handle on the same series shows what the gate has counted.
      return registry.shared_counter(vigil::monitoring::kHttpAuthFailures, {group, reason}).value();
    };
    CHECK(failures("metrics", "missing") == 1);
    CHECK(failures("metrics", "wrong") == 2);
    CHECK(failures("api", "wrong") == 1);
    CHECK(failures("control", "forbidden") == 1);
  }
}
