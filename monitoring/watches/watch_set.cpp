#include "monitoring/watches/watch_set.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "monitoring/watches/watch_compiler.h"

namespace vigil::monitoring {

namespace {

/// As AlertingRule makes them of labels that are no templates.
Labels alert_labels(const RuleDefinition& rule, const Labels& labels) {
  LabelsBuilder builder(labels);
  for (const auto& [name, value] : rule.labels) builder.set(name, value);
  return builder.set(kAlertNameLabel, rule.name).build();
}

std::uint64_t key_of(const RuleGroupView& group, const RuleDefinition& rule, const Labels& alert) {
  const std::string place = group.definition.file + '\n' + group.definition.name + '\n' + rule.name;
  return std::hash<std::string>{}(place)*31 + alert.hash();
}

bool fires(const RuleView& rule, const Labels& alert) {
  return std::ranges::any_of(rule.alerts, [&](const ActiveAlert& each) {
    return each.state == AlertPhase::Firing && each.labels == alert;
  });
}

}  // namespace

std::optional<std::size_t> WatchSet::find(const RuleDefinition& rule, const Labels& alert) const {
  for (std::size_t i = 0; i < table->size(); ++i) {
    const Watch& watch = (*table)[i];
    if (watch.alert == alert && rules[watch.rule] == rule) return i;
  }
  return std::nullopt;
}

WatchSet make_watches(const std::vector<RuleGroupView>& groups, Registry& registry,
                      promql::RangeEnds ranges) {
  std::set<std::string, std::less<>> recorded;
  for (const RuleGroupView& group : groups) {
    for (const RuleView& rule : group.rules) {
      if (rule.definition.kind == RuleKind::Recording) recorded.insert(rule.definition.name);
    }
  }
  const MetricKinds kinds = kinds_without(kinds_of(registry.definitions()), std::move(recorded));
  GaugeDirectory directory(registry);
  WatchSet set;
  std::vector<Watch> watches;
  std::vector<std::uint64_t> firing;
  for (std::size_t group = 0; group < groups.size(); ++group) {
    std::vector<WatchStatus>& statuses = set.status.emplace_back();
    for (std::size_t place = 0; place < groups[group].rules.size(); ++place) {
      const RuleView& rule = groups[group].rules[place];
      WatchStatus& status = statuses.emplace_back();
      status.obstacle = watch_obstacle(rule.definition, groups[group].definition.limit, kinds);
      if (!status.obstacle.empty()) continue;
      CompiledRule compiled = compile_watches(*rule.definition.expression, ranges, directory);
      status = {.is_watched = compiled.obstacle.empty(),
                .alerts = compiled.watches.size(),
                .obstacle = std::move(compiled.obstacle)};
      const auto number = static_cast<std::uint32_t>(set.rules.size());
      for (CompiledWatch& each : compiled.watches) {
        Watch& watch = watches.emplace_back();
        watch.alert = alert_labels(rule.definition, each.labels);
        watch.key = key_of(groups[group], rule.definition, watch.alert);
        watch.rule = number;
        watch.labels = std::move(each.labels);
        watch.program = std::move(each.program);
        if (fires(rule, watch.alert)) firing.push_back(watch.key);
      }
      set.rules.push_back(rule.definition);
      set.places.push_back({group, place});
    }
  }
  set.table = std::make_unique<WatchTable>(std::move(watches), directory.take_gauges());
  for (std::size_t i = 0; i < set.table->size(); ++i) {
    if (std::ranges::find(firing, (*set.table)[i].key) != firing.end()) set.table->set_firing(i, true);
  }
  return set;
}

}  // namespace vigil::monitoring
