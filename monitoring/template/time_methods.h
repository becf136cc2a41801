#pragma once

#include <optional>
#include <string>

#include "monitoring/template/template_function.h"
#include "monitoring/template/template_instant.h"
#include "monitoring/template/template_value.h"

namespace vigil::monitoring::text_template {

/// What a time, month, weekday or duration shows of itself; none for other values.
[[nodiscard]] std::optional<std::string> method_text(const Value& value);
/// The Go expression that makes a time.
[[nodiscard]] std::string go_source_text(Instant instant);

/// A method of Go's package time, called with the receiver as first argument; nullptr: the type has none of
/// that name that a template may call. Its `parameters` do not name the receiver.
[[nodiscard]] const TemplateFunction* find_method(Type receiver, std::string_view name);

}  // namespace vigil::monitoring::text_template
