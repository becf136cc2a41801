#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/core/core.h"
#include "engine/feed/feed.h"
#include "engine/output/recorder.h"
#include "engine/views/json_parts.h"

namespace vigil::engine {

/// Value at rank ceil(p * n) of the sorted samples (nearest rank); samples must not be empty. Sorts them.
[[nodiscard]] std::int64_t nearest_rank(std::vector<std::int64_t>& samples, double p);

/// Order slippage against the arrival mid, in units of 1e-8 basis points, positive = cost.
struct SlippageSummary {
  std::string symbol;
  std::uint64_t samples = 0;
  std::uint64_t missing_benchmark = 0;  ///< orders with fills whose arrival had no mid
  std::int64_t mean = 0;
  std::int64_t p50 = 0;
  std::int64_t p95 = 0;
  std::int64_t p99 = 0;
};

/// How long orders took from one stage to another, in nanoseconds of the replay's own time.
struct LatencySummary {
  std::string stage;
  std::uint64_t samples = 0;
  std::int64_t p50 = 0;
  std::int64_t p99 = 0;
  std::int64_t p999 = 0;
  std::int64_t max = 0;
};

/// What a replay did: a function of its input alone, so that two replays of the same input agree to the byte.
struct ReplayReport {
  std::vector<FeedStatistics> files;
  std::uint64_t order_rows = 0;
  orders::Timestamp first{};
  orders::Timestamp last{};
  std::uint64_t not_created = 0;
  std::uint64_t slices = 0;
  std::array<std::uint64_t, orders::kOrderStatusCount> orders_by_status{};
  std::array<std::uint64_t, orders::kDenyReasonCount> denials{};
  std::array<std::uint64_t, orders::kRejectReasonCount> rejects{};
  std::uint64_t fills = 0;
  std::vector<Recorder::RecordedAlert> alerts;  ///< of a journal; a replay of a feed has none
  std::vector<positions::PositionView> positions;
  std::vector<positions::AccountView> accounts;
  orders::ExactMoney identity_residual{};
  std::vector<SlippageSummary> slippage;
  std::vector<LatencySummary> latency;
  Json execution_quality;  ///< as /api/venues has it, and more
  Json performance;
  Json risk;
  Json strategies;  ///< P&L since the start
  Json traded;      ///< by symbol and venue
  Json curves;
  Json models = Json::array();  ///< of a journal: none, it has what they said
};

[[nodiscard]] ReplayReport make_report(const EngineConfig& config, Core& core, const Recorder& recorder,
                                       std::vector<FeedStatistics> files, std::uint64_t order_rows,
                                       orders::Timestamp end);
/// Money, prices and quantities are decimal strings; what is unknown is null.
[[nodiscard]] Json report_document(const EngineConfig& config, const ReplayReport& report);
[[nodiscard]] std::string report_json(const EngineConfig& config, const ReplayReport& report);
/// The same as readable tables.
void print_report(std::ostream& out, const EngineConfig& config, const ReplayReport& report);

}  // namespace vigil::engine
