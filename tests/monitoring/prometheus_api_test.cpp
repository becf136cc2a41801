#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "monitoring/api/prometheus_api.h"
#include "monitoring/api/query_gate.h"
#include "tests/monitoring/http_client.h"
#include "tests/monitoring/rules_support.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;
using nlohmann::json;

namespace {

struct Api {
  explicit Api(PrometheusApiConfig config = {}) : server(prepared(), registry) {
    world.set("up{job=\"a\",instance=\"1\"}", 1000, 1);
    world.set("up{job=\"b\",instance=\"2\"}", 1000, 0);
    world.set("big", 1000, 1e21);
    config.version = "1.2.3";
    add_prometheus_api(server, config,
                       {world.source, registry, [this] { return groups; },
                        [] { return SampleTime{1'000'500}; }, [] { return std::chrono::nanoseconds{0}; }});
    server.start();
  }
  static HttpServerConfig prepared() {
    HttpServerConfig config;
    config.listen = "127.0.0.1:0";
    return config;
  }
  /// Status and body.
  std::pair<int, json> get(const std::string& path) {
    const HttpReply reply = HttpClient(server.port()).get("/api/v1/" + path);
    return {reply.status, json::parse(reply.body)};
  }
  std::pair<int, json> post(const std::string& path, const std::string& form,
                            const std::string& type = "application/x-www-form-urlencoded") {
    const HttpReply reply =
        HttpClient(server.port())
            .exchange("POST /api/v1/" + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type +
                      "\r\nContent-Length: " + std::to_string(form.size()) + "\r\n\r\n" + form);
    return {reply.status, json::parse(reply.body)};
  }
  std::string error(const std::string& path, int status, const std::string& type) {
    const auto [got, body] = get(path);
    CHECK(got == status);
    CHECK(body["status"] == "error");
    CHECK(body["errorType"] == type);
    return body["error"];
  }

  Registry registry;
  RuleWorld world;
  std::vector<RuleGroupView> groups;
  HttpServer server;
};

}  // namespace

TEST_CASE("an instant query answers with Prometheus' envelope, by GET and by POST") {
  Api api;
  const auto expected = json::parse(
      R"({"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","instance":"1",)"
      R"("job":"a"},"value":[1000.5,"1"]}]}})");
  CHECK(api.get("query?query=up==1") == std::pair{200, expected});
  CHECK(api.post("query", "query=up%3D%3D1") == std::pair{200, expected});
  CHECK(api.get("query?query=1.5&time=3").second["data"] ==
        json::parse(R"({"resultType":"scalar","result":[3,"1.5"]})"));
  CHECK(api.get("query?query=%22a%22&time=1970-01-01T00:00:01Z").second["data"] ==
        json::parse(R"({"resultType":"string","result":[1,"a"]})"));
  CHECK(api.get("query?query=big").second["data"]["result"][0]["value"][1] == "1e+21");
}

TEST_CASE("a range query answers with a matrix") {
  Api api;
  const auto [status, body] = api.get("query_range?query=sum(up)&start=998&end=1002&step=2");
  CHECK(status == 200);
  CHECK(body["data"] ==
        json::parse(R"({"resultType":"matrix","result":[{"metric":{},"values":[[1000,"1"],[1002,"1"]]}]})"));
}

TEST_CASE("what is wrong with a query is said as Prometheus says it") {
  Api api;
  CHECK(api.error("query?query=sum(", 400, "bad_data")
            .starts_with("invalid parameter \"query\": 1:5: parse error: "));
  CHECK(api.error("query?query=up&time=soon", 400, "bad_data") ==
        "invalid parameter \"time\": cannot parse \"soon\" to a valid timestamp");
  CHECK(api.error("query_range?query=up&start=5&end=1&step=1", 400, "bad_data") ==
        "invalid parameter \"end\": end timestamp must not be before start time");
  CHECK(api.error("query_range?query=up&start=1&end=2&step=0", 400, "bad_data").find("zero or negative") !=
        std::string::npos);
  CHECK(api.error("query_range?query=up&start=1&end=20000&step=1", 400, "bad_data").find("11,000 points") !=
        std::string::npos);
  // Times without end have no distance.
  CHECK(api.error("query_range?query=up&start=-9e15&end=9e15&step=1", 400, "bad_data") ==
        "invalid parameter \"start\": cannot parse \"-9e15\" to a valid timestamp");
  CHECK(api.error("query_range?query=up&start=-3.9e15&end=3.9e15&step=1", 400, "bad_data")
            .find("11,000 points") != std::string::npos);
  CHECK(api.error("query_range?query=up[1m]&start=1&end=2&step=1", 400, "bad_data").find("range vector") !=
        std::string::npos);
  CHECK(api.error("query?query=up%2Bon(x)up", 422, "execution").find("many-to-many") != std::string::npos);
  CHECK(api.error("series", 400, "bad_data") == "no match[] parameter provided");
  CHECK(api.error("series?match[]=a{", 400, "bad_data").starts_with("invalid parameter \"match[]\": "));
  CHECK(api.error("rules?type=other", 400, "bad_data").find("other") != std::string::npos);
  CHECK(api.post("query", "{}", "application/json").first == 400);
}

TEST_CASE("series, labels and their values are listed") {
  Api api;
  CHECK(api.get("series?match[]=up{job=\"a\"}&match[]=big").second["data"] ==
        json::parse(R"([{"__name__":"big"},{"__name__":"up","instance":"1","job":"a"}])"));
  CHECK(api.get("labels").second["data"] == json::parse(R"(["__name__","instance","job"])"));
  CHECK(api.get("labels?match[]=big").second["data"] == json::parse(R"(["__name__"])"));
  CHECK(api.get("label/job/values").second["data"] == json::parse(R"(["a","b"])"));
  const auto limited = api.get("label/job/values?limit=1").second;
  CHECK(limited["data"] == json::parse(R"(["a"])"));
  CHECK(limited["warnings"][0] == "results truncated due to limit");
  CHECK(api.get("label/job/values?start=2000").second["data"].empty());
}

TEST_CASE("rules and alerts are listed with their states") {
  Api api;
  const RuleDefinition rule = rule_of(
      "alert: Down\nexpr: up==0\nfor: 5m\nlabels: {severity: page}\nannotations: {text: 'is {{ $value }}'}");
  ActiveAlert alert;
  alert.state = AlertPhase::Firing;
  alert.labels = Labels{{"alertname", "Down"}};
  alert.active_at = 1500;
  alert.value = 0.5;
  RuleGroupView group;
  group.definition.name = "g";
  group.definition.file = "r.yml";
  group.interval = 30'000;
  RuleStatus good;
  good.health = RuleHealth::Good;
  group.rules.push_back({.definition = rule,
                         .status = good,
                         .watch = {.is_watched = true, .alerts = 2, .obstacle = {}},
                         .alerts = {alert}});
  group.rules.push_back(
      {.definition = rule_of("record: y\nexpr: up"), .status = {}, .watch = {}, .alerts = {}});
  api.groups = {group};
  const auto data = api.get("rules").second["data"]["groups"][0];
  CHECK(data["interval"] == 30);
  CHECK(data["rules"][0]["query"] == "up == 0");
  CHECK(data["rules"][0]["state"] == "firing");
  CHECK(data["rules"][0]["watch"] == nlohmann::json{{"active", true}, {"alerts", 2}});
  CHECK(data["rules"][0]["duration"] == 300);
  CHECK(data["rules"][0]["annotations"]["text"] == "is {{ $value }}");
  CHECK(data["rules"][0]["alerts"][0] ==
        json::parse(R"({"labels":{"alertname":"Down"},"annotations":{},"state":"firing",)"
                    R"("activeAt":"1970-01-01T00:00:01.500Z","value":"5e-01"})"));
  CHECK(data["rules"][1]["type"] == "recording");
  CHECK(data["rules"][1]["health"] == "unknown");
  CHECK(data["rules"][1]["lastEvaluation"] == "0001-01-01T00:00:00Z");
  CHECK(api.get("rules?type=record").second["data"]["groups"][0]["rules"].size() == 1);
  CHECK(api.get("alerts").second["data"]["alerts"].size() == 1);
}

TEST_CASE("metadata and build are told") {
  Api api;
  api.registry.shared_counter({"test_total", MetricType::Counter, "1", "Tests.", {}}, {}).add();
  CHECK(api.get("metadata?metric=test_total").second["data"] ==
        json::parse(R"({"test_total":[{"type":"counter","help":"Tests.","unit":""}]})"));
  CHECK(api.get("metadata?limit=1").second["data"].size() == 1);
  CHECK(api.get("status/buildinfo").second["data"]["version"] == "1.2.3");
  CHECK(api.get("query_exemplars?query=up").second["data"].empty());
}

TEST_CASE("a query beyond its budget of samples ends with an error") {
  PrometheusApiConfig config;
  config.max_samples = 1;
  Api api(config);
  CHECK(api.error("query?query=up", 422, "execution").find("too many samples") != std::string::npos);
}

TEST_CASE("a gate lets in as many as there are places, and as many wait as may") {
  using Answer = QueryGate::Answer;
  constexpr std::chrono::nanoseconds kNoPatience{0};
  {
    QueryGate strict(2, 0);
    const QueryGate::Place first(strict, kNoPatience);
    {
      const QueryGate::Place second(strict, kNoPatience);
      const QueryGate::Place third(strict, kNoPatience);
      CHECK(second.answer() == Answer::Admitted);
      CHECK(third.answer() == Answer::Full);
    }
    const QueryGate::Place again(strict, kNoPatience);
    CHECK(again.answer() == Answer::Admitted);
  }
  QueryGate patient(1, 1);
  auto first = std::make_unique<QueryGate::Place>(patient, kNoPatience);
  CHECK(QueryGate::Place(patient, kNoPatience).answer() == Answer::TimedOut);
  Answer answer = Answer::Full;
  std::thread waits([&] {
    // What this test tries meanwhile takes the one place to wait for moments.
    do answer = QueryGate::Place(patient, std::chrono::minutes{1}).answer();
    while (answer == Answer::Full);
  });
  while (QueryGate::Place(patient, kNoPatience).answer() != Answer::Full) std::this_thread::yield();
  first.reset();
  waits.join();
  CHECK(answer == Answer::Admitted);
}
