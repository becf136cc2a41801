#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/registry.h"
#include "orders/market.h"

namespace vigil::engine {

namespace metric {

using monitoring::MetricDefinition;
using monitoring::MetricType;

inline constexpr std::array<std::string_view, 3> kLatencyLabels{"exchange", "message_type", "symbol"};
inline constexpr std::array<std::string_view, 3> kBookLatencyLabels{"exchange", "symbol", "update_type"};
inline constexpr std::array<std::string_view, 1> kTopicLabels{"topic"};
inline constexpr std::array<std::string_view, 2> kReceivedLabels{"exchange", "message_type"};
inline constexpr std::array<std::string_view, 3> kProcessedLabels{"message_type", "symbol", "exchange"};
inline constexpr std::array<std::string_view, 1> kSymbolLabels{"symbol"};
inline constexpr std::array<std::string_view, 2> kSymbolVenueLabels{"symbol", "exchange"};
inline constexpr std::array<std::string_view, 3> kDepthLabels{"symbol", "exchange", "side"};

inline constexpr std::array kMessageBounds{1e-06, 5e-06,   1e-05, 2.5e-05, 5e-05,
                                           1e-04, 2.5e-04, 5e-04, 1e-03,   5e-03};
inline constexpr std::array kBookBounds{1e-06, 2e-06, 5e-06, 1e-05, 2.5e-05, 5e-05, 1e-04};
inline constexpr std::array kPublishBounds{1e-05, 2.5e-05, 5e-05, 1e-04, 2.5e-04, 5e-04, 1e-03};

inline constexpr MetricDefinition kMarketDataLatency{
    "market_data_websocket_latency_seconds",
    MetricType::Histogram,
    "seconds",
    "Time the core takes to process one market data message, strategies and marks included.",
    kLatencyLabels,
    kMessageBounds};
inline constexpr MetricDefinition kOrderbookUpdateLatency{
    "market_data_orderbook_update_latency_seconds",
    MetricType::Histogram,
    "seconds",
    "Time to bring one venue's quote into the consolidated best bid and ask.",
    kBookLatencyLabels,
    kBookBounds};
inline constexpr MetricDefinition kPublishLatency{
    "market_data_publish_latency_seconds",
    MetricType::Histogram,
    "seconds",
    "Time a market data message waits between the feed thread and the core.",
    kTopicLabels,
    kPublishBounds};
inline constexpr MetricDefinition kMessagesReceived{
    "market_data_messages_received_total", MetricType::Counter, "1",
    "Market data messages taken from the feeds.", kReceivedLabels};
inline constexpr MetricDefinition kMessagesProcessed{
    "market_data_messages_processed_total", MetricType::Counter, "1",
    "Market data messages the core has processed.", kProcessedLabels};
inline constexpr std::array<std::string_view, 1> kExchangeLabels{"exchange"};
inline constexpr MetricDefinition kMessagesReplaced{
    "market_data_messages_replaced_total", MetricType::Counter, "1",
    "Quotes of which a later one of their venue took the place before the next event took them up "
    "(journal.market_data: none).",
    kExchangeLabels};
inline constexpr MetricDefinition kSymbolActive{
    "market_data_symbol_active", MetricType::Gauge, "1",
    "1 while the instrument is quoted: its last quote is younger than the stale-reference limit.",
    kSymbolLabels};
inline constexpr MetricDefinition kSpread{
    "market_spread_basis_points", MetricType::Gauge, "basis points",
    "Quoted spread over the mid; negative while the venue's quote is crossed.", kSymbolVenueLabels};
inline constexpr MetricDefinition kBookDepth{
    "market_book_depth_notional", MetricType::Gauge, "USD",
    "Displayed value at the touch; absent where the venue publishes no size.", kDepthLabels};
inline constexpr MetricDefinition kBookImbalance{
    "market_book_imbalance_ratio", MetricType::Gauge, "ratio",
    "(bid size - ask size) / (bid size + ask size) at the touch, -1 to 1.", kSymbolVenueLabels};
inline constexpr MetricDefinition kCrossedQuotes{"market_data_crossed_quotes_total", MetricType::Counter, "1",
                                                 "Quotes of one venue with the bid above the ask.",
                                                 kSymbolVenueLabels};
inline constexpr MetricDefinition kLockedQuotes{"market_data_locked_quotes_total", MetricType::Counter, "1",
                                                "Quotes of one venue with the bid at the ask.",
                                                kSymbolVenueLabels};

}  // namespace metric

/// Everything published about market data (catalogue table E, first part). Counters and latencies are
/// recorded with each message; the microstructure gauges are brought up to date by `publish` once a tick,
/// because a scrape can see no more than the last value anyway. Core thread only.
class MarketDataMetrics {
 public:
  MarketDataMetrics(monitoring::Registry& registry, const std::vector<std::string>& symbols,
                    const std::vector<std::string>& venues);
  static void declare(monitoring::Registry& registry);

  void received(const orders::MarketEvent& event) noexcept;
  void processed(const orders::MarketEvent& event, orders::Duration waited, orders::Duration book,
                 orders::Duration whole) noexcept;
  /// A later quote took the place of one like this before it was taken up.
  void replaced(const orders::MarketEvent& event) noexcept;
  void symbol_active(orders::InstrumentId instrument, bool active) noexcept;
  /// `usd` turns a displayed value into USD; nothing leaves the depth absent.
  void microstructure(orders::InstrumentId instrument, orders::VenueId venue, const orders::Quote& quote,
                      std::optional<double> bid_value_usd, std::optional<double> ask_value_usd) noexcept;

 private:
  struct Pair {
    std::array<monitoring::Histogram, 2> latency;  // by MarketEventKind
    monitoring::Histogram book_latency;
    std::array<monitoring::Counter, 2> processed;
    monitoring::Counter crossed;
    monitoring::Counter locked;
    monitoring::Gauge spread;
    monitoring::Gauge bid_depth;
    monitoring::Gauge ask_depth;
    monitoring::Gauge imbalance;
  };
  [[nodiscard]] Pair& pair(orders::InstrumentId instrument, orders::VenueId venue) noexcept {
    return pairs_[orders::index(instrument) * venue_count_ + orders::index(venue)];
  }

  std::size_t venue_count_;
  std::vector<Pair> pairs_;  // [symbol][venue]
  std::vector<std::array<monitoring::Counter, 2>> received_;
  std::vector<monitoring::Counter> replaced_;
  std::vector<monitoring::Gauge> active_;
  std::array<monitoring::Histogram, 2> publish_latency_;
};

}  // namespace vigil::engine
