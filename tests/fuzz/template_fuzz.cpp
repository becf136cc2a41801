// The input is the text of an annotation: it is parsed, and expanded twice with the same data.
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/template/template.h"

namespace {

using namespace vigil::monitoring;

TemplateData data() {
  TemplateData out{.labels = Labels{{"instance", "host.example.org:9100"}, {"job", "node"}},
                   .external_labels = Labels{{"region", "eu"}},
                   .external_url = "http://example.org/prom",
                   .value = 1.5,
                   .query = {}};
  out.query = [](const std::string& expression) -> std::vector<TemplateSample> {
    if (expression.find("up") == std::string::npos) throw std::runtime_error("unknown");
    return {{Labels{{"i", "b"}}, 2}, {Labels{{"i", "a"}}, 1}};
  };
  return out;
}

std::string expanded(const Template& parsed, const TemplateData& values) {
  try {
    return parsed.expand(values);
  } catch (const TemplateError& error) {
    if (std::string_view(error.what()).empty()) std::abort();
    return error.replacement();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static const TemplateData values = data();
  try {
    const Template parsed = Template::parse("Fuzz", {reinterpret_cast<const char*>(bytes), size});
    if (expanded(parsed, values) != expanded(parsed, values)) std::abort();
  } catch (const TemplateError& error) {
    if (!std::string_view(error.what()).starts_with("template: __alert_Fuzz:")) std::abort();
  }
  return 0;
}
