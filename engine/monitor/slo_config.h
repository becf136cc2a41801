#pragma once

#include <string>
#include <vector>

namespace vigil::engine {

/// Which service level objectives the engine judges itself by.
struct SloConfig {
  bool built_in = true;            ///< those that ship with the engine, see built_in_slos_text()
  std::vector<std::string> files;  ///< paths, with * and ? where they stand for several; besides
};

}  // namespace vigil::engine
