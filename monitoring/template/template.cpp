#include "monitoring/template/template.h"

#include <utility>

#include "monitoring/template/template_executor.h"
#include "monitoring/template/template_function.h"
#include "monitoring/template/template_parser.h"

namespace vigil::monitoring {

namespace {

/// What Prometheus puts before each text. Positions in messages count it.
constexpr std::string_view kDefinitions =
    "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}"
    "{{$externalURL := .ExternalURL}}{{$value := .Value}}";

}  // namespace

Template Template::parse(std::string_view alert_name, std::string_view text) {
  auto parsed = std::make_shared<text_template::ParsedTemplate>();
  parsed->name = "__alert_" + std::string(alert_name);
  if (text.size() > text_template::kMaxTemplateSource) {
    throw TemplateError("template: " + parsed->name + ":1: must have at most " +
                        std::to_string(text_template::kMaxTemplateSource) + " bytes, has " +
                        std::to_string(text.size()));
  }
  parsed->text = std::string(kDefinitions) + std::string(text);
  parsed->set = text_template::parse_template(parsed->name, parsed->text, [](std::string_view name) {
    return text_template::find_function(name) != nullptr;
  });
  return Template(std::move(parsed));
}

std::string Template::expand(const TemplateData& data) const {
  return text_template::execute_template(*parsed_, data);
}

void check_template(std::string_view alert_name, std::string_view text) {
  static_cast<void>(Template::parse(alert_name, text));
}

}  // namespace vigil::monitoring
