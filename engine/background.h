#pragma once

#include <sys/resource.h>
#include <unistd.h>

namespace vigil::engine {

/// From now on the calling thread stands behind everything else that the machine has to do.
inline void run_in_background() noexcept {
  constexpr int kNicest = 19;
  static_cast<void>(::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNicest));
}

}  // namespace vigil::engine
