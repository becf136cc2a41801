#include "monitoring/delivery/inhibition.h"

#include <algorithm>

#include "monitoring/delivery/routing.h"

namespace vigil::monitoring {
namespace {

Labels equal_labels(const InhibitionRule& rule, const Labels& labels) {
  std::vector<Label> chosen;
  for (const std::string& name : rule.equal) {
    const auto is_same = [&](const Label& label) { return label.name == name; };
    if (std::ranges::none_of(chosen, is_same)) chosen.push_back({name, labels.value(name)});
  }
  return Labels{chosen};
}

}  // namespace

bool inhibits(const InhibitionRule& rule, const Labels& firing, const Labels& target) {
  if (!all_match(rule.target, target) || !all_match(rule.source, firing)) return false;
  if (all_match(rule.source, target) && all_match(rule.target, firing)) return false;
  return std::ranges::all_of(
      rule.equal, [&](const std::string& name) { return firing.value(name) == target.value(name); });
}

Inhibition::Inhibition(const std::vector<InhibitionRule>& rules) : rules_(&rules), sources_(rules.size()) {}

void Inhibition::add(const Labels& firing) {
  for (std::size_t i = 0; i < rules_->size(); ++i) {
    const InhibitionRule& rule = (*rules_)[i];
    if (!all_match(rule.source, firing)) continue;
    const Labels equal = equal_labels(rule, firing);
    sources_[i].all.insert(equal);
    if (!all_match(rule.target, firing)) sources_[i].one_sided.insert(equal);
  }
}

bool Inhibition::inhibits(const Labels& target) const {
  for (std::size_t i = 0; i < rules_->size(); ++i) {
    const InhibitionRule& rule = (*rules_)[i];
    if (sources_[i].all.empty() || !all_match(rule.target, target)) continue;
    const auto& sources = all_match(rule.source, target) ? sources_[i].one_sided : sources_[i].all;
    if (sources.contains(equal_labels(rule, target))) return true;
  }
  return false;
}

}  // namespace vigil::monitoring
