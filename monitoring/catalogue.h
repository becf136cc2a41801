#pragma once

namespace vigil::monitoring {

class Registry;

/// Declares every metric of the module, for `definitions()` of a registry whose users have not been wired.
void declare_all(Registry& registry);

}  // namespace vigil::monitoring
