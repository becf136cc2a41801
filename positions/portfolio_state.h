#pragma once

// How the books are kept over a restart: Portfolio::state().

#include "positions/portfolio_impl.h"

namespace vigil::positions {

template <typename Wire>
void Portfolio::state(Wire& wire) {
  wire(*impl_);
}

}  // namespace vigil::positions
