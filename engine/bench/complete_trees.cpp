#include "engine/bench/complete_trees.h"

#include <fmt/format.h>

#include <cassert>
#include <cmath>

#include "engine/random.h"

namespace vigil::engine::bench {
namespace {

// The library tells whole numbers from others by how they are written.

/// "[a,b,c]" of `text_of(i)` for each i below count.
template <typename TextOf>
std::string list(std::size_t count, TextOf text_of) {
  std::string text = "[";
  for (std::size_t i = 0; i < count; ++i) text.append(i == 0 ? "" : ",").append(text_of(i));
  return text + "]";
}

std::string number(float value) {
  return std::isnan(value) ? "NaN" : fmt::format("{:#}", value);
}

std::string tree_json(const CompleteTree& tree, std::size_t id, std::size_t inputs) {
  const std::size_t inner = tree.splits.size();
  const std::size_t nodes = inner + tree.leaves.size();
  assert(tree.leaves.size() == inner + 1);
  const auto all = [nodes](auto text_of) { return list(nodes, text_of); };
  const auto zeros = all([](std::size_t) { return "0"; });
  const auto real_zeros = all([](std::size_t) { return "0.0"; });
  const auto below = [&](std::size_t which) {
    return all([=](std::size_t i) { return i < inner ? std::to_string(2 * i + which) : "-1"; });
  };
  constexpr const char* kRoot = "2147483647";
  return fmt::format(
      R"({{"base_weights":{},"categories":[],"categories_nodes":[],"categories_segments":[],)"
      R"("categories_sizes":[],"default_left":{},"id":{},"left_children":{},"loss_changes":{},"parents":{},)"
      R"("right_children":{},"split_conditions":{},"split_indices":{},"split_type":{},"sum_hessian":{},)"
      R"("tree_param":{{"num_deleted":"0","num_feature":"{}","num_nodes":"{}","size_leaf_vector":"0"}}}})",
      real_zeros, zeros, id, below(1), real_zeros,
      all([](std::size_t i) { return i == 0 ? kRoot : std::to_string((i - 1) / 2); }), below(2),
      all([&](std::size_t i) { return number(i < inner ? tree.splits[i].bound : tree.leaves[i - inner]); }),
      all([&](std::size_t i) { return std::to_string(i < inner ? tree.splits[i].input : 0); }), zeros,
      all([](std::size_t i) { return number(std::exp2(-std::floor(std::log2(static_cast<float>(i + 1))))); }),
      inputs, nodes);
}

}  // namespace

std::string booster_json(const std::vector<CompleteTree>& trees, std::size_t inputs,
                         std::string_view objective) {
  return fmt::format(
      R"({{"learner":{{"attributes":{{}},"feature_names":[],"feature_types":[],"gradient_booster":{{"model":)"
      R"({{"gbtree_model_param":{{"num_parallel_tree":"1","num_trees":"{0}","size_leaf_vector":"0"}},)"
      R"("tree_info":{1},"trees":{2}}},"name":"gbtree"}},"learner_model_param":{{"base_score":"5E-1",)"
      R"("boost_from_average":"1","num_class":"0","num_feature":"{3}","num_target":"1"}},"objective":)"
      R"({{"name":"{4}","reg_loss_param":{{"scale_pos_weight":"1"}}}}}},"version":[1,7,4]}})",
      trees.size(), list(trees.size(), [](std::size_t) { return "0"; }),
      list(trees.size(), [&](std::size_t i) { return tree_json(trees[i], i, inputs); }), inputs, objective);
}

std::vector<CompleteTree> random_trees(std::size_t count, std::size_t depth, std::size_t inputs,
                                       std::uint64_t seed) {
  Random random(seed);
  std::vector<CompleteTree> trees(count);
  for (CompleteTree& tree : trees) {
    tree.splits.resize((std::size_t{1} << depth) - 1);
    for (CompleteTree::Split& split : tree.splits) {
      split.input = static_cast<std::size_t>(random.below(inputs));
      split.bound = static_cast<float>(random.uniform() * 2 - 1);
    }
    tree.leaves.resize(tree.splits.size() + 1);
    for (float& leaf : tree.leaves) leaf = static_cast<float>(random.uniform() * 0.2 - 0.1);
  }
  return trees;
}

}  // namespace vigil::engine::bench
