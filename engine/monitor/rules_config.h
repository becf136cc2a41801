#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace vigil::engine {

struct RulesConfig {
  bool built_in = true;            ///< the rules that ship with the engine, see built_in_rules_text()
  std::vector<std::string> files;  ///< paths, with * and ? where they stand for several
  bool watch = true;               ///< read rule files and configuration again when they change
  std::chrono::nanoseconds evaluation_interval = std::chrono::seconds{10};  ///< of groups that name none
  std::string external_url;  ///< before the path in links to rules; empty: http:// and the first address
};

}  // namespace vigil::engine
