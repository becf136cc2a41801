#pragma once

#include <memory>
#include <string>

#include "engine/feed/directory.h"
#include "engine/feed/file_feed.h"

namespace vigil::engine {

/// A raw recording of Binance's combined streams: one message a line, `<receive time, ns UTC> <JSON>`. The
/// name of the file says what the JSON does not: MARKET_SYMBOL_YYYYMMDD (an ending such as .gz may follow),
/// MARKET being
///   spot  venue binance, the symbol as it is (BTCUSDT);
///   usdm  venue binance-usdm, futures settled in the quote currency, a perpetual as BTCUSDT-PERP;
///   cm    venue binance-cm, coin-margined futures as they are (BTCUSD_PERP), quantities in contracts.
///
/// @bookTicker gives a quote, @trade a trade (m true: the buyer rested, so the seller was the aggressor).
/// Depth updates and the REST snapshot are checked to be JSON, counted as ignored and do not move the quote.
/// A trade of nothing at price 0, which the futures streams send now and then, is ignored too. Any other
/// stream is a broken line. The time is the receive time; the clock of the exchange is not used.
[[nodiscard]] std::unique_ptr<FileFeed> open_binance(const std::string& path, const Directory& directory,
                                                     OnBadLine on_bad_line);

/// The instrument and the venue, from the file's name. Tick and lot sizes are the exchange's for BTC and ETH
/// as of August 2024; for other symbols 0.00000001, which accepts every price and size the exchange may send
/// (lot 1 for coin-margined contracts). The initial margin of futures is 0.05: our default, about 20 times
/// leverage; the exchange's own depends on the account. Throws FeedError.
void discover_binance(const std::string& path, Directory& directory);

}  // namespace vigil::engine
