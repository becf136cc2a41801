#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "monitoring/store/labels.h"

namespace vigil::monitoring {

/// On one line; what is not UTF-8 is replaced.
[[nodiscard]] inline std::string text_of(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// One member per label.
[[nodiscard]] inline nlohmann::json labels_of(const Labels& labels) {
  nlohmann::json object = nlohmann::json::object();
  for (const Label label : labels) object[std::string{label.name}] = label.value;
  return object;
}

}  // namespace vigil::monitoring
