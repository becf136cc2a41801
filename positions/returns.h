#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace vigil::positions {

/// What returns are measured against, all per period, and how many periods make a year.
struct ReturnBenchmark {
  double risk_free = 0;
  double acceptable = 0;  ///< below it a return counts as a loss for the Sortino ratio (MAR)
  double periods_per_year = 1;
};

/// Sharpe and Sortino ratios of a sequence of returns of equal periods, of the last `capacity` of them or of
/// all (0). Sharpe = (mean - risk free) / deviation with n - 1 * sqrt(periods a year); Sortino = (mean - MAR)
/// / sqrt(sum of min(r - MAR, 0)^2 / n over all n) * sqrt(periods a year). One thread; allocates up to
/// `capacity`.
class Returns {
 public:
  Returns(std::size_t capacity, const ReturnBenchmark& benchmark)
      : capacity_(capacity), benchmark_(benchmark) {}

  void add(double r);
  [[nodiscard]] std::uint64_t count() const noexcept { return capacity_ == 0 ? count_ : ring_.size(); }
  /// Nothing before two returns, and while they do not deviate.
  [[nodiscard]] std::optional<double> sharpe() const noexcept;
  /// Nothing before the first return, and while none is below the MAR.
  [[nodiscard]] std::optional<double> sortino() const noexcept;

  template <typename Wire>
  void state(Wire& wire) {
    std::uint64_t capacity = capacity_;
    std::vector<double> ring = ring_;
    wire(capacity);
    wire.list(ring, kMost);
    wire(next_);
    wire(count_);
    wire(mean_);
    wire(squares_);
    wire(downside_);
    if (capacity == capacity_ && ring.size() <= capacity_ && (next_ < capacity_ || next_ == 0)) {
      ring_ = std::move(ring);
    } else {
      // A window of another length now: it fills anew.
      *this = Returns(capacity_, benchmark_);
    }
  }

 private:
  static constexpr std::size_t kMost = std::size_t{1} << 24U;

  struct Moments {
    double count = 0;
    double mean = 0;
    double squares = 0;   ///< of the distances from the mean
    double downside = 0;  ///< squares of what is below the MAR
  };
  [[nodiscard]] Moments moments() const noexcept;

  std::size_t capacity_;
  ReturnBenchmark benchmark_;
  std::vector<double> ring_;
  std::uint64_t next_ = 0;
  // Of all (Welford): what is in a ring is summed up anew when somebody asks, so that what left it leaves no
  // trace.
  std::uint64_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;
  double downside_ = 0;
};

}  // namespace vigil::positions
