#pragma once

#include <memory>
#include <string>

#include "engine/feed/directory.h"
#include "engine/feed/file_feed.h"

namespace vigil::engine {

/// Best bid and ask as CSV, any number of instruments and venues in one file:
///
///     ts,venue,symbol,bid,ask,bid_size,ask_size
///     1340285400004241176,NASDAQ,AAPL,585.33,585.94,18,200
///
/// The header is required exactly so. ts: nanoseconds since 1970, UTC, never going back. An empty bid or ask
/// is a side that is not quoted (its size is then empty or 0), an empty size one that is not published.
/// Crossed and locked quotes are delivered and counted. No quoting, no spaces.
[[nodiscard]] std::unique_ptr<FileFeed> open_quotes_csv(const std::string& path, const Directory& directory,
                                                        OnBadLine on_bad_line);

/// Reads the file once for the names and decimals in it (see CsvDiscovery). Throws FeedError.
void discover_quotes_csv(const std::string& path, Directory& directory, OnBadLine on_bad_line);

}  // namespace vigil::engine
