// A request to the Prometheus API: the first byte chooses path and method, the rest are its parameters, in
// the query or (POST) as a form. Each has an answer in JSON with a status that the API knows.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "monitoring/api/prometheus_api.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/store/plain_source.h"

using namespace vigil::monitoring;

namespace {

/// The API over few samples, without a server.
struct Api {
  Api() {
    for (const char* name : {"up", "up_total", "up_bucket"}) {
      for (const char* label : {"1", "2", "+Inf"}) {
        const Labels labels{{kMetricNameLabel, name}, {"le", label}, {"job", "a"}};
        for (SampleTime at = 0; at < 12; ++at) {
          source.append(labels, {.time = at * 30'000, .value = static_cast<double>(at)});
        }
      }
    }
    PrometheusApiConfig config;
    config.max_samples = 5000;
    add_prometheus_api([this](HttpMethods methods, std::string_view,
                              HttpHandler handler) { routes.emplace_back(methods, std::move(handler)); },
                       config,
                       {source,
                        registry,
                        {},
                        [] { return SampleTime{300'000}; },
                        [this] {
                          // Tells how often it was asked: a query ends after some thousand times.
                          asked += std::chrono::milliseconds{5};
                          return std::chrono::nanoseconds{asked};
                        }});
  }

  PlainSource source;
  Registry registry;
  std::chrono::milliseconds asked{0};
  std::vector<std::pair<HttpMethods, HttpHandler>> routes;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Api api;
  if (size == 0) return 0;
  const auto& [methods, handler] = api.routes[data[0] / 2U % api.routes.size()];
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  HttpRequest request;
  request.path_parameters = {{"name", "job"}};
  if (data[0] % 2 == 1 && methods.contains(HttpMethod::Post)) {
    request.method = HttpMethod::Post;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = text;
  } else {
    request.query = parse_form(text);
  }
  const HttpResponse response = handler(request);
  const bool is_known =
      response.status == 200 || response.status == 400 || response.status == 422 || response.status == 503;
  const bool is_success = response.body.starts_with(R"({"status":"success","data":)");
  if (!is_known || is_success != (response.status == 200)) std::abort();
  if (!nlohmann::json::accept(response.body)) std::abort();
  return 0;
}
