#pragma once

#include <cstddef>
#include <optional>

#include "orders/time.h"

namespace vigil::engine {

/// How long the cancels that an alert asked for take: from the moment the alert's condition was seen until
/// the last of the orders has ended. While cancels are awaited, further ones join them, and the first moment
/// counts. Core thread only.
class CancelWatch {
 public:
  /// `count` more ends are awaited. The duration, if there is nothing to wait for.
  std::optional<orders::Duration> begin(std::size_t count, orders::Duration detected,
                                        orders::Duration now) noexcept {
    if (outstanding_ == 0) detected_ = detected;
    outstanding_ += count;
    if (outstanding_ > 0) return std::nullopt;
    return now - detected;
  }
  /// One has ended. The duration, if it was the last.
  std::optional<orders::Duration> ended(orders::Duration now) noexcept {
    if (outstanding_ == 0 || --outstanding_ > 0) return std::nullopt;
    return now - detected_;
  }
  [[nodiscard]] std::size_t outstanding() const noexcept { return outstanding_; }

  template <typename Wire>
  void state(Wire& wire) {
    wire(outstanding_);
    wire(detected_);
  }

 private:
  std::size_t outstanding_ = 0;
  orders::Duration detected_{};
};

}  // namespace vigil::engine
