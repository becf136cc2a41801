#include "monitoring/store/label_matcher.h"

#include <utility>

namespace vigil::monitoring {

LabelMatcher::LabelMatcher(MatchKind kind, std::string name, std::string value)
    : kind_(kind), name_(std::move(name)), value_(std::move(value)) {
  if (kind_ == MatchKind::Regex || kind_ == MatchKind::NotRegex) {
    regex_ = std::make_shared<const Regex>(value_);
  }
}

bool LabelMatcher::matches(std::string_view value) const {
  switch (kind_) {
    case MatchKind::Equal:
      return value == value_;
    case MatchKind::NotEqual:
      return value != value_;
    case MatchKind::Regex:
      return regex_->matches(value);
    case MatchKind::NotRegex:
      return !regex_->matches(value);
  }
  return false;
}

std::string LabelMatcher::text() const {
  static constexpr std::string_view kOperators[] = {"=", "!=", "=~", "!~"};
  return name_ + std::string{kOperators[static_cast<std::size_t>(kind_)]} + quoted_label_value(value_);
}

}  // namespace vigil::monitoring
