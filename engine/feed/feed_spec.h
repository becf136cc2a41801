#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feed/directory.h"
#include "engine/feed/file_feed.h"

namespace vigil::engine {

enum class FeedFormat : std::uint8_t { Quotes, Trades, Lobster, Binance };
[[nodiscard]] std::string_view to_string(FeedFormat format) noexcept;  // "quotes", "trades", ...

/// A file and how to read it, as the command line names it.
struct FeedSpec {
  FeedFormat format = FeedFormat::Quotes;
  std::string path;
};

/// "FORMAT:PATH". Throws FeedError ("feed: must be FORMAT:PATH, was ...").
[[nodiscard]] FeedSpec parse_feed_spec(std::string_view text);

/// Makes sure the directory knows every instrument and venue of the file, before the engine is wired: those
/// of LOBSTER and Binance recordings by the file's name, those of a CSV by reading it once. Defines what is
/// missing (see each format) where the directory allows that. Throws FeedError for what the feed itself would
/// refuse.
void discover(const FeedSpec& spec, Directory& directory, OnBadLine on_bad_line = OnBadLine::Fail);

/// Opens the file of a spec that was discovered. The directory must outlive the feed. Throws FeedError.
[[nodiscard]] std::unique_ptr<FileFeed> open_feed(const FeedSpec& spec, const Directory& directory,
                                                  OnBadLine on_bad_line = OnBadLine::Fail);

}  // namespace vigil::engine
