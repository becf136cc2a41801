#include "engine/output/report.h"

#include <algorithm>
#include <cmath>

#include "engine/output/report_parts.h"
#include "engine/views/execution_json.h"
#include "engine/views/limit_json.h"
#include "engine/views/market_json.h"
#include "engine/views/performance_json.h"
#include "engine/views/scenario_json.h"
#include "orders/execution_quality.h"

namespace vigil::engine {
namespace {

using orders::Order;
using orders::Stage;

struct StagePair {
  const char* name;
  Stage from;
  Stage to;
};
constexpr std::array<StagePair, 7> kStagePairs{
    {{"decided_to_received", Stage::Decided, Stage::Received},
     {"received_to_risk_checked", Stage::Received, Stage::RiskChecked},
     {"risk_checked_to_sent", Stage::RiskChecked, Stage::Sent},
     {"sent_to_acknowledged", Stage::Sent, Stage::Acknowledged},
     {"sent_to_first_fill", Stage::Sent, Stage::FirstFill},
     {"sent_to_last_fill", Stage::Sent, Stage::LastFill},
     {"received_to_closed", Stage::Received, Stage::Closed}}};

std::vector<LatencySummary> latencies(const std::vector<Order>& all) {
  std::vector<LatencySummary> result;
  for (const StagePair& pair : kStagePairs) {
    std::vector<std::int64_t> samples;
    for (const Order& order : all) {
      const orders::Timestamp from = order.stage(pair.from).wall;
      const orders::Timestamp to = order.stage(pair.to).wall;
      if (from == orders::Timestamp{} || to == orders::Timestamp{}) continue;
      samples.push_back((to - from).count());
    }
    LatencySummary summary;
    summary.stage = pair.name;
    summary.samples = samples.size();
    if (!samples.empty()) {
      summary.p50 = nearest_rank(samples, 0.5);
      summary.p99 = nearest_rank(samples, 0.99);
      summary.p999 = nearest_rank(samples, 0.999);
      summary.max = samples.back();
    }
    result.push_back(summary);
  }
  return result;
}

std::optional<orders::Price> arrival_mid(const Order& order) {
  orders::Quote arrival;
  arrival.bid = order.arrival_bid;
  arrival.ask = order.arrival_ask;
  return arrival.mid();
}

std::vector<SlippageSummary> slippages(const EngineConfig& config, const std::vector<Order>& all) {
  std::vector<std::vector<std::int64_t>> samples(config.instruments.size());
  std::vector<std::uint64_t> missing(config.instruments.size());
  for (const Order& order : all) {
    const orders::Quantity executed = order.cum_quantity + order.overfill_quantity;
    if (order.is_parent || executed == orders::Quantity{0}) continue;
    const std::size_t instrument = orders::index(order.instrument);
    const auto mid = arrival_mid(order);
    const auto sample =
        mid ? orders::slippage_basis_points_raw(order.side, order.traded_value, executed, *mid)
            : std::nullopt;
    if (sample) {
      samples[instrument].push_back(*sample);
    } else {
      ++missing[instrument];
    }
  }
  std::vector<SlippageSummary> result;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (samples[i].empty() && missing[i] == 0) continue;
    SlippageSummary summary;
    summary.symbol = config.instruments[i].symbol;
    summary.samples = samples[i].size();
    summary.missing_benchmark = missing[i];
    if (!samples[i].empty()) {
      orders::Int128 sum = 0;
      for (const std::int64_t sample : samples[i]) sum += sample;
      summary.mean = static_cast<std::int64_t>(
          orders::divide_half_even(sum, static_cast<orders::Int128>(samples[i].size())));
      summary.p50 = nearest_rank(samples[i], 0.5);
      summary.p95 = nearest_rank(samples[i], 0.95);
      summary.p99 = nearest_rank(samples[i], 0.99);
    }
    result.push_back(summary);
  }
  return result;
}

}  // namespace

std::int64_t nearest_rank(std::vector<std::int64_t>& samples, double p) {
  std::sort(samples.begin(), samples.end());
  const auto rank = static_cast<std::size_t>(std::ceil(p * static_cast<double>(samples.size())));
  return samples[std::clamp<std::size_t>(rank, 1, samples.size()) - 1];
}

ReplayReport make_report(const EngineConfig& config, Core& core, const Recorder& recorder,
                         std::vector<FeedStatistics> files, std::uint64_t order_rows, orders::Timestamp end) {
  ReplayReport report;
  report.order_rows = order_rows;
  for (const FeedStatistics& file : files) {
    if (file.events == 0) continue;
    if (report.first == orders::Timestamp{} || file.first < report.first) report.first = file.first;
    report.last = std::max(report.last, file.last);
  }
  report.files = std::move(files);
  for (const Order& order : recorder.orders()) {
    if (order.parent != orders::kNoOrder) {
      ++report.slices;
    } else {
      ++report.orders_by_status[static_cast<std::size_t>(order.status)];
    }
  }
  report.not_created = recorder.not_created();
  report.denials = recorder.denials();
  report.rejects = recorder.rejects();
  report.fills = recorder.fill_count();
  report.alerts = recorder.alerts();
  for (std::size_t account = 0; account < config.portfolio.accounts.size(); ++account) {
    const auto id = static_cast<orders::AccountId>(account);
    report.accounts.push_back(core.portfolio().account(id, end));
    for (const orders::Instrument& instrument : config.instruments) {
      if (core.portfolio().position(id, instrument.id).fill_count() == 0) continue;
      report.positions.push_back(core.portfolio().view(id, instrument.id, end));
    }
  }
  report.identity_residual = core.portfolio().identity_residual();
  report.slippage = slippages(config, recorder.orders());
  report.latency = latencies(recorder.orders());
  ScenarioFigures scenarios;
  copy_scenarios(core.scenarios(), config.portfolio.accounts.size(), scenarios);
  report.risk = {{"scenarios", scenarios_json(config, scenarios)}, {"accounts", Json::array()}};
  for (std::size_t i = 0; i < config.portfolio.accounts.size(); ++i) {
    Json account{{"account", config.portfolio.accounts[i].name}};
    const auto id = static_cast<orders::AccountId>(i);
    account["limits"] =
        limits_json(config, core.risk().limit_report(id, core.scenarios().at_risk(id), core.now()));
    account.update(account_scenarios_json(config, scenarios, i));
    report.risk["accounts"].push_back(std::move(account));
  }
  std::vector<std::optional<orders::Money>> pnl;
  for (std::size_t i = 0; i < config.strategies.size(); ++i) {
    pnl.push_back(core.portfolio().strategy(static_cast<orders::StrategyId>(i)).pnl());
  }
  const std::vector<std::optional<orders::Money>> from_nothing(pnl.size(), orders::Money{});
  report.strategies = strategies_rows(config, pnl, from_nothing);
  core.analysis().read([&config, &report, end](const AnalysisFigures& figures) {
    report.execution_quality = execution_quality_json(config, figures.execution);
    report.traded = traded_rows(config, figures.activity);
    report.curves = curves_json(config, figures.curves);
    report.performance = performance_json(config, figures.performance);
    report.performance["market"] = market_json(config, figures.market);
    report.risk["correlations"] = correlations_json(config, figures.market, end);
  });
  return report;
}

}  // namespace vigil::engine
