#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/bench/complete_trees.h"
#include "engine/signals/features.h"
#include "feed_files.h"
#include "monitoring/http/digest.h"

/// Models for tests, as files.
namespace vigil::engine::testing {

/// The text with its only occurrence of `part` replaced. A test that replaces nothing tests nothing.
inline std::string replaced(std::string text, std::string_view part, std::string_view with) {
  const std::size_t at = text.find(part);
  if (at == std::string::npos || text.find(part, at + 1) != std::string::npos) {
    throw std::logic_error("must stand once: " + std::string{part});
  }
  return text.replace(at, part.size(), with);
}

/// z = 0.5 + 2 * (touch_imbalance - 0.1) / 0.5 - 1 * (spread_bp - 3) / 2.
inline std::string linear_description() {
  return R"({
 "format": 1,
 "name": "test",
 "version": "7",
 "kind": "linear",
 "features": ["touch_imbalance", "spread_bp"],
 "label": "mid_sign",
 "horizon": "1s",
 "thresholds": {"buy": 0.6, "sell": 0.4},
 "confidence": {"medium": 0.6, "high": 0.75},
 "linear": {"intercept": 0.5, "weights": [2, -1], "means": [0.1, 3], "scales": [0.5, 2]},
 "distribution": {
  "touch_imbalance": {"edges": [-0.5, 0, 0.5], "shares": [0.25, 0.25, 0.25, 0.25]},
  "spread_bp": {"edges": [2], "shares": [0.5, 0.5]}
 },
 "importance": {"touch_imbalance": 0.8, "spread_bp": 0.2},
 "training": {"seconds": 12.5, "samples": 1000, "scores": {"accuracy": 0.625, "log_loss": 0.65}}
}
)";
}

inline std::string xgboost_description(std::string_view booster) {
  const std::string linear = linear_description();
  const std::size_t begin = linear.find(" \"linear\": {");
  const std::size_t end = linear.find('\n', begin);
  return replaced(linear.substr(0, begin) + R"( "xgboost": {"file": "test.xgboost.json", "sha256": ")" +
                      monitoring::sha256_hex(booster) + "\"}," + linear.substr(end),
                  "\"kind\": \"linear\"", "\"kind\": \"xgboost\"");
}

/// One split: an imbalance below 0.25 is worth -1, from there on 2.
inline std::vector<bench::CompleteTree> stump() {
  return {{.splits = {{.input = 0, .bound = 0.25F}}, .leaves = {-1, 2}}};
}

/// Both files; gives the path of the description.
inline std::string write_xgboost(const TemporaryDirectory& folder, const std::string& booster) {
  (void)folder.write("test.xgboost.json", booster);
  return folder.write("test.json", xgboost_description(booster));
}

}  // namespace vigil::engine::testing
