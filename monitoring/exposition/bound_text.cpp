#include "monitoring/exposition/bound_text.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace vigil::monitoring {

std::string bound_text(double bound, TextDialect dialect) {
  if (std::isinf(bound)) return bound < 0 ? "-Inf" : "+Inf";
  if (std::isnan(bound)) return "NaN";
  std::string text = fmt::format("{}", bound);
  if (dialect == TextDialect::Prometheus || text.find('e') != std::string::npos) return text;

  // From 1e6 on canonical numbers have an exponent.
  constexpr std::size_t kMostDigits = 6;
  const std::string_view sign(text.data(), text[0] == '-' ? 1 : 0);
  const std::string_view number = std::string_view(text).substr(sign.size());
  const std::size_t whole = std::min(number.find('.'), number.size());
  if (whole <= kMostDigits) return whole == number.size() ? fmt::format("{}.0", text) : text;
  std::string digits(number.substr(1, whole - 1));
  if (whole < number.size()) digits += number.substr(whole + 1);
  digits.erase(digits.find_last_not_of('0') + 1);
  return fmt::format("{}{}{}{}e+{:02}", sign, number[0], digits.empty() ? "" : ".", digits, whole - 1);
}

}  // namespace vigil::monitoring
