#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "monitoring/watches/watch_program.h"

namespace vigil::monitoring {

/// The results, of whatever kind, of a step's operands.
template <typename Result>
class WatchOperands {
 public:
  WatchOperands(const WatchProgram& program, const WatchStep& step, std::span<const Result> results) noexcept
      : numbers_(std::span{program.operands}.subspan(step.first_operand, step.operand_count)),
        results_(results) {}
  [[nodiscard]] std::size_t size() const noexcept { return numbers_.size(); }
  [[nodiscard]] const Result& operator[](std::size_t i) const noexcept { return results_[numbers_[i]]; }

 private:
  std::span<const std::uint32_t> numbers_;
  std::span<const Result> results_;
};

}  // namespace vigil::monitoring
