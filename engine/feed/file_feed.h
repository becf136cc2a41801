#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/feed/feed.h"
#include "engine/feed/feed_error.h"
#include "engine/feed/line_reader.h"

namespace vigil::engine {

/// What the file formats have in common: rows in time order, broken ones refused or skipped, statistics.
/// One thread reads it.
class FileFeed : public Feed {
 public:
  [[nodiscard]] std::optional<orders::MarketEvent> next() final;
  [[nodiscard]] const FeedStatistics& statistics() const noexcept { return statistics_; }

 protected:
  /// What one row says; no event at all for a row that is only counted.
  struct Row {
    orders::Timestamp time{};
    std::string_view time_text;  ///< as it stands in the file
    std::array<orders::MarketEvent, 2> events;
    std::size_t event_count = 0;

    void add(const orders::MarketEvent& event) { events[event_count++] = event; }
  };
  enum class RowStatus : std::uint8_t { Row, Bad, End };

  /// time_field: what the format calls its time, for the error of a row earlier than its predecessor.
  FileFeed(const std::string& path, std::string_view format, std::string_view time_field,
           OnBadLine on_bad_line);

  /// Reads one row (event_count is 0 on entry). Bad: `fault` says why, and the next call goes on behind it.
  [[nodiscard]] virtual RowStatus read_row(Row& row, LineFault& fault) = 0;
  /// The next line of the file; Bad for one that is too long.
  [[nodiscard]] RowStatus read_line(std::string_view& line, LineFault& fault);

  LineReader lines_;

 private:
  bool advance();
  void note(const orders::MarketEvent& event);

  std::string_view time_field_;
  OnBadLine on_bad_line_;
  FeedStatistics statistics_;
  Row row_;
  std::size_t delivered_ = 0;  ///< of row_'s events
  orders::Timestamp last_time_{};
  bool ended_ = false;
};

/// An event of its kind, at its instrument, venue and time; the rest is the caller's to fill in.
[[nodiscard]] orders::MarketEvent quote_event(orders::InstrumentId instrument, orders::VenueId venue,
                                              const orders::Quote& quote);
[[nodiscard]] orders::MarketEvent trade_event(orders::InstrumentId instrument, orders::VenueId venue,
                                              orders::Timestamp time);

}  // namespace vigil::engine
