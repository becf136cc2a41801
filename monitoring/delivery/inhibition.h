#pragma once

#include <set>
#include <string>
#include <vector>

#include "monitoring/store/label_matcher.h"
#include "monitoring/store/labels.h"

namespace vigil::monitoring {

/// While an alert that `source` matches fires, notifications leave out those that `target` matches and that
/// have the same values in the labels `equal` (absent in both counts as the same).
struct InhibitionRule {
  std::vector<LabelMatcher> source = {};
  std::vector<LabelMatcher> target = {};
  std::vector<std::string> equal = {};
  friend bool operator==(const InhibitionRule&, const InhibitionRule&) = default;
};

/// Whether an alert that fires inhibits `target`. One that both sides of a rule match is not inhibited by
/// another of that kind, itself included, as in Alertmanager.
[[nodiscard]] bool inhibits(const InhibitionRule& rule, const Labels& firing, const Labels& target);

/// The same for all rules and everything that fires, looked up by the labels that must be equal. One thread.
class Inhibition {
 public:
  /// The rules outlive it.
  explicit Inhibition(const std::vector<InhibitionRule>& rules);
  /// An alert that fires.
  void add(const Labels& firing);
  [[nodiscard]] bool inhibits(const Labels& target) const;

 private:
  /// The values of a rule's equal labels, for each alert that is a source of it.
  struct Sources {
    std::set<Labels> all;
    std::set<Labels> one_sided;  ///< those that are no target of the rule
  };
  const std::vector<InhibitionRule>* rules_;
  std::vector<Sources> sources_;  ///< by rule
};

}  // namespace vigil::monitoring
