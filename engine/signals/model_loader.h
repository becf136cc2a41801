#pragma once

#include <memory>
#include <string>

#include "engine/signals/model.h"
#include "engine/signals/model_file.h"

namespace vigil::engine {

/// A model that is ready to be asked.
struct LoadedModel {
  ModelDescription description;
  std::unique_ptr<Model> model;
  std::string sha256;  ///< of the description; it has that of the other file
};

/// Reads a description ("built-in": the one that ships) and what it refers to, and checks all that can be
/// checked beforehand. Throws ModelFault.
[[nodiscard]] LoadedModel load_model(const std::string& path);

}  // namespace vigil::engine
