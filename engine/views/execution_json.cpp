#include "engine/views/execution_json.h"

#include <algorithm>
#include <limits>
#include <map>

namespace vigil::engine {
namespace {

using orders::Benchmark;
using orders::ExecutionFigures;

/// 10^4 * part / whole; nothing without a whole.
std::optional<double> basis_points(double part, double whole) {
  if (!(whole > 0)) return std::nullopt;
  return 1e4 * part / whole;
}

std::string name_of_strategy(const EngineConfig& config, std::size_t row) {
  return row < config.strategies.size() ? config.strategies[row].name : "none";
}

/// What an instrument counts as where not each has a row of its own.
std::string name_of_symbol(const EngineConfig& config, const orders::MetricPlaces::SymbolRows& rows,
                           std::size_t row) {
  return row < rows.own ? config.instruments[row].symbol : "other";
}

std::optional<double> all_in(const orders::VenueFigures& venue) {
  const auto price = basis_points(venue.arrival_cost_usd, venue.arrival_notional_usd);
  const auto fees = basis_points(venue.fees_usd, venue.notional_usd);
  if (!price || !fees) return std::nullopt;
  return *price + *fees;
}

/// Over all types of order of a venue.
orders::BenchmarkFigures of_all_types(const ExecutionFigures& seen, std::size_t venue, Benchmark against) {
  orders::BenchmarkFigures all;
  for (std::size_t type = 0; type < orders::kTypeLabels; ++type) {
    const orders::BenchmarkFigures& one = seen.benchmark(venue, type, against);
    all.orders.sum += one.orders.sum;
    all.orders.count += one.orders.count;
    all.weighted += one.weighted;
    all.usd += one.usd;
  }
  return all;
}

Json markouts_of_venue(const ExecutionFigures& seen, orders::VenueId venue) {
  std::array<orders::RunningMean, orders::kHorizons> all;
  for (const orders::MarkoutGroup& group : seen.groups) {
    if (group.venue != venue || group.is_other) continue;
    for (std::size_t h = 0; h < orders::kHorizons; ++h) {
      all[h].sum += group.markouts[h].sum;
      all[h].count += group.markouts[h].count;
    }
  }
  Json result = Json::object();
  for (std::size_t h = 0; h < orders::kHorizons; ++h) {
    result[std::string(orders::kHorizonWords[h])] = {{"samples", all[h].count},
                                                     {"mean", number(all[h].mean())}};
  }
  return result;
}

/// A venue over all its instruments: sums over sums, so that each counts by what was traded in it.
orders::SpreadFigures spreads_of_venue(const ExecutionFigures& seen, std::size_t venue) {
  orders::SpreadFigures all;
  for (std::size_t row = 0; row < seen.spread_rows.count(); ++row) {
    const orders::SpreadFigures& one = seen.spread(row, venue);
    all.effective += one.effective;
    all.mid += one.mid;
    for (std::size_t h = 0; h < orders::kHorizons; ++h) {
      all.horizons[h].effective += one.horizons[h].effective;
      all.horizons[h].realized += one.horizons[h].realized;
      all.horizons[h].mid += one.horizons[h].mid;
    }
  }
  return all;
}

Json spread_json(const orders::SpreadFigures& spread) {
  Json horizons = Json::object();
  for (std::size_t h = 0; h < orders::kHorizons; ++h) {
    const auto& at = spread.horizons[h];
    horizons[std::string(orders::kHorizonWords[h])] = {
        {"realized", number(basis_points(at.realized, at.mid))},
        {"impact", number(basis_points(at.effective - at.realized, at.mid))}};
  }
  return {{"effective", number(basis_points(spread.effective, spread.mid))},
          {"horizons", std::move(horizons)}};
}

Json venue_json(const EngineConfig& config, const ExecutionFigures& seen, std::size_t place) {
  const orders::VenueFigures& venue = seen.venues[place];
  Json slippage = Json::object();
  for (std::size_t b = 0; b < orders::kBenchmarks; ++b) {
    const auto figures = of_all_types(seen, place, static_cast<Benchmark>(b));
    slippage[std::string(orders::kBenchmarkWords[b])] = {{"orders", figures.orders.count},
                                                         {"mean", number(figures.orders.mean())}};
  }
  const auto share = [&venue](std::uint64_t part) {
    return venue.orders == 0 ? std::optional<double>{}
                             : static_cast<double>(part) / static_cast<double>(venue.orders);
  };
  return {{"venue", config.venues[place].name},
          {"all_in_cost", number(all_in(venue))},
          {"price_cost", number(basis_points(venue.arrival_cost_usd, venue.arrival_notional_usd))},
          {"fees", number(basis_points(venue.fees_usd, venue.notional_usd))},
          {"notional_usd", venue.notional_usd},
          {"fees_usd", venue.fees_usd},
          {"orders", venue.orders},
          {"filled", venue.filled},
          {"rejected", venue.rejected},
          {"fills", venue.fills},
          {"filled_ratio", number(share(venue.filled))},
          {"rejected_ratio", number(share(venue.rejected))},
          {"slippage", std::move(slippage)},
          {"effective_over_quoted_spread", number(venue.spread_ratio.mean())},
          {"spread", spread_json(spreads_of_venue(seen, place))},
          {"markouts", markouts_of_venue(seen, static_cast<orders::VenueId>(place))},
          {"seconds_to_first_fill", number(venue.seconds_to_first_fill.mean())},
          {"cost_surprise", number(venue.surprise.mean())},
          {"cost_surprise_score", venue.surprise_score}};
}

Json benchmarks_json(const EngineConfig& config, const ExecutionFigures& seen) {
  Json rows = Json::array();
  for (std::size_t venue = 0; venue < config.venues.size(); ++venue) {
    for (std::size_t type = 0; type < orders::kTypeLabels; ++type) {
      for (std::size_t b = 0; b < orders::kBenchmarks; ++b) {
        const auto& figures = seen.benchmark(venue, type, static_cast<Benchmark>(b));
        if (figures.orders.count == 0) continue;
        rows.push_back(
            {{"venue", config.venues[venue].name},
             {"order_type", orders::kTypeLabelWords[type]},
             {"benchmark", orders::kBenchmarkWords[b]},
             {"orders", figures.orders.count},
             {"mean", number(figures.orders.mean())},
             {"mean_by_value", figures.usd > 0 ? Json(figures.weighted / figures.usd) : Json(nullptr)},
             {"executed_usd", figures.usd}});
      }
    }
  }
  return rows;
}

Json markouts_json(const EngineConfig& config, const ExecutionFigures& seen) {
  Json rows = Json::array();
  for (const orders::MarkoutGroup& group : seen.groups) {
    for (std::size_t h = 0; h < orders::kHorizons; ++h) {
      const orders::RunningMean& markout = group.markouts[h];
      if (markout.count == 0) continue;
      rows.push_back(
          {{"venue", group.is_other ? Json("other") : venue_name(config, group.venue)},
           {"strategy", group.is_other ? "other" : name_of_strategy(config, orders::index(group.strategy))},
           {"liquidity", orders::to_string(group.liquidity)},
           {"horizon", orders::kHorizonWords[h]},
           {"samples", markout.count},
           {"mean", number(markout.mean())}});
    }
  }
  return rows;
}

Json spreads_json(const EngineConfig& config, const ExecutionFigures& seen) {
  Json rows = Json::array();
  const auto& symbols = seen.spread_rows;
  for (std::size_t row = 0; row < symbols.count(); ++row) {
    for (std::size_t venue = 0; venue < config.venues.size(); ++venue) {
      const orders::SpreadFigures& spread = seen.spread(row, venue);
      if (!(spread.mid > 0)) continue;
      Json json{{"symbol", name_of_symbol(config, symbols, row)}, {"venue", config.venues[venue].name}};
      json.update(spread_json(spread));
      rows.push_back(std::move(json));
    }
  }
  return rows;
}

Json shortfall_json(const EngineConfig& config, const ExecutionFigures& seen) {
  Json rows = Json::array();
  for (std::size_t row = 0; row < seen.shortfalls.size(); ++row) {
    const orders::ShortfallFigures& figures = seen.shortfalls[row];
    if (figures.orders == 0) continue;
    Json usd = Json::object();
    Json points = Json::object();
    double total = 0;
    for (std::size_t part = 0; part < orders::kShortfallParts; ++part) {
      const std::string word{orders::kShortfallWords[part]};
      usd[word] = figures.usd[part];
      points[word] = number(basis_points(figures.usd[part], figures.ordered_usd));
      total += figures.usd[part];
    }
    usd["total"] = total;
    points["total"] = number(basis_points(total, figures.ordered_usd));
    rows.push_back({{"strategy", name_of_strategy(config, row)},
                    {"orders", figures.orders},
                    {"ordered_usd", figures.ordered_usd},
                    {"usd", std::move(usd)},
                    {"basis_points", std::move(points)}});
  }
  return rows;
}

Json edges_json(const EngineConfig& config, const ExecutionFigures& seen) {
  Json rows = Json::array();
  for (std::size_t row = 0; row < seen.edges.size(); ++row) {
    for (std::size_t h = 0; h < orders::kHorizons; ++h) {
      const orders::EdgeFigures& edge = seen.edges[row][h];
      if (edge.fills == 0) continue;
      const auto fills = static_cast<double>(edge.fills);
      rows.push_back({{"strategy", name_of_strategy(config, row)},
                      {"horizon", orders::kHorizonWords[h]},
                      {"samples", edge.fills},
                      {"at_fill", edge.at_fill / fills},
                      {"at_horizon", edge.at_horizon / fills},
                      {"decay", number(edge.decay())}});
    }
  }
  return rows;
}

}  // namespace

Json venue_league_json(const EngineConfig& config, const ExecutionFigures& seen) {
  std::vector<std::size_t> order(config.venues.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto cost = [&seen](std::size_t place) {
    return all_in(seen.venues[place]).value_or(std::numeric_limits<double>::infinity());
  };
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return cost(a) < cost(b); });
  Json rows = Json::array();
  for (const std::size_t place : order) rows.push_back(venue_json(config, seen, place));
  return rows;
}

Json execution_quality_json(const EngineConfig& config, const ExecutionFigures& seen) {
  return {{"venues", venue_league_json(config, seen)}, {"benchmarks", benchmarks_json(config, seen)},
          {"markouts", markouts_json(config, seen)},   {"spreads", spreads_json(config, seen)},
          {"shortfall", shortfall_json(config, seen)}, {"edges", edges_json(config, seen)}};
}

Json execution_quality_json(const EngineConfig& config, const orders::ExecutionAnalysis& analysis) {
  Json json{{"as_of", orders::nanoseconds_of(analysis.as_of())},
            {"pending_markouts", analysis.pending_markouts()}};
  json.update(execution_quality_json(config, analysis.figures()));
  return json;
}

}  // namespace vigil::engine
