#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "monitoring/http/message.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

/// http_requests_total and http_request_duration_seconds of one route. Any thread.
class RouteMetrics {
 public:
  RouteMetrics(Registry& registry, std::string route);
  /// `seconds`: none for a request that reached no handler.
  void observe(HttpMethod method, int status, std::optional<double> seconds);

 private:
  Registry& registry_;
  std::string route_;
  std::mutex mutex_;  ///< the server's threads only: a histogram has one writer at a time
  std::map<std::pair<HttpMethod, int>, SharedCounter> requests_;
  std::array<std::optional<Histogram>, kHttpMethodNames.size()> durations_;
};

/// Finds the handler of a request and answers it: 404 for a path nobody serves, 405 with Allow for a method
/// it does not take, 500 for a handler that throws. Routes are added while wiring; answering is for any
/// number of threads.
class HttpRouter {
 public:
  using ErrorReport = std::function<void(std::string_view route, std::string_view what)>;

  /// Refuses a request before its handler is called, with the answer it returns; nullopt lets it pass.
  /// `route` is the path as it was added, or empty for a path that nobody serves. Called by whoever calls
  /// `admit`.
  using Gate = std::function<std::optional<HttpResponse>(std::string_view route, const HttpRequest& request)>;

  /// `on_error` hears of handlers that threw; it may be empty, and so may `gate`: everybody passes.
  HttpRouter(Registry& registry, ErrorReport on_error, Gate gate = {});
  ~HttpRouter();
  HttpRouter(const HttpRouter&) = delete;
  HttpRouter& operator=(const HttpRouter&) = delete;

  /// `path` is literal ("/api/orders") or has segments that stand for any one
  /// ("/api/v1/label/{name}/values"); a literal path goes before one with parameters, otherwise the first
  /// added. Throws std::logic_error for a path that does not start with '/', or a method that the path
  /// already has.
  void add(HttpMethods methods, std::string_view path, HttpHandler handler);

  struct Route;

  /// What a request's line and headers decide, before anybody reads its body.
  struct Admission {
    Route* route = nullptr;               ///< none for a path that nobody serves
    std::optional<HttpResponse> refusal;  ///< the answer, counted; none: the request may go to its handler
  };
  /// `raw_path` is the request's path as it came, still percent-encoded. Fills the request's path and
  /// parameters.
  [[nodiscard]] Admission admit(HttpRequest& request, std::string_view raw_path);
  /// Calls the handler of an admitted request, which is whole now.
  [[nodiscard]] HttpResponse answer(const Admission& admission, const HttpRequest& request);
  /// Both at once, for a request that is whole.
  [[nodiscard]] HttpResponse answer(HttpRequest& request, std::string_view raw_path);
  /// Counts a request that never reached `answer` (malformed, too large).
  void count_refused(HttpMethod method, int status);

 private:
  struct Endpoint {
    HttpMethods methods;
    HttpHandler handler;
  };

  [[nodiscard]] Route* find(const std::vector<std::string>& segments);
  [[nodiscard]] std::optional<HttpResponse> refusal(const Route* route, const HttpRequest& request) const;
  [[nodiscard]] HttpResponse call(const Route& route, const HttpRequest& request);

  Registry& registry_;
  ErrorReport on_error_;
  Gate gate_;
  std::vector<std::unique_ptr<Route>> routes_;
  RouteMetrics other_;
};

}  // namespace vigil::monitoring
