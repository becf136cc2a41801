#pragma once

namespace vigil::engine {

/// "0.1.0": the version of the project this binary was built from.
[[nodiscard]] const char* version() noexcept;

}  // namespace vigil::engine
