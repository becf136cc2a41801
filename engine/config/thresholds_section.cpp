#include <cstddef>
#include <string>

#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"

namespace vigil::engine {

void read_thresholds(const YamlValue& thresholds, AlertThresholdSettings& out) {
  using Kind = AlertThresholdSetting::Kind;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const AlertThreshold& threshold = kAlertThresholds[i];
    const YamlValue value = thresholds[std::string{threshold.name}];
    if (!value.given()) continue;
    if (value.holds(kNone)) {
      out[i] = {.kind = Kind::Off};
    } else if (value.holds(kAutomatic)) {
      out[i] = {};
    } else {
      double number = 0;
      read_real(value, number, threshold.least, threshold.most);
      out[i] = {.kind = Kind::Number, .number = number};
    }
  }
}

}  // namespace vigil::engine
