#include "engine/core/market_data_metrics.h"

namespace vigil::engine {
namespace {

constexpr std::array<std::string_view, 2> kMessageTypes{"quote", "trade"};
constexpr std::array<std::string_view, 2> kTopics{"quotes", "trades"};

std::size_t kind_index(const orders::MarketEvent& event) noexcept {
  return static_cast<std::size_t>(event.kind);
}

}  // namespace

void MarketDataMetrics::declare(monitoring::Registry& registry) {
  for (const auto* definition :
       {&metric::kMarketDataLatency, &metric::kOrderbookUpdateLatency, &metric::kPublishLatency,
        &metric::kMessagesReceived, &metric::kMessagesProcessed, &metric::kMessagesReplaced,
        &metric::kSymbolActive, &metric::kSpread, &metric::kBookDepth, &metric::kBookImbalance,
        &metric::kCrossedQuotes, &metric::kLockedQuotes}) {
    registry.declare(*definition);
  }
}

MarketDataMetrics::MarketDataMetrics(monitoring::Registry& registry, const std::vector<std::string>& symbols,
                                     const std::vector<std::string>& venues)
    : venue_count_(venues.size()), pairs_(symbols.size() * venues.size()), received_(venues.size()) {
  declare(registry);
  for (const std::string& venue : venues) {
    replaced_.push_back(registry.counter(metric::kMessagesReplaced, {venue}));
  }
  for (std::size_t kind = 0; kind < kMessageTypes.size(); ++kind) {
    publish_latency_[kind] = registry.histogram(metric::kPublishLatency, {kTopics[kind]});
    for (std::size_t venue = 0; venue < venues.size(); ++venue) {
      received_[venue][kind] =
          registry.counter(metric::kMessagesReceived, {venues[venue], kMessageTypes[kind]});
    }
  }
  for (std::size_t symbol = 0; symbol < symbols.size(); ++symbol) {
    const std::string_view name = symbols[symbol];
    active_.push_back(registry.gauge(metric::kSymbolActive, {name}, 0));
    for (std::size_t venue = 0; venue < venues.size(); ++venue) {
      const std::string_view exchange = venues[venue];
      Pair& series = pairs_[symbol * venue_count_ + venue];
      for (std::size_t kind = 0; kind < kMessageTypes.size(); ++kind) {
        series.latency[kind] =
            registry.histogram(metric::kMarketDataLatency, {exchange, kMessageTypes[kind], name});
        series.processed[kind] =
            registry.counter(metric::kMessagesProcessed, {kMessageTypes[kind], name, exchange});
      }
      // A feed's quote replaces the venue's whole top of book: every update is a snapshot.
      series.book_latency = registry.histogram(metric::kOrderbookUpdateLatency, {exchange, name, "snapshot"});
      series.crossed = registry.counter(metric::kCrossedQuotes, {name, exchange});
      series.locked = registry.counter(metric::kLockedQuotes, {name, exchange});
      series.spread = registry.gauge(metric::kSpread, {name, exchange});
      series.bid_depth = registry.gauge(metric::kBookDepth, {name, exchange, "bid"});
      series.ask_depth = registry.gauge(metric::kBookDepth, {name, exchange, "ask"});
      series.imbalance = registry.gauge(metric::kBookImbalance, {name, exchange});
    }
  }
}

void MarketDataMetrics::received(const orders::MarketEvent& event) noexcept {
  received_[orders::index(event.venue)][kind_index(event)].add();
}

void MarketDataMetrics::processed(const orders::MarketEvent& event, orders::Duration waited,
                                  orders::Duration book, orders::Duration whole) noexcept {
  Pair& series = pair(event.instrument, event.venue);
  const std::size_t kind = kind_index(event);
  series.processed[kind].add();
  series.latency[kind].observe(whole);
  publish_latency_[kind].observe(waited);
  if (event.kind != orders::MarketEventKind::Quote) return;
  series.book_latency.observe(book);
  if (!event.quote.bid || !event.quote.ask) return;
  if (*event.quote.bid > *event.quote.ask) series.crossed.add();
  if (*event.quote.bid == *event.quote.ask) series.locked.add();
}

void MarketDataMetrics::replaced(const orders::MarketEvent& event) noexcept {
  replaced_[orders::index(event.venue)].add();
}

void MarketDataMetrics::symbol_active(orders::InstrumentId instrument, bool active) noexcept {
  active_[orders::index(instrument)].set(active ? 1 : 0);
}

void MarketDataMetrics::microstructure(orders::InstrumentId instrument, orders::VenueId venue,
                                       const orders::Quote& quote, std::optional<double> bid_value_usd,
                                       std::optional<double> ask_value_usd) noexcept {
  Pair& series = pair(instrument, venue);
  std::optional<double> spread;
  if (const auto mid = quote.mid(); mid && mid->raw() > 0) {
    spread = (quote.ask->to_double() - quote.bid->to_double()) / mid->to_double() * 1e4;
  }
  std::optional<double> imbalance;
  if (quote.bid_size && quote.ask_size) {
    const double bid = quote.bid_size->to_double();
    const double ask = quote.ask_size->to_double();
    if (bid + ask > 0) imbalance = (bid - ask) / (bid + ask);
  }
  series.spread.set(spread);
  series.imbalance.set(imbalance);
  series.bid_depth.set(bid_value_usd);
  series.ask_depth.set(ask_value_usd);
}

}  // namespace vigil::engine
