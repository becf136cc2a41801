#pragma once

#include <span>

#include "monitoring/template/template_value.h"

namespace vigil::monitoring::text_template {

/// Is `first` equal to one of the others? Throws CallFailure where Go compares no such types.
[[nodiscard]] bool equals_any(const Value& first, std::span<const Value> others);
/// Throws CallFailure.
[[nodiscard]] bool is_less(const Value& left, const Value& right);

}  // namespace vigil::monitoring::text_template
