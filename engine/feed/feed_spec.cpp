#include "engine/feed/feed_spec.h"

#include <algorithm>
#include <array>

#include "engine/feed/binance.h"
#include "engine/feed/lobster.h"
#include "engine/feed/quotes_csv.h"
#include "engine/feed/trades_csv.h"

namespace vigil::engine {
namespace {

constexpr std::array<std::string_view, 4> kFormats{"quotes", "trades", "lobster", "binance"};

}  // namespace

std::string_view to_string(FeedFormat format) noexcept {
  return kFormats[static_cast<std::size_t>(format)];
}

FeedSpec parse_feed_spec(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size()) {
    throw FeedError("feed", 0, "must be FORMAT:PATH, was " + in_quotes(text));
  }
  const std::string_view word = text.substr(0, colon);
  const auto format = std::find(kFormats.begin(), kFormats.end(), word);
  if (format == kFormats.end()) {
    throw FeedError("feed", 0, "format: must be quotes, trades, lobster or binance, was " + in_quotes(word));
  }
  return {static_cast<FeedFormat>(format - kFormats.begin()), std::string(text.substr(colon + 1))};
}

void discover(const FeedSpec& spec, Directory& directory, OnBadLine on_bad_line) {
  switch (spec.format) {
    case FeedFormat::Quotes:
      return discover_quotes_csv(spec.path, directory, on_bad_line);
    case FeedFormat::Trades:
      return discover_trades_csv(spec.path, directory, on_bad_line);
    case FeedFormat::Lobster:
      return discover_lobster(spec.path, directory);
    case FeedFormat::Binance:
      return discover_binance(spec.path, directory);
  }
}

std::unique_ptr<FileFeed> open_feed(const FeedSpec& spec, const Directory& directory, OnBadLine on_bad_line) {
  switch (spec.format) {
    case FeedFormat::Quotes:
      return open_quotes_csv(spec.path, directory, on_bad_line);
    case FeedFormat::Trades:
      return open_trades_csv(spec.path, directory, on_bad_line);
    case FeedFormat::Lobster:
      return open_lobster(spec.path, directory, on_bad_line);
    case FeedFormat::Binance:
      return open_binance(spec.path, directory, on_bad_line);
  }
  return nullptr;
}

}  // namespace vigil::engine
