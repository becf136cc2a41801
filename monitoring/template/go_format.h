#pragma once

#include <span>
#include <string>
#include <string_view>

#include "monitoring/template/template_value.h"

namespace vigil::monitoring::text_template {

/// Go's fmt.Sprintf, wrong verbs and missing arguments included: `%!d(string=x)`, `%!d(MISSING)`. Where Go
/// would print an address, what is at the address is printed. Throws CallFailure when the text becomes too
/// long.
[[nodiscard]] std::string go_sprintf(std::string_view format, std::span<const Value> arguments);
/// Go's fmt.Sprint: a space between two values of which none is a string.
[[nodiscard]] std::string go_sprint(std::span<const Value> arguments);
/// Go's fmt.Sprintln.
[[nodiscard]] std::string go_sprintln(std::span<const Value> arguments);

}  // namespace vigil::monitoring::text_template
