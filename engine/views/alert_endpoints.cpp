#include "engine/views/alert_endpoints.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/core/clock.h"
#include "engine/core/log_entry.h"
#include "engine/views/json_response.h"
#include "monitoring/api/api_json.h"
#include "monitoring/api/api_parameters.h"
#include "monitoring/delivery/delivery_json.h"
#include "monitoring/delivery/rfc3339.h"
#include "monitoring/log/json_line.h"

namespace vigil::engine {
namespace {

using monitoring::HttpMethod;
using monitoring::HttpRequest;
using monitoring::HttpResponse;
using monitoring::Silence;

std::string json_text(std::string_view text) {
  std::string out;
  monitoring::append_json_string(out, text);
  return out;
}

/// Alerts of one answer at most; further ones are counted.
constexpr std::size_t kMostAlerts = 1000;

/// What is pending or fires.
struct ShownAlerts {
  std::vector<monitoring::ActiveAlert> alerts = {};
  std::vector<bool> is_inhibited_by_rule = {};  ///< vigil_inhibited_by: nobody is told
  std::size_t left_out = 0;
};

ShownAlerts shown_alerts(const std::vector<monitoring::RuleGroupView>& groups) {
  std::set<std::string, std::less<>> firing;
  for (const auto& group : groups) {
    for (const auto& rule : group.rules) {
      const bool fires = std::ranges::any_of(rule.alerts, [](const monitoring::ActiveAlert& alert) {
        return alert.state == monitoring::AlertPhase::Firing;
      });
      if (fires) firing.insert(rule.definition.name);
    }
  }
  ShownAlerts shown;
  for (const auto& group : groups) {
    for (const auto& rule : group.rules) {
      const bool is_inhibited =
          std::ranges::any_of(rule.definition.options.inhibited_by,
                              [&](const std::string& name) { return firing.contains(name); });
      for (const monitoring::ActiveAlert& alert : rule.alerts) {
        if (shown.alerts.size() == kMostAlerts) {
          ++shown.left_out;
          continue;
        }
        shown.alerts.push_back(alert);
        shown.is_inhibited_by_rule.push_back(is_inhibited);
      }
    }
  }
  return shown;
}

std::string_view word_of(monitoring::AlertGrouping::Mute mute) {
  switch (mute) {
    case monitoring::AlertGrouping::Mute::None:
      return "none";
    case monitoring::AlertGrouping::Mute::Silenced:
      return "silenced";
    case monitoring::AlertGrouping::Mute::Inhibited:
      return "inhibited";
  }
  return "unknown";
}

void append_alert(std::string& body, const monitoring::ActiveAlert& alert, std::string_view muted) {
  body += R"({"labels":)";
  monitoring::append_labels(body, alert.labels);
  body += R"(,"annotations":)";
  monitoring::append_labels(body, alert.annotations);
  body += R"(,"state":)" + json_text(monitoring::to_string(alert.state));
  body += R"(,"activeAt":)" + json_text(monitoring::rfc3339(alert.active_at));
  body += R"(,"value":")";
  monitoring::append_number(body, alert.value);
  body += R"(","muted":)" + json_text(muted) + '}';
}

HttpResponse alerts(const AlertLinks& links) {
  const ShownAlerts shown = shown_alerts(links.rules());
  std::vector<monitoring::Labels> labels;
  for (const monitoring::ActiveAlert& alert : shown.alerts) labels.push_back(alert.labels);
  const std::vector<monitoring::AlertGrouping::Mute> mutes = links.desk.are_muted(labels);
  std::string body = R"({"alerts":[)";
  for (std::size_t i = 0; i < shown.alerts.size(); ++i) {
    if (i > 0) body += ',';
    using Mute = monitoring::AlertGrouping::Mute;
    const bool is_inhibited = mutes[i] == Mute::None && shown.is_inhibited_by_rule[i];
    append_alert(body, shown.alerts[i], word_of(is_inhibited ? Mute::Inhibited : mutes[i]));
  }
  return json_response(body + R"(],"left_out":)" + std::to_string(shown.left_out) + '}');
}

/// Throws monitoring::ApiError.
monitoring::HistoryQuery history_query(const HttpRequest& request) {
  const monitoring::ApiParameters parameters(request);
  monitoring::HistoryQuery query{.from = parameters.time("from"),
                                 .to = parameters.time("to"),
                                 .name = std::string{parameters.text("name")},
                                 .limit = monitoring::AlertHistory::kCapacity};
  if (query.from && query.to && *query.to < *query.from) {
    throw monitoring::bad_parameter("to", "must not be before from");
  }
  if (const std::string_view state = parameters.text("state"); !state.empty()) {
    query.state = monitoring::parse_alert_state(state);
    if (!query.state) {
      throw monitoring::bad_parameter("state",
                                      "must be pending, firing or resolved, was " + json_text(state));
    }
  }
  if (!parameters.text("limit").empty()) {
    query.limit = parameters.count("limit").value_or(0);
    if (query.limit == 0 || query.limit > monitoring::AlertHistory::kCapacity) {
      throw monitoring::bad_parameter("limit", "must be 1 to " +
                                                   std::to_string(monitoring::AlertHistory::kCapacity) +
                                                   ", was " + json_text(parameters.text("limit")));
    }
  }
  return query;
}

HttpResponse history(const AlertLinks& links, const HttpRequest& request) {
  std::string body = R"({"changes":[)";
  bool is_first = true;
  for (const monitoring::HistoryEntry& entry : links.desk.history(history_query(request))) {
    if (!is_first) body += ',';
    is_first = false;
    body += monitoring::history_json(entry);
  }
  return json_response(body + "]}");
}

/// What alerts' actions brought about and nobody has ended yet.
HttpResponse actions(const AlertLinks& links) {
  std::string body = R"({"in_force":[)";
  bool is_first = true;
  for (const ActionLatch& latch : links.latches()) {
    if (!is_first) body += ',';
    is_first = false;
    const auto since =
        std::chrono::duration_cast<std::chrono::milliseconds>(latch.since.time_since_epoch()).count();
    body += R"({"action":)" + json_text(to_string(latch.kind)) + R"(,"target":)" + json_text(latch.target) +
            R"(,"alert":)" + json_text(latch.alert) + R"(,"labels":)" + json_text(latch.labels) +
            R"(,"since":)" + json_text(monitoring::rfc3339(since)) + '}';
  }
  return json_response(body + "]}");
}

std::string_view state_of(const Silence& silence, monitoring::SampleTime now) {
  if (silence.is_active(now)) return "active";
  return silence.ends_at <= now ? "expired" : "pending";
}

HttpResponse silences(const AlertLinks& links) {
  nlohmann::json list = nlohmann::json::array();
  for (const Silence& silence : links.desk.silences()) {
    nlohmann::json shown = nlohmann::json::parse(monitoring::silence_json(silence));
    shown["status"] = {{"state", std::string{state_of(silence, links.now())}}};
    list.push_back(std::move(shown));
  }
  return json_response(list.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

monitoring::LogRecord control_entry(const char* command, std::string_view id, const HttpRequest& request) {
  monitoring::LogRecord entry = log_entry(machine_time().wall, monitoring::LogLevel::Warn, "execution_engine",
                                          "control", "Control command");
  entry.add_literal("command", command);
  entry.add_text("silence", id);
  entry.add_text("remote", request.remote_address);
  return entry;
}

HttpResponse add_silence(const AlertLinks& links, const HttpRequest& request) {
  monitoring::ParsedSilence parsed = monitoring::parse_silence(request.body);
  if (!parsed.silence) return monitoring::http_error(400, "bad_data", parsed.fault);
  if (!parsed.silence->id.empty()) {
    return monitoring::http_error(
        400, "bad_data",
        "id: must not be given: expire the silence and add another, was " + json_text(parsed.silence->id));
  }
  const Silence silence = *parsed.silence;
  const monitoring::Silences::Added added = links.desk.add_silence(std::move(*parsed.silence));
  if (!added.fault.empty()) return monitoring::http_error(400, "bad_data", added.fault);
  monitoring::LogRecord entry = control_entry("silence", added.id, request);
  entry.add_text("created_by", silence.created_by);
  entry.add_text("ends_at", monitoring::rfc3339(silence.ends_at));
  entry.add_text("comment", silence.comment);
  entry.add_long_text("matchers", monitoring::matchers_text(silence.matchers));
  links.logger.write(entry);
  return json_response(R"({"silenceID":")" + added.id + R"("})");
}

HttpResponse expire_silence(const AlertLinks& links, const HttpRequest& request) {
  const std::string id{request.query_parameter("id").value_or("")};
  if (id.empty()) return monitoring::http_error(400, "bad_data", "id: must name a silence, was missing");
  if (!links.desk.expire_silence(id)) {
    return monitoring::http_error(404, "not_found",
                                  "id: must name a silence that has not ended, was " + json_text(id));
  }
  links.logger.write(control_entry("expire_silence", id, request));
  return json_response(R"({"status":"success"})");
}

}  // namespace

void add_alert_endpoints(monitoring::HttpServer& server, const AlertLinks& links) {
  const monitoring::HttpMethods read{HttpMethod::Get};
  server.add_route(read, "/api/alerts", [links](const HttpRequest&) { return alerts(links); });
  server.add_route(read, "/api/alerts/history", [links](const HttpRequest& request) {
    try {
      return history(links, request);
    } catch (const monitoring::ApiError& error) {
      return monitoring::http_error(error.status(), error.type(), error.what());
    }
  });
  server.add_route(read, "/api/alerts/actions", [links](const HttpRequest&) { return actions(links); });
  server.add_route(read, "/api/silences", [links](const HttpRequest&) { return silences(links); });

  server.add_route({HttpMethod::Post}, "/api/control/silence",
                   [links](const HttpRequest& request) { return add_silence(links, request); });
  server.add_route({HttpMethod::Post}, "/api/control/expire_silence",
                   [links](const HttpRequest& request) { return expire_silence(links, request); });
}

}  // namespace vigil::engine
