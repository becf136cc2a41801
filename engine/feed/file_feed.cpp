#include "engine/feed/file_feed.h"

namespace vigil::engine {

FileFeed::FileFeed(const std::string& path, std::string_view format, std::string_view time_field,
                   OnBadLine on_bad_line)
    : lines_(path), time_field_(time_field), on_bad_line_(on_bad_line) {
  statistics_.path = path;
  statistics_.format = format;
}

std::optional<orders::MarketEvent> FileFeed::next() {
  while (delivered_ == row_.event_count) {
    if (ended_ || !advance()) return std::nullopt;
  }
  const orders::MarketEvent& event = row_.events[delivered_++];
  note(event);
  return event;
}

/// Takes up the next sound row; false at the end.
bool FileFeed::advance() {
  for (;;) {
    LineFault fault;
    row_.event_count = 0;
    delivered_ = 0;
    RowStatus status = read_row(row_, fault);
    if (status == RowStatus::End) {
      ended_ = true;
      if (lines_.line_number() == 0) throw FeedError(lines_.path(), 0, "must not be empty");
      return false;
    }
    if (status == RowStatus::Row && row_.time < last_time_) {
      status = RowStatus::Bad;
      fault.set(time_field_, "not be earlier than in the row before", row_.time_text);
    }
    if (status == RowStatus::Row) break;

    row_.event_count = 0;
    if (on_bad_line_ == OnBadLine::Fail) {
      ended_ = true;
      const LineReader& where = fault.where == nullptr ? lines_ : *fault.where;
      throw FeedError(where.path(), where.line_number(), fault.text());
    }
    ++statistics_.bad_lines;
  }
  last_time_ = row_.time;
  ++statistics_.rows;
  if (row_.event_count == 0) ++statistics_.ignored;
  return true;
}

void FileFeed::note(const orders::MarketEvent& event) {
  if (statistics_.events == 0) statistics_.first = event.time;
  statistics_.last = event.time;
  ++statistics_.events;
  const orders::Quote& quote = event.quote;
  if (event.kind != orders::MarketEventKind::Quote || !quote.bid || !quote.ask) return;
  if (*quote.bid > *quote.ask) ++statistics_.crossed;
  if (*quote.bid == *quote.ask) ++statistics_.locked;
}

FileFeed::RowStatus FileFeed::read_line(std::string_view& line, LineFault& fault) {
  switch (lines_.next(line)) {
    case LineStatus::Line:
      return RowStatus::Row;
    case LineStatus::End:
      return RowStatus::End;
    case LineStatus::TooLong:
      break;
  }
  fault.set("line", kMustBeShorter, "longer");
  return RowStatus::Bad;
}

orders::MarketEvent quote_event(orders::InstrumentId instrument, orders::VenueId venue,
                                const orders::Quote& quote) {
  orders::MarketEvent event;
  event.kind = orders::MarketEventKind::Quote;
  event.instrument = instrument;
  event.venue = venue;
  event.time = quote.time;
  event.quote = quote;
  return event;
}

orders::MarketEvent trade_event(orders::InstrumentId instrument, orders::VenueId venue,
                                orders::Timestamp time) {
  orders::MarketEvent event;
  event.kind = orders::MarketEventKind::Trade;
  event.instrument = instrument;
  event.venue = venue;
  event.time = time;
  return event;
}

}  // namespace vigil::engine
