#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "orders/fixed_point.h"
#include "orders/time.h"

namespace vigil::orders {

struct OrderMetricsConfig {
  /// trading_order_fill_ratio, trading_fee_basis_points and execution_order_duration_quantile_seconds look
  /// back this far, the quantiles in tenths of it.
  Duration window = std::chrono::minutes{5};
};

/// Sums of a part and a whole over the last `window`, for each of `keys` keys: a ring of kBuckets spans of
/// time. Sums are exact integers, so that what leaves the window leaves no trace. Core thread only; does not
/// allocate after construction.
class RatioWindow {
 public:
  static constexpr std::size_t kBuckets = 30;
  RatioWindow(std::size_t keys, Duration window);

  void add(std::size_t key, Int128 part, Int128 whole) noexcept;
  /// Moves the window up to `now`. True if any sum may have changed since the last call. Call it about once a
  /// second; what is added between two calls counts as of the earlier one.
  bool advance(Duration now) noexcept;
  /// part / whole; nothing while the whole is not positive.
  [[nodiscard]] std::optional<double> ratio(std::size_t key) const noexcept;
  [[nodiscard]] std::size_t keys() const noexcept { return totals_.size(); }

  template <typename Wire>
  void state(Wire& wire) {
    wire(totals_);
    wire(buckets_);
    wire(current_);
    wire(started_);
    wire(changed_);
  }

 private:
  struct Sums {
    Int128 part = 0;
    Int128 whole = 0;

    template <typename Wire>
    void state(Wire& wire) {
      wire(part);
      wire(whole);
    }
  };
  Duration bucket_span_;
  std::vector<Sums> totals_;
  std::vector<Sums> buckets_;  ///< [bucket][key]
  std::int64_t current_ = 0;   ///< number of the newest bucket since time 0
  bool started_ = false;
  bool changed_ = false;
};

}  // namespace vigil::orders
