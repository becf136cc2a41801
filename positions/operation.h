#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "positions/position.h"

namespace vigil::positions {

/// What people call a change of position.
enum Operation : std::size_t { kOpen, kModify, kClose };
inline constexpr std::size_t kOperationCount = 3;
inline constexpr std::array<std::string_view, kOperationCount> kOperationNames{"open", "modify", "close"};
inline constexpr std::array<std::string_view, 2> kOperationStatusNames{"success", "failure"};

/// Calls `report(Operation)` once for each operation that `change` is: a flip is two.
template <typename Report>
void for_each_operation(PositionChange change, const Report& report) noexcept {
  switch (change) {
    case PositionChange::Opened:
      report(kOpen);
      return;
    case PositionChange::Increased:
    case PositionChange::Reduced:
      report(kModify);
      return;
    case PositionChange::Closed:
      report(kClose);
      return;
    case PositionChange::Flipped:
      report(kClose);
      report(kOpen);
      return;
  }
}

}  // namespace vigil::positions
