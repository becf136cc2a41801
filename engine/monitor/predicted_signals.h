#pragma once

#include <string>
#include <vector>

#include "monitoring/prediction/robust_score.h"
#include "monitoring/store/history_config.h"

namespace vigil::engine {

/// A limit of the engine. The expression gives the used part of it, 1 = all of it; one series or several, the
/// most urgent of which counts.
struct LimitedSignal {
  std::string name;
  std::string expression;
  bool is_of_account = false;  ///< each account has its own: what is ahead is published of each, too
  bool is_load = false;        ///< of a resource: where it will be is published, too
  bool is_capacity = false;    ///< a load that should not come near 1: what is used now is published, too
};

/// A value whose usual course is learnt. The expression gives one number, or none.
struct WatchedSignal {
  std::string name;
  std::string expression;
  monitoring::ScaleFloor floor;
};

/// Every limit that has both sides among the metrics; of the history's those that `history` sets. Not the
/// bound of a history in memory, which is made to be full.
[[nodiscard]] std::vector<LimitedSignal> limited_signals(const monitoring::HistoryConfig& history);
[[nodiscard]] std::vector<WatchedSignal> watched_signals();

}  // namespace vigil::engine
