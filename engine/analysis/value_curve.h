#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "orders/time.h"

namespace vigil::engine {

/// How a value went over time, in a bounded number of buckets. A bucket is a whole multiple of the curve's
/// width; when the time from the first value to the last needs more of them than there may be, neighbours
/// merge and the width doubles, so that first, last, least and greatest stay exact whatever the span.
/// A bucket in which no value was known says so; one in which nothing was told is not there: the value did
/// not change. One thread.
class ValueCurve {
 public:
  static constexpr std::size_t kMostBuckets = 512;
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

  struct Bucket {
    std::int64_t number = 0;  ///< its time over the width, rounded down
    double first = kUnknown;  ///< of those known; NaN: none was
    double last = kUnknown;
    double least = kUnknown;
    double greatest = kUnknown;

    [[nodiscard]] bool is_known() const noexcept { return first == first; }
    template <typename Wire>
    void state(Wire& wire) {
      wire(number);
      wire(first);
      wire(last);
      wire(least);
      wire(greatest);
    }
  };

  /// `width`: of a bucket at first; positive.
  explicit ValueCurve(orders::Duration width) : width_(width) {}

  /// NaN: not known. A time before the last one counts as that.
  void add(orders::Timestamp time, double value);
  /// Nothing was ever seen; the width is `width` again.
  void clear(orders::Duration width);

  /// By time. The time of a bucket is its number times the width.
  [[nodiscard]] const std::vector<Bucket>& buckets() const noexcept { return buckets_; }
  [[nodiscard]] orders::Duration width() const noexcept { return width_; }
  [[nodiscard]] orders::Timestamp time_of(const Bucket& bucket) const noexcept {
    return orders::Timestamp{width_ * bucket.number};
  }
  /// The greatest fall from a value to a later one, of all that were told; 0 or positive.
  [[nodiscard]] double worst_drop() const noexcept { return worst_drop_; }
  /// The last value known; NaN: none was.
  [[nodiscard]] double last_known() const noexcept { return last_known_; }

  template <typename Wire>
  void state(Wire& wire) {
    wire(width_);
    wire.list(buckets_, kMostBuckets);
    wire(peak_);
    wire(worst_drop_);
    wire(last_known_);
    if constexpr (Wire::kReads) {
      if (!is_sound()) wire.fail();
    }
  }

 private:
  void halve_resolution();
  /// What was read: buckets by time, all of them within the span.
  [[nodiscard]] bool is_sound() const noexcept;

  orders::Duration width_;
  std::vector<Bucket> buckets_;
  double peak_ = kUnknown;
  double worst_drop_ = 0;
  double last_known_ = kUnknown;
};

}  // namespace vigil::engine
