#include "monitoring/delivery/notification.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace vigil::monitoring {
namespace {

Labels common(const std::vector<Alert>& alerts, Labels Alert::*which) {
  if (alerts.empty()) return {};
  std::vector<Label> shared;
  for (const Label label : alerts.front().*which) {
    const auto has_it = [&](const Alert& alert) { return (alert.*which).value(label.name) == label.value; };
    if (std::ranges::all_of(alerts, has_it)) shared.push_back(label);
  }
  return Labels{shared};
}

}  // namespace

std::size_t Notification::firing() const noexcept {
  return static_cast<std::size_t>(
      std::ranges::count_if(alerts, [](const Alert& alert) { return alert.ends_at == 0; }));
}

Labels common_labels(const std::vector<Alert>& alerts) {
  return common(alerts, &Alert::labels);
}

Labels common_annotations(const std::vector<Alert>& alerts) {
  return common(alerts, &Alert::annotations);
}

std::string_view gravest_severity(const std::vector<Alert>& alerts) {
  constexpr std::array<std::string_view, 4> kOrder{"critical", "high", "warning", "info"};
  for (const std::string_view severity : kOrder) {
    for (const Alert& alert : alerts) {
      if (alert.labels.value("severity") == severity) return severity;
    }
  }
  return alerts.empty() ? std::string_view{} : alerts.front().labels.value("severity");
}

std::string title_of(const Notification& notification) {
  const std::size_t firing = notification.firing();
  std::string title = firing > 0 ? fmt::format("[FIRING:{}]", firing)
                                 : fmt::format("[RESOLVED:{}]", notification.alerts.size());
  const Labels shared = common_labels(notification.alerts);
  const std::string_view name = shared.value(kAlertNameLabel);
  if (!name.empty()) (title += ' ') += name;
  std::string rest;
  for (const Label label : notification.group_labels) {
    if (label.name == kAlertNameLabel) continue;
    if (!rest.empty()) rest += ", ";
    rest += fmt::format("{}={}", label.name, quoted_label_value(label.value));
  }
  if (!rest.empty()) title += " (" + rest + ')';
  return title;
}

}  // namespace vigil::monitoring
