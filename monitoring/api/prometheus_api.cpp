#include "monitoring/api/prometheus_api.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "monitoring/api/api_json.h"
#include "monitoring/api/api_parameters.h"
#include "monitoring/api/query_gate.h"
#include "monitoring/api/registry_json.h"
#include "monitoring/api/rules_json.h"
#include "monitoring/log/json_line.h"
#include "monitoring/promql/engine.h"
#include "monitoring/promql/error.h"

namespace vigil::monitoring {

namespace {

/// Of one series of a range query, as Prometheus bounds it.
constexpr std::int64_t kMostPoints = 11'000;

ApiError api_error(const promql::EvaluationError& error) {
  switch (error.failure()) {
    case promql::EvaluationFailure::Execution:
    case promql::EvaluationFailure::TooManySamples:
      return {422, "execution", error.what()};
    case promql::EvaluationFailure::Timeout:
      return {503, "timeout", error.what()};
    case promql::EvaluationFailure::Canceled:
      break;
  }
  return {503, "canceled", error.what()};
}

void append_texts(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, texts[i]);
  }
  out += ']';
}

HttpResponse success(const std::string& data, const std::vector<std::string>& warnings = {},
                     const std::vector<std::string>& infos = {}) {
  HttpResponse response;
  response.body = R"({"status":"success","data":)" + data;
  if (!warnings.empty()) append_texts(response.body += R"(,"warnings":)", warnings);
  if (!infos.empty()) append_texts(response.body += R"(,"infos":)", infos);
  response.body += '}';
  return response;
}

/// Names and values are shown up to a limit, and a warning says so.
HttpResponse success(std::vector<std::string> texts, std::optional<std::size_t> limit) {
  std::vector<std::string> warnings;
  if (limit && *limit > 0 && texts.size() > *limit) {
    texts.resize(*limit);
    warnings.emplace_back("results truncated due to limit");
  }
  std::string data;
  append_texts(data, texts);
  return success(data, warnings);
}

class PrometheusApi {
 public:
  PrometheusApi(const PrometheusApiConfig& config, PrometheusApiLinks links)
      : config_(config),
        links_(std::move(links)),
        engine_(config.engine),
        gate_(config.concurrency, config.most_waiting) {}

  HttpResponse query(const HttpRequest& request) {
    const ApiParameters parameters(request);
    const SampleTime time = parameters.time("time").value_or(links_.now());
    const promql::ExpressionPtr expression = parse(parameters);
    return evaluate(parameters, [&](const promql::QueryContext& context) {
      return engine_.instant(*expression, links_.history, time, context);
    });
  }

  HttpResponse query_range(const HttpRequest& request) {
    const ApiParameters parameters(request);
    const SampleTime start = parameters.required_time("start");
    const SampleTime end = parameters.required_time("end");
    if (end < start) throw bad_parameter("end", "end timestamp must not be before start time");
    const auto step = parameters.duration("step");
    if (!step) throw bad_parameter("step", "cannot parse \"\" to a valid duration");
    if (step->count() <= 0) {
      throw bad_parameter(
          "step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
    }
    if ((end - start) / step->count() > kMostPoints) {
      throw ApiError(
          400, "bad_data",
          "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution "
          "(?step=XX)");
    }
    const promql::ExpressionPtr expression = parse(parameters);
    if (expression->type != promql::ValueType::Scalar && expression->type != promql::ValueType::Vector) {
      throw bad_parameter("query", "invalid expression type \"" + std::string{type_text(expression->type)} +
                                       "\" for range query, must be Scalar or instant Vector");
    }
    return evaluate(parameters, [&](const promql::QueryContext& context) {
      return engine_.range(*expression, links_.history, start, end, *step, context);
    });
  }

  HttpResponse series(const HttpRequest& request) {
    const ApiParameters parameters(request);
    const auto selectors = parameters.selectors();
    if (selectors.empty()) throw ApiError(400, "bad_data", "no match[] parameter provided");
    const SampleRange range = parameters.range();
    const auto limit = parameters.count("limit");
    const QueryGate::Place place(gate_, config_.timeout);
    expect(place);
    std::set<Labels> found;
    for (const auto& matchers : selectors) {
      for (const auto& each : links_.history.select(matchers, range)) found.insert(each->labels());
    }
    std::string data{'['};
    std::size_t shown = 0;
    for (const Labels& labels : found) {
      if (limit && *limit > 0 && shown == *limit) break;
      if (shown++ > 0) data += ',';
      append_labels(data, labels);
    }
    data += ']';
    if (shown < found.size()) return success(data, {"results truncated due to limit"});
    return success(data);
  }

  HttpResponse label_names(const HttpRequest& request) {
    const ApiParameters parameters(request);
    return names(parameters, [&](std::span<const LabelMatcher> matchers, SampleRange range) {
      return links_.history.label_names(matchers, range);
    });
  }

  HttpResponse label_values(const HttpRequest& request) {
    const ApiParameters parameters(request);
    const std::string_view name = request.path_parameter("name").value_or("");
    return names(parameters, [&](std::span<const LabelMatcher> matchers, SampleRange range) {
      return links_.history.label_values(name, matchers, range);
    });
  }

  [[nodiscard]] HttpResponse metadata(const HttpRequest& request) const {
    const ApiParameters parameters(request);
    return success(metadata_json(links_.registry, parameters.text("metric"), parameters.count("limit")));
  }

  [[nodiscard]] HttpResponse exemplars(const HttpRequest& request) const {
    const ApiParameters parameters(request);
    const SampleRange range = parameters.range();
    const promql::ExpressionPtr expression = parse(parameters);
    std::vector<std::vector<LabelMatcher>> selectors;
    for (const promql::VectorSelector* selector : promql::selectors(*expression)) {
      selectors.push_back(selector->matchers);
    }
    return success(exemplars_json(links_.registry, selectors, range));
  }

  [[nodiscard]] HttpResponse rules(const HttpRequest& request) const {
    const ApiParameters parameters(request);
    const std::string_view type = parameters.text("type");
    std::optional<RuleKind> kind;
    if (type == "alert") {
      kind = RuleKind::Alerting;
    } else if (type == "record") {
      kind = RuleKind::Recording;
    } else if (!type.empty()) {
      throw bad_parameter("type", "not supported value \"" + std::string{type} + "\"");
    }
    return success(rules_json(groups(), kind));
  }

  [[nodiscard]] HttpResponse alerts() const { return success(alerts_json(groups())); }

  [[nodiscard]] HttpResponse build_info() const {
    std::string data = R"({"version":)";
    append_json_string(data, config_.version);
    data +=
        R"(,"revision":"","branch":"","buildUser":"","buildDate":"","goVersion":"","application":"Vigil"})";
    return success(data);
  }

 private:
  [[nodiscard]] static std::string_view type_text(promql::ValueType type) {
    return type == promql::ValueType::String ? "string" : "range vector";
  }
  static void expect(const QueryGate::Place& place) {
    switch (place.answer()) {
      case QueryGate::Answer::Admitted:
        return;
      case QueryGate::Answer::Full:
        throw ApiError(503, "unavailable", "too many queries at once");
      case QueryGate::Answer::TimedOut:
        throw ApiError(503, "timeout", "query timed out in query queue");
    }
  }
  [[nodiscard]] std::vector<RuleGroupView> groups() const {
    return links_.rules ? links_.rules() : std::vector<RuleGroupView>{};
  }
  [[nodiscard]] promql::ExpressionPtr parse(const ApiParameters& parameters) const {
    try {
      return engine_.parse(parameters.text("query"));
    } catch (const promql::ParseError& error) {
      throw bad_parameter("query", error.what());
    }
  }

  template <typename Evaluate>
  HttpResponse evaluate(const ApiParameters& parameters, const Evaluate& with) {
    std::chrono::nanoseconds timeout = config_.timeout;
    if (const auto wanted = parameters.duration("timeout"))
      timeout = std::min<std::chrono::nanoseconds>(timeout, *wanted);
    promql::QueryContext context;
    context.clock = links_.clock;
    context.deadline = links_.clock() + timeout;  // the wait is part of it
    const QueryGate::Place place(gate_, timeout);
    expect(place);
    context.max_samples = config_.max_samples;
    try {
      const promql::QueryResult result = with(context);
      std::vector<std::string> warnings;
      std::vector<std::string> infos;
      for (const promql::Annotation& annotation : result.annotations) {
        (annotation.level == promql::AnnotationLevel::Warning ? warnings : infos)
            .push_back(promql::annotation_text(annotation, parameters.text("query")));
      }
      std::string data{'{'};
      append_result(data, result.value);
      data += '}';
      return success(data, warnings, infos);
    } catch (const promql::EvaluationError& error) {
      throw api_error(error);
    }
  }

  template <typename Ask>
  HttpResponse names(const ApiParameters& parameters, const Ask& ask) {
    const auto selectors = parameters.selectors();
    const SampleRange range = parameters.range();
    const auto limit = parameters.count("limit");
    const QueryGate::Place place(gate_, config_.timeout);
    expect(place);
    if (selectors.empty()) return success(ask({}, range), limit);
    std::set<std::string> all;
    for (const auto& matchers : selectors) {
      for (std::string& name : ask(matchers, range)) all.insert(std::move(name));
    }
    return success({all.begin(), all.end()}, limit);
  }

  PrometheusApiConfig config_;
  PrometheusApiLinks links_;
  promql::Engine engine_;
  QueryGate gate_;
};

}  // namespace

void add_prometheus_api(const AddRoute& add_route, const PrometheusApiConfig& config,
                        const PrometheusApiLinks& links) {
  const auto api = std::make_shared<PrometheusApi>(config, links);
  const HttpMethods get{HttpMethod::Get};
  const HttpMethods both{HttpMethod::Get, HttpMethod::Post};
  const auto add = [&](HttpMethods methods, std::string_view path, auto handler) {
    add_route(methods, path, [api, handler](const HttpRequest& request) {
      try {
        return handler(*api, request);
      } catch (const ApiError& error) {
        return http_error(error.status(), error.type(), error.what());
      }
    });
  };
  using Request = const HttpRequest&;
  add(both, "/api/v1/query", [](PrometheusApi& to, Request request) { return to.query(request); });
  add(both, "/api/v1/query_range",
      [](PrometheusApi& to, Request request) { return to.query_range(request); });
  add(both, "/api/v1/series", [](PrometheusApi& to, Request request) { return to.series(request); });
  add(both, "/api/v1/labels", [](PrometheusApi& to, Request request) { return to.label_names(request); });
  add(get, "/api/v1/label/{name}/values",
      [](PrometheusApi& to, Request request) { return to.label_values(request); });
  add(get, "/api/v1/metadata", [](PrometheusApi& to, Request request) { return to.metadata(request); });
  add(both, "/api/v1/query_exemplars",
      [](PrometheusApi& to, Request request) { return to.exemplars(request); });
  add(get, "/api/v1/rules", [](PrometheusApi& to, Request request) { return to.rules(request); });
  add(get, "/api/v1/alerts", [](PrometheusApi& to, Request) { return to.alerts(); });
  add(get, "/api/v1/status/buildinfo", [](PrometheusApi& to, Request) { return to.build_info(); });
}

void add_prometheus_api(HttpServer& server, const PrometheusApiConfig& config,
                        const PrometheusApiLinks& links) {
  add_prometheus_api([&server](HttpMethods methods, std::string_view path,
                               HttpHandler handler) { server.add_route(methods, path, std::move(handler)); },
                     config, links);
}

}  // namespace vigil::monitoring
