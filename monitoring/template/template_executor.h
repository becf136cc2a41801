#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "monitoring/template/template_data.h"
#include "monitoring/template/template_node.h"

namespace vigil::monitoring::text_template {

/// Templates that call templates, and blocks inside blocks, beyond this end the expansion.
inline constexpr int kMaxTemplateDepth = 100;
inline constexpr int kMaxExecutionDepth = 1'000;
/// What an expansion may do in all: one for each node, one for each 64 bytes of text that is handed on, and
/// what the functions cost.
inline constexpr std::int64_t kMaxExecutionSteps = 2'000'000;

/// A text and what parse_template() made of it.
struct ParsedTemplate {
  std::string name;
  std::string text;
  TemplateSet set;
};

/// Runs the template that has the text's name. Throws TemplateError.
[[nodiscard]] std::string execute_template(const ParsedTemplate& parsed, const TemplateData& data);

}  // namespace vigil::monitoring::text_template
