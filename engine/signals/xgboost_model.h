#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/signals/model.h"

namespace vigil::engine {

/// A model that XGBoost has written as JSON or UBJSON. What the bytes are is vouched for by their hash: the
/// library trusts what it reads. Throws ModelFault, with `path` for the file, unless it is a binary:logistic
/// model of exactly these inputs; where it knows their names they must be these, in this order.
///
/// Calls take 5 to 20 us with a hundred small trees, contributions several times that; the library allocates
/// within them. It uses the calling thread alone.
[[nodiscard]] std::unique_ptr<Model> make_xgboost_model(std::string_view bytes,
                                                        const std::vector<std::string_view>& inputs,
                                                        const std::string& path);

}  // namespace vigil::engine
