#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "monitoring/template/template_data.h"
#include "monitoring/template/template_error.h"

namespace vigil::monitoring {

namespace text_template {
struct ParsedTemplate;
}

/// The text of a label or an annotation of an alerting rule: a template in the language of Go's text/template
/// with the functions of Prometheus 2.42. Immutable and shared: a copy costs a reference count. Any thread.
///
/// Results are those of Prometheus byte for byte, and so are the texts of errors, with these exceptions:
/// where Go would print an address, what is there is printed; times know only UTC; reaching a bound
/// (template_executor.h, template_parser.h) is an error.
class Template {
 public:
  /// Throws TemplateError, where Prometheus refuses the rule file.
  [[nodiscard]] static Template parse(std::string_view alert_name, std::string_view text);

  /// Throws TemplateError; see there for what Prometheus shows then.
  [[nodiscard]] std::string expand(const TemplateData& data) const;

 private:
  explicit Template(std::shared_ptr<const text_template::ParsedTemplate> parsed)
      : parsed_(std::move(parsed)) {}

  std::shared_ptr<const text_template::ParsedTemplate> parsed_;
};

/// What a rule file's label or annotation must pass when the file is loaded: throws TemplateError. Like
/// Prometheus it only parses; what fails only with data is found when the alert fires.
void check_template(std::string_view alert_name, std::string_view text);

}  // namespace vigil::monitoring
