#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/monitor/predicted_signals.h"
#include "monitoring/metrics/registry.h"
#include "monitoring/prediction/recent_values.h"
#include "monitoring/prediction/robust_score.h"
#include "monitoring/promql/engine.h"
#include "monitoring/store/history_config.h"
#include "monitoring/store/sample_source.h"

namespace vigil::engine {

/// Judges from the history where the engine is going: when limits will be reached, how loaded resources will
/// be, which values are unusual, and which go together. Publishes metric::kPredictionMetrics. One thread,
/// that of the monitor.
///
/// A round of all signals begins every 10 s and is worked off in turns, one a sample: a turn ends with the
/// signal that used up its 4 ms, the next one goes on there. A signal is given up for this round, its series
/// go, and a counter tells, if it alone takes longer than 50 ms or half a million samples, has more than
/// 1,000 series, or the history cannot be read.
///
/// - Time to breach: fit_trend() over the last 15 minutes, else 5, else 2: the longest window that shows a
///   significant trend. A line is followed no further than 16 times its window. 0 once a limit is exceeded,
///   or a resource used up. The most urgent series of a signal counts.
/// - Load: that line in 15 minutes, never below 0; the present value where there is no trend. The largest
///   series counts. Of capacities the present value is published as well.
/// - Anomaly: the smaller of two robust scores, so that what either the last hour or this time of day
///   explains is none. One is against the values of the last hour, at least 10 minutes of them; the other
///   against those within 15 minutes of this time of day on the last days (7, or as many as the history keeps
///   by minutes), once there are 20 minutes of them. One of these days is looked up each round.
/// - Correlation: of changes from minute to minute, over the last hour, because the values themselves of what
///   wanders (exposure, P&L) seem correlated where nothing is (Yule 1926, Granger and Newbold 1974). The ten
///   strongest beyond what chance gives.
///
/// The history is read back to the beginning of these windows in the first round alone; from then on they
/// are kept here, 90 or 120 values a series. What is watched is published, and so recorded, which makes other
/// days a matter of reading one family of series.
class Predictions {
 public:
  struct Sources {
    const monitoring::promql::Engine& engine;
    const monitoring::SampleSource& history;
    std::function<std::chrono::nanoseconds()> clock;  ///< monotonic; how long a turn takes
  };
  /// What `sources` has and the registry outlive this.
  Predictions(const monitoring::HistoryConfig& config, Sources sources, monitoring::Registry& registry);

  static void declare(monitoring::Registry& registry);

  /// Goes on with the round, or begins one when it is time. `now`: of the newest sample.
  void turn(monitoring::SampleTime now);

 private:
  struct Limited {
    LimitedSignal signal;
    monitoring::promql::ExpressionPtr expression;
    monitoring::Gauge time_to_breach;
    monitoring::Gauge load;  ///< of nothing unless the signal is a load
    monitoring::Gauge used;  ///< of nothing unless it is a capacity
    std::map<std::string, monitoring::Gauge, std::less<>> of_accounts;  ///< time to breach
    monitoring::Counter failures;
    bool is_recalled = false;  ///< what the history had is in `series`
    std::map<monitoring::Labels, monitoring::RecentValues> series;
  };
  struct Watched {
    WatchedSignal signal;
    monitoring::promql::ExpressionPtr expression;
    monitoring::Gauge value;
    monitoring::Gauge score;
    monitoring::Counter failures;
    monitoring::RecentValues recent;                ///< of the last hour
    std::vector<double> other_days;                 ///< at this time of day, of the days looked up so far
    std::optional<monitoring::Baseline> usual_now;  ///< at this time of day
  };
  /// A place for each of two watched signals, the first before the second.
  struct Pair {
    std::size_t first, second;
    monitoring::Gauge coefficient;
  };

  /// False: the round is over.
  bool next_step(monitoring::SampleTime now);
  void judge(Limited& limited, monitoring::SampleTime now);
  void update(Limited& limited, monitoring::SampleTime now);
  void publish_of_account(Limited& limited, const monitoring::Labels& labels, std::optional<double> seconds);
  void judge(Watched& watched, monitoring::SampleTime now);
  void recall_last_hour(monitoring::SampleTime now);
  void look_up_day(monitoring::SampleTime now);
  void correlate();
  [[nodiscard]] monitoring::promql::QueryContext budget() const;
  /// Hands over each value of metric::kWatchedValue there was at these times.
  void read_watched(monitoring::SampleTime from, monitoring::SampleTime to, monitoring::SampleTime step,
                    const std::function<void(Watched&, const monitoring::Sample&)>& take);

  Sources sources_;
  monitoring::promql::ExpressionPtr all_watched_;
  monitoring::Registry& registry_;
  int days_;  ///< of the history by minutes
  std::vector<Limited> limited_;
  std::vector<Watched> watched_;
  std::vector<Pair> pairs_;
  monitoring::Histogram duration_;
  std::optional<monitoring::SampleTime> round_began_;
  std::size_t step_ = 0;  ///< of the round
  int day_ = 0;           ///< looked up last; 1: yesterday
};

}  // namespace vigil::engine
