#include "monitoring/delivery/retry_delay.h"

#include <algorithm>
#include <cassert>

namespace vigil::monitoring {

std::chrono::milliseconds retry_delay(const RetryPolicy& policy, std::uint64_t failures,
                                      std::optional<std::chrono::seconds> asked, std::mt19937_64& random) {
  assert(failures > 0);
  constexpr std::uint64_t kMostDoublings = 20;
  const auto whole =
      std::min(policy.longest, policy.first * (std::int64_t{1} << std::min(failures - 1, kMostDoublings)));
  const auto half = static_cast<std::uint64_t>(whole.count()) / 2;
  const auto off = std::chrono::milliseconds{static_cast<std::int64_t>(random() % (half + 1))};
  const auto own = whole - off;
  if (!asked) return own;
  return std::clamp<std::chrono::milliseconds>(*asked, own, std::max(own, policy.longest_asked));
}

}  // namespace vigil::monitoring
