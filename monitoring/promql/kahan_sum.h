#pragma once

#include <cmath>

namespace vigil::monitoring::promql {

/// A sum that carries what rounding lost (Kahan's summation, improved by Neumaier): sum + lost is the result.
struct KahanSum {
  double sum = 0;
  double lost = 0;

  /// As Prometheus 3 adds: an infinite sum has lost nothing.
  void add(double value) noexcept {
    const double total = sum + value;
    if (std::isinf(total)) {
      lost = 0;
    } else if (std::fabs(sum) >= std::fabs(value)) {
      lost += (sum - total) + value;
    } else {
      lost += (value - total) + sum;
    }
    sum = total;
  }
  /// As Prometheus 2 adds.
  void add_unguarded(double value) noexcept {
    const double total = sum + value;
    if (std::fabs(sum) >= std::fabs(value)) {
      lost += (sum - total) + value;
    } else {
      lost += (value - total) + sum;
    }
    sum = total;
  }
  [[nodiscard]] double total() const noexcept { return sum + lost; }
};

/// The mean as Prometheus 3 takes it: a sum divided by the count, and once the sum would overflow a mean that
/// every value moves a little.
class KahanMean {
 public:
  void add(double value) noexcept {
    count_ += 1;
    if (count_ == 1) {
      sum_.sum = value;
      return;
    }
    if (!incremental_) {
      KahanSum next = sum_;
      next.add(value);
      if (!std::isinf(next.sum)) {
        sum_ = next;
        return;
      }
      incremental_ = true;
      sum_.sum /= count_ - 1;
      sum_.lost /= count_ - 1;
    }
    const double weight = (count_ - 1) / count_;
    sum_.sum *= weight;
    sum_.lost *= weight;
    sum_.add(value / count_);
  }
  [[nodiscard]] double mean() const noexcept {
    return incremental_ ? sum_.sum + sum_.lost : sum_.sum / count_ + sum_.lost / count_;
  }

 private:
  KahanSum sum_;
  double count_ = 0;
  bool incremental_ = false;
};

}  // namespace vigil::monitoring::promql
