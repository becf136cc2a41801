#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vigil::monitoring {

inline constexpr std::string_view kRedacted = "[redacted]";

/// What a log must not show: the values of some keys, and some texts wherever they stand.
class Redactor {
 public:
  Redactor(const std::vector<std::string>& keys, const std::vector<std::string>& values);

  /// Whether a field of this name is to be hidden. Any case.
  [[nodiscard]] bool hides(std::string_view key) const;
  /// `text` with every hidden text replaced; the result lives in `text` or in `scratch`.
  [[nodiscard]] std::string_view clean(std::string_view text, std::string& scratch) const;
  /// The same for a text that was cut at its end: a beginning of a hidden text of 4 bytes or more that the
  /// cut left there is replaced too.
  [[nodiscard]] std::string_view clean_cut(std::string_view text, std::string& scratch) const;

 private:
  std::vector<std::string> keys_;  ///< lower case
  std::vector<std::string>
      values_;  ///< longest first, so that a text within another does not uncover its rest
};

}  // namespace vigil::monitoring
