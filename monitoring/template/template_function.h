#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "monitoring/template/template_data.h"
#include "monitoring/template/template_value.h"

namespace vigil::monitoring::text_template {

enum class ShortCircuit : std::uint8_t { None, And, Or };

/// A function or method that a template may call.
struct TemplateFunction {
  std::string_view name;
  std::vector<Type> parameters;
  bool variadic = false;  ///< the last parameter any number of times
  /// The arguments are of the parameters' types; what is Any comes unboxed. Throws CallFailure.
  Value (*call)(const TemplateData& data, std::span<const Value> arguments) = nullptr;
  int results = 1;  ///< more than one cannot be used by a template
  int steps = 1;    ///< how many of an expansion's kMaxExecutionSteps a call costs
  ShortCircuit short_circuit = ShortCircuit::None;  ///< evaluates its arguments as needed; `call` is not used
};

/// What Go's text/template and Prometheus provide; nullptr: there is none of that name.
[[nodiscard]] const TemplateFunction* find_function(std::string_view name);

/// Those of Go's text/template.
[[nodiscard]] std::span<const TemplateFunction> builtin_functions();
/// Those of Prometheus 2.42.
[[nodiscard]] std::span<const TemplateFunction> alert_functions();

}  // namespace vigil::monitoring::text_template
