#pragma once

#include <memory>
#include <string>

#include "engine/feed/directory.h"
#include "engine/feed/file_feed.h"

namespace vigil::engine {

/// A LOBSTER pair: `path` names the message file, SYMBOL_YYYY-MM-DD_START_END_message_LEVELS.csv; the
/// orderbook file lies beside it under the same name with `orderbook` for `message`. Row k of the orderbook
/// is the book after message k, so both must have the same number of rows; where they do not, that is an
/// error even while broken lines are skipped.
///
/// Time is the message's time of day in New York, turned into UTC. Each row gives a quote with the first
/// level of its orderbook row (deeper levels are counted, not read), so the quote always equals the orderbook
/// file. Before that quote come the trades:
///   type 4 and 5 (execution of a visible or hidden order): the aggressor is the other side of the resting
///   order; type 6 (cross, auction): a trade without an aggressor.
/// Type 7 with price -1 halts trading: the quote has no sides until type 7 with price 1 lets it begin again
/// (price 0 is quoting without trading: prices nobody can trade at, so still no sides).
///
/// Exchange: NASDAQ. Prices are in 1/10,000 dollar.
[[nodiscard]] std::unique_ptr<FileFeed> open_lobster(const std::string& path, const Directory& directory,
                                                     OnBadLine on_bad_line);

/// The instrument (a share in USD, tick size 0.01, lot size 1) and the venue NASDAQ, from the file's name.
/// Throws FeedError.
void discover_lobster(const std::string& path, Directory& directory);

}  // namespace vigil::engine
