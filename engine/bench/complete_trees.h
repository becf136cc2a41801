#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Models of XGBoost that nobody trained, for measuring and testing.
namespace vigil::engine::bench {

/// A tree all of whose leaves are equally deep. Nodes stand level by level: those below node i are 2i + 1 and
/// 2i + 2, and the first of them takes inputs below the bound.
struct CompleteTree {
  struct Split {
    std::size_t input = 0;
    float bound = 0;
  };
  std::vector<Split> splits;  ///< 2^depth - 1
  std::vector<float> leaves;  ///< 2^depth: what each adds to the log-odds
};

/// As XGBoost 1.7 writes it, in JSON, its inputs without names.
[[nodiscard]] std::string booster_json(const std::vector<CompleteTree>& trees, std::size_t inputs,
                                       std::string_view objective = "binary:logistic");

/// Bounds from -1 to 1, leaves up to 0.1 away from 0; the same for the same seed.
[[nodiscard]] std::vector<CompleteTree> random_trees(std::size_t count, std::size_t depth, std::size_t inputs,
                                                     std::uint64_t seed);

}  // namespace vigil::engine::bench
