#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"

namespace vigil::engine {

void read_reports(const YamlValue& reports, ReportConfig& out) {
  read_count(reports["keep"], out.keep, 1, 10'000);
}

}  // namespace vigil::engine
