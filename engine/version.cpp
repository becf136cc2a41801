#include "engine/version.h"

namespace vigil::engine {

const char* version() noexcept {
  return VIGIL_VERSION;
}

}  // namespace vigil::engine
