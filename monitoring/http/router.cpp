#include "monitoring/http/router.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <exception>
#include <stdexcept>

#include <fmt/format.h>

#include "monitoring/http/http_metrics.h"

namespace vigil::monitoring {
namespace {

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

std::string_view parameter_name(std::string_view segment) {
  return segment.substr(1, segment.size() - 2);
}

/// "/a/b" is {"a", "b"}, "/a/" is {"a", ""}, "/" is {""}. Segments are decoded after the split: an encoded
/// slash does not part.
std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(percent_decoded(path.substr(0, end), false));
    path.remove_prefix(end);
  }
  return segments;
}

std::string allow_header(const auto& endpoints) {
  std::string allowed;
  for (std::size_t i = 0; i < kHttpMethodNames.size(); ++i) {
    const auto takes = [&](const auto& endpoint) {
      return endpoint.methods.contains(static_cast<HttpMethod>(i));
    };
    if (std::ranges::none_of(endpoints, takes)) continue;
    if (!allowed.empty()) allowed += ", ";
    allowed += kHttpMethodNames[i];
  }
  return allowed;
}

}  // namespace

RouteMetrics::RouteMetrics(Registry& registry, std::string route)
    : registry_(registry), route_(std::move(route)) {
  registry_.declare(kHttpRequests);
  registry_.declare(kHttpRequestDuration);
}

void RouteMetrics::observe(HttpMethod method, int status, std::optional<double> seconds) {
  const std::lock_guard lock(mutex_);
  auto [request, is_new] = requests_.try_emplace({method, status});
  if (is_new) {
    const std::string code = std::to_string(status);
    request->second = registry_.shared_counter(kHttpRequests, {route_, to_string(method), code});
  }
  request->second.add();
  if (!seconds) return;

  auto& duration = durations_[static_cast<std::size_t>(method)];
  if (!duration) duration = registry_.histogram(kHttpRequestDuration, {route_, to_string(method)});
  duration->observe(*seconds);
}

struct HttpRouter::Route {
  std::string path;
  std::vector<std::string> segments;  ///< "{name}" as written
  bool has_parameters = false;
  std::vector<Endpoint> endpoints;
  std::unique_ptr<RouteMetrics> metrics;
};

HttpRouter::~HttpRouter() = default;

HttpRouter::HttpRouter(Registry& registry, ErrorReport on_error, Gate gate)
    : registry_(registry),
      on_error_(std::move(on_error)),
      gate_(std::move(gate)),
      other_(registry, "other") {}

void HttpRouter::add(HttpMethods methods, std::string_view path, HttpHandler handler) {
  if (!path.starts_with('/')) throw std::logic_error(fmt::format("route '{}': must start with '/'", path));

  const auto known = std::ranges::find_if(routes_, [&](const auto& route) { return route->path == path; });
  if (known != routes_.end()) {
    for (const Endpoint& endpoint : (*known)->endpoints) {
      for (std::size_t i = 0; i < kHttpMethodNames.size(); ++i) {
        const auto method = static_cast<HttpMethod>(i);
        if (!methods.contains(method) || !endpoint.methods.contains(method)) continue;
        throw std::logic_error(fmt::format("route '{}': {} is taken already", path, to_string(method)));
      }
    }
    (*known)->endpoints.push_back({methods, std::move(handler)});
    return;
  }
  auto route = std::make_unique<Route>();
  route->path = path;
  route->segments = segments_of(path);
  route->has_parameters = std::ranges::any_of(route->segments, is_parameter);
  route->endpoints.push_back({methods, std::move(handler)});
  route->metrics = std::make_unique<RouteMetrics>(registry_, route->path);
  routes_.push_back(std::move(route));
}

HttpRouter::Route* HttpRouter::find(const std::vector<std::string>& segments) {
  const auto fits = [](const std::string& wanted, const std::string& found) {
    return is_parameter(wanted) ? !found.empty() : wanted == found;
  };
  Route* best = nullptr;
  for (const auto& route : routes_) {
    if (!std::ranges::equal(route->segments, segments, fits)) continue;
    if (!route->has_parameters) return route.get();
    if (best == nullptr) best = route.get();
  }
  return best;
}

HttpResponse HttpRouter::call(const Route& route, const HttpRequest& request) {
  const auto takes = [&](const Endpoint& endpoint) { return endpoint.methods.contains(request.method); };
  const auto endpoint = std::ranges::find_if(route.endpoints, takes);
  assert(endpoint != route.endpoints.end());  // else it was not admitted
  try {
    HttpResponse response = endpoint->handler(request);
    if (response.status >= 200 && response.status <= 599) return response;
    throw std::logic_error(fmt::format("the handler answered with status {}", response.status));
  } catch (const std::exception& error) {
    if (on_error_) on_error_(route.path, error.what());
  } catch (...) {
    if (on_error_) on_error_(route.path, "an exception of unknown type");
  }
  // What went wrong is for the log; it may name what a client must not see.
  return http_error(500, "internal", "internal error");
}

std::optional<HttpResponse> HttpRouter::refusal(const Route* route, const HttpRequest& request) const {
  if (gate_) {
    // Before 404 and 405: who may not come in does not learn which paths there are.
    if (auto refused = gate_(route == nullptr ? std::string_view{} : route->path, request)) return refused;
  }
  if (route == nullptr) return http_error(404, "not_found", "no such path: " + request.path);
  const auto takes = [&](const Endpoint& endpoint) { return endpoint.methods.contains(request.method); };
  if (std::ranges::any_of(route->endpoints, takes)) return std::nullopt;
  const std::string allowed = allow_header(route->endpoints);
  HttpResponse refused = http_error(405, "method_not_allowed", "this path takes " + allowed);
  refused.headers.emplace_back("Allow", allowed);
  return refused;
}

HttpRouter::Admission HttpRouter::admit(HttpRequest& request, std::string_view raw_path) {
  const auto begin = std::chrono::steady_clock::now();
  request.path = percent_decoded(raw_path, false);
  const std::vector<std::string> segments = segments_of(raw_path.starts_with('/') ? raw_path : "");
  Admission admission{.route = find(segments), .refusal = {}};
  admission.refusal = refusal(admission.route, request);
  if (admission.refusal) {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    RouteMetrics& metrics = admission.route == nullptr ? other_ : *admission.route->metrics;
    metrics.observe(request.method, admission.refusal->status, taken.count());
    return admission;
  }
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string& wanted = admission.route->segments[i];
    if (is_parameter(wanted)) request.path_parameters.emplace_back(parameter_name(wanted), segments[i]);
  }
  return admission;
}

HttpResponse HttpRouter::answer(const Admission& admission, const HttpRequest& request) {
  const auto begin = std::chrono::steady_clock::now();
  HttpResponse response = call(*admission.route, request);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  admission.route->metrics->observe(request.method, response.status, taken.count());
  return response;
}

HttpResponse HttpRouter::answer(HttpRequest& request, std::string_view raw_path) {
  Admission admission = admit(request, raw_path);
  return admission.refusal ? std::move(*admission.refusal) : answer(admission, request);
}

void HttpRouter::count_refused(HttpMethod method, int status) {
  other_.observe(method, status, std::nullopt);
}

}  // namespace vigil::monitoring
