#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "monitoring/template/template_node.h"

namespace vigil::monitoring::text_template {

/// Blocks and parentheses inside one another beyond this are refused.
inline constexpr int kMaxTemplateNesting = 200;

/// Longer texts are refused. Bytes.
inline constexpr std::size_t kMaxTemplateSource = 256U << 10U;

/// Reads a text and the templates it defines. `is_function` tells the functions that actions may name. Throws
/// TemplateError.
[[nodiscard]] TemplateSet parse_template(std::string_view name, std::string_view text,
                                         bool (*is_function)(std::string_view name));

}  // namespace vigil::monitoring::text_template
