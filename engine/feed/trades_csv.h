#pragma once

#include <memory>
#include <string>

#include "engine/feed/directory.h"
#include "engine/feed/file_feed.h"

namespace vigil::engine {

/// Trades as CSV, any number of instruments and venues in one file:
///
///     ts,venue,symbol,price,size,aggressor
///     1340285400004241176,NASDAQ,AAPL,585.94,100,buy
///
/// The header is required exactly so. ts: nanoseconds since 1970, UTC, never going back; size is positive;
/// aggressor is buy, sell or empty (not known). No quoting, no spaces.
[[nodiscard]] std::unique_ptr<FileFeed> open_trades_csv(const std::string& path, const Directory& directory,
                                                        OnBadLine on_bad_line);

/// Reads the file once for the names and decimals in it (see CsvDiscovery). Throws FeedError.
void discover_trades_csv(const std::string& path, Directory& directory, OnBadLine on_bad_line);

}  // namespace vigil::engine
