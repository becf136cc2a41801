#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::risk {

struct CorrelationConfig {
  orders::Duration interval = std::chrono::seconds{10};
  orders::Duration half_life = std::chrono::minutes{10};  ///< after which a return counts half
  std::size_t most = 500;                                 ///< instruments, the first of the configuration
};

/// How instruments move together: of logarithmic returns over aligned intervals, weighted so that older ones
/// count less. With S(a, b) = sum over intervals of w^age * a * b, w = 0.5^(interval / half life), the
/// coefficient of two is S(x, y) / sqrt(S(x, x) * S(y, y)), each sum over the intervals in which both were
/// quoted: an instrument that was silent has no return, rather than one of 0 that would pull every
/// coefficient towards 0. One thread; allocates in its constructor.
class Correlations {
 public:
  Correlations(const CorrelationConfig& config, std::size_t instrument_count);

  /// The instrument was quoted since the last sample.
  void quoted(orders::InstrumentId instrument) noexcept {
    if (orders::index(instrument) < quoted_.size()) quoted_[orders::index(instrument)] = 1;
  }
  /// The first time in or after a new interval; `log_mid_of(i)`: logarithm of its mid, or nothing. True: the
  /// coefficients have changed.
  template <typename LogMidOf>
  bool sample(orders::Timestamp time, const LogMidOf& log_mid_of) noexcept {
    const std::int64_t interval = time.time_since_epoch() / config_.interval;
    if (last_interval_ && interval <= *last_interval_) return false;
    // Where intervals were passed over nothing happened in them: what did belongs to the first, the others
    // have no returns.
    const bool is_first = !last_interval_;
    last_interval_ = interval;
    for (std::size_t i = 0; i < returns_.size(); ++i) observe(i, log_mid_of(i));
    if (!is_first) update();
    return !is_first;
  }

  [[nodiscard]] std::size_t count() const noexcept { return returns_.size(); }
  /// -1 to 1; nothing while one of the two has not moved in an interval in which both were quoted.
  [[nodiscard]] std::optional<double> coefficient(std::size_t a, std::size_t b) const noexcept;
  /// The end of the last interval.
  [[nodiscard]] std::optional<orders::Timestamp> as_of() const noexcept {
    if (!last_interval_) return std::nullopt;
    return orders::Timestamp{*last_interval_ * config_.interval};
  }

  /// Of another number of instruments or another interval: the coefficients come together anew.
  template <typename Wire>
  void state(Wire& wire) {
    constexpr std::size_t kMost = std::size_t{1} << 24U;
    std::vector<std::uint8_t> quoted = quoted_;
    std::vector<double> log_mids = log_mids_;
    std::vector<Pair> pairs = pairs_;
    orders::Duration interval = config_.interval;
    auto last = last_interval_;
    wire(interval);
    wire.list(quoted, kMost);
    wire.list(log_mids, kMost);
    wire.list(pairs, kMost);
    wire(last);
    const bool fits = interval == config_.interval && quoted.size() == quoted_.size() &&
                      log_mids.size() == log_mids_.size() && pairs.size() == pairs_.size();
    if (!Wire::kReads || !fits) return;
    quoted_ = std::move(quoted);
    log_mids_ = std::move(log_mids);
    pairs_ = std::move(pairs);
    last_interval_ = last;
  }

 private:
  struct Pair {
    double both = 0;   ///< S(x, y)
    double first = 0;  ///< S(x, x) over the intervals of the pair
    double second = 0;

    template <typename Wire>
    void state(Wire& wire) {
      wire(both);
      wire(first);
      wire(second);
    }
  };
  void observe(std::size_t instrument, std::optional<double> log_mid) noexcept;
  void update() noexcept;
  /// a < b.
  [[nodiscard]] std::size_t place(std::size_t a, std::size_t b) const noexcept { return b * (b - 1) / 2 + a; }

  CorrelationConfig config_;
  double weight_;
  std::vector<std::uint8_t> quoted_;
  std::vector<double> log_mids_;  ///< NaN: none
  std::vector<double> returns_;   ///< of this interval; NaN: none
  std::vector<Pair> pairs_;
  std::optional<std::int64_t> last_interval_;
};

}  // namespace vigil::risk
