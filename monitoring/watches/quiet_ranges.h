#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "monitoring/metrics/gauge_cell.h"
#include "monitoring/watches/watch_program.h"

namespace vigil::monitoring {

/// Finds out how far the gauges of a watch may go without a change of what it says. One thread; allocates in
/// the constructor only.
class QuietRanges {
 public:
  /// Programs have so many inputs and steps at most.
  QuietRanges(std::size_t inputs, std::size_t steps);

  /// A range for each input so that, as long as all of them stay within theirs, the program's result is
  /// present if `is_present` and else absent, as it is for `values`. Proven by bound(), not guessed: boxes
  /// around the values are tried from large to small, then each side is pushed as far as holds. A comparison
  /// of a gauge with a constant gets the whole half-line. The result is the caller's until the next call.
  ///
  /// It takes some tens of evaluations of the program; the more inputs, the fewer a piece.
  [[nodiscard]] std::span<const GaugeWatch::Range> find(const WatchProgram& program,
                                                        std::span<const double> values,
                                                        bool is_present) noexcept;
  /// The narrowest: any change asks for a judgement.
  [[nodiscard]] static GaugeWatch::Range at(double value) noexcept;

 private:
  [[nodiscard]] bool is_proven(const WatchProgram& program, bool is_present) noexcept;
  void set_boxes(std::span<const double> values, double scale, double unit) noexcept;
  void widen(const WatchProgram& program, std::size_t input, bool upwards, double unit,
             bool is_present) noexcept;

  std::vector<WatchBounds> boxes_;
  std::vector<WatchBounds> scratch_;
  std::vector<GaugeWatch::Range> ranges_;
};

}  // namespace vigil::monitoring
