#include "engine/views/slo_endpoint.h"

#include <optional>
#include <utility>

#include "engine/views/json_parts.h"
#include "monitoring/delivery/rfc3339.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/slo/slo_evaluator.h"

namespace vigil::engine {

namespace {

using monitoring::SloDefinition;
using monitoring::SloKind;
using monitoring::promql::duration_text;

Json labels_json(const monitoring::Labels& labels) {
  Json shown = Json::object();
  for (const monitoring::Label& label : labels) shown[std::string{label.name}] = std::string{label.value};
  return shown;
}

Json is_met_json(const SloDefinition& slo, std::optional<double> sli) {
  return sli ? Json(monitoring::is_met(slo, *sli)) : Json(nullptr);
}

Json window_json(const SloDefinition& slo, const SloReport::Window& window) {
  std::optional<double> sli;
  if (window.reading) sli = window.reading->value;
  Json shown{{"window", duration_text(window.window)},
             {"at", window.at == 0 ? Json(nullptr) : Json(monitoring::rfc3339(window.at))}};
  if (slo.kind == SloKind::Count) {
    shown["count"] = number(sli);
  } else {
    shown["compliance"] = number(sli);
  }
  shown["met"] = is_met_json(slo, sli);
  if (slo.kind != SloKind::Count && monitoring::is_burn_window(window.window)) {
    std::optional<double> rate;
    if (sli) rate = monitoring::burn_rate(slo.target, *sli);
    shown["burn_rate"] = number(rate);
  }
  if (!window.reading) return shown;
  if (slo.kind == SloKind::Ratio) {
    shown["good"] = number(window.reading->good);
    shown["total"] = number(window.reading->total);
  }
  if (!window.reading->labels.empty()) shown["series"] = labels_json(window.reading->labels);
  return shown;
}

Json objective_json(const SloReport::Objective& objective) {
  const SloDefinition& slo = *objective.definition;
  const std::optional<double> sli = objective.sli(slo.compliance_period);
  Json shown{{"name", slo.name}, {"description", slo.description}, {"kind", monitoring::to_string(slo.kind)}};
  if (slo.kind == SloKind::Count) {
    shown["at_most"] = slo.at_most;
  } else {
    shown["target"] = slo.target;
  }
  shown["compliance_period"] = duration_text(slo.compliance_period);
  shown["measurement_window"] = duration_text(slo.measurement_window);
  shown["compliant"] = is_met_json(slo, sli);
  if (slo.kind != SloKind::Count) {
    std::optional<double> left;
    if (sli) left = monitoring::error_budget_left(slo.target, *sli);
    shown["error_budget_remaining"] = number(left);
  }
  Json windows = Json::array();
  for (const SloReport::Window& window : objective.windows) windows.push_back(window_json(slo, window));
  shown["windows"] = std::move(windows);
  return shown;
}

}  // namespace

std::string slos_json(const SloReport& report) {
  Json objectives = Json::array();
  for (const SloReport::Objective& objective : report.objectives)
    objectives.push_back(objective_json(objective));
  Json components = Json::array();
  for (const SloReport::Availability& each : report.availability) {
    Json ratios = Json::object();
    for (std::size_t i = 0; i < each.ratios.size(); ++i)
      ratios[duration_text(report.availability_windows[i])] = number(each.ratios[i]);
    components.push_back({{"component", each.component}, {"availability", std::move(ratios)}});
  }
  const Json document{{"objectives", std::move(objectives)}, {"components", std::move(components)}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add_slo_endpoint(monitoring::HttpServer& server, std::function<SloReport()> report) {
  server.add_route({monitoring::HttpMethod::Get}, "/api/slos",
                   [report = std::move(report)](const monitoring::HttpRequest&) {
                     monitoring::HttpResponse response;
                     response.body = slos_json(report()) + '\n';
                     return response;
                   });
}

}  // namespace vigil::engine
