#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "monitoring/store/labels.h"
#include "monitoring/store/regex.h"

namespace vigil::monitoring {

enum class MatchKind : std::uint8_t { Equal, NotEqual, Regex, NotRegex };

/// What a selector asks of one label; an absent label is an empty one. Immutable, any thread; cheap to copy.
class LabelMatcher {
 public:
  /// Throws RegexError when `kind` asks for a regular expression and `value` is none.
  LabelMatcher(MatchKind kind, std::string name, std::string value);

  [[nodiscard]] MatchKind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::string& value() const noexcept { return value_; }

  [[nodiscard]] bool matches(std::string_view value) const;
  [[nodiscard]] bool matches(const Labels& labels) const { return matches(labels.value(name_)); }
  [[nodiscard]] bool matches_empty() const { return matches(std::string_view{}); }

  /// `name="value"`, `name!~"value"`.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const LabelMatcher& a, const LabelMatcher& b) noexcept {
    return a.kind_ == b.kind_ && a.name_ == b.name_ && a.value_ == b.value_;
  }

 private:
  MatchKind kind_;
  std::string name_;
  std::string value_;
  std::shared_ptr<const Regex> regex_;
};

}  // namespace vigil::monitoring
