#pragma once

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feed/feed_spec.h"
#include "tests/engine/feed_files.h"

/// What must hold of a feed whatever its file holds: it is read to the end or refused with a FeedError,
/// skipping broken lines never fails for one, and what it delivers is in order and adds up.
namespace vigil::engine::fuzz {

inline void require(bool truth) {
  if (!truth) std::abort();
}

/// Files are written here, under the names their formats want. In memory where there is such a place: a disk
/// would take most of the time.
inline const testing::TemporaryDirectory& folder() {
  static const std::filesystem::path memory = "/dev/shm";
  static const testing::TemporaryDirectory directory(
      std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path());
  return directory;
}

struct Outcome {
  std::vector<orders::MarketEvent> events;
  FeedStatistics statistics;
};

/// Nothing when the feed was refused.
inline std::optional<Outcome> read_feed(const FeedSpec& spec, OnBadLine on_bad_line) {
  try {
    testing::OwnDirectory directory;
    discover(spec, directory.names, on_bad_line);
    for (const orders::Instrument& instrument : directory.instruments) {
      require(instrument.tick_size > orders::Price{0});
      require(instrument.lot_size > orders::Quantity{0});
    }
    const auto feed = open_feed(spec, directory.names, on_bad_line);
    Outcome outcome;
    while (const auto event = feed->next()) {
      require(orders::index(event->instrument) < directory.instruments.size());
      require(orders::index(event->venue) < directory.names.venues().size());
      outcome.events.push_back(*event);
    }
    require(!feed->next());
    outcome.statistics = feed->statistics();
    return outcome;
  } catch (const FeedError& error) {
    require(std::string_view(error.what()).starts_with(error.path()));
    return std::nullopt;
  }
}

inline void check_event(const orders::MarketEvent& event) {
  if (event.kind == orders::MarketEventKind::Trade) {
    require(event.size > orders::Quantity{0});
    return;
  }
  require(event.quote.time == event.time);
  require(event.quote.bid || !event.quote.bid_size);
  require(event.quote.ask || !event.quote.ask_size);
  require(!event.quote.bid_size || *event.quote.bid_size >= orders::Quantity{0});
  require(!event.quote.ask_size || *event.quote.ask_size >= orders::Quantity{0});
}

/// Reads the file both ways and compares.
inline void check_feed(const FeedSpec& spec) {
  const auto skipping = read_feed(spec, OnBadLine::Skip);
  const auto strict = read_feed(spec, OnBadLine::Fail);
  if (!skipping) {
    require(!strict);  // what cannot be read at all can be read neither way
    return;
  }
  const FeedStatistics& statistics = skipping->statistics;
  orders::Timestamp last{};
  for (const orders::MarketEvent& event : skipping->events) {
    require(event.time >= last);
    last = event.time;
    check_event(event);
  }
  require(statistics.events == skipping->events.size());
  require(statistics.ignored <= statistics.rows);
  require(statistics.crossed + statistics.locked <= statistics.events);
  require((statistics.bad_lines == 0) == strict.has_value());
  if (strict) require(strict->events.size() == skipping->events.size());
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace vigil::engine::fuzz
