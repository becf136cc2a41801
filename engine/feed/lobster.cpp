#include "engine/feed/lobster.h"

#include <array>
#include <charconv>
#include <chrono>

#include "engine/feed/fields.h"
#include "engine/feed/new_york_time.h"

namespace vigil::engine {
namespace {

constexpr std::string_view kVenue = "NASDAQ";
constexpr std::string_view kFileNameMust =
    "file name: must be SYMBOL_YYYY-MM-DD_START_END_message_LEVELS.csv, was ";
/// Price of an empty level, either sign.
constexpr std::int64_t kEmptyLevel = 9'999'999'999;
constexpr std::int64_t kMaxShares = 10'000'000'000;
/// 1e-4 dollars in units of 1e-8.
constexpr std::int64_t kPriceUnit = 10'000;
constexpr int kColumnsPerLevel = 4;

struct LobsterName {
  std::string symbol;
  std::chrono::year_month_day date;
  std::string orderbook_path;
};

/// Takes the part behind the last underscore off `text`.
std::string_view take_last(std::string_view& text) {
  const std::size_t underscore = text.rfind('_');
  if (underscore == std::string_view::npos) return {};
  const std::string_view part = text.substr(underscore + 1);
  text.remove_suffix(text.size() - underscore);
  return part;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// YYYY-MM-DD in the years for which New York's clock is known and a Timestamp is safe.
bool parse_date(std::string_view text, std::chrono::year_month_day& date) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const std::string_view parts[] = {text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)};
  int numbers[3] = {};
  for (int i = 0; i < 3; ++i) {
    if (!is_number(parts[i])) return false;
    std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), numbers[i]);
  }
  date = std::chrono::year{numbers[0]} / numbers[1] / numbers[2];
  return date.ok() && numbers[0] >= 1970 && numbers[0] < 2199;
}

LobsterName parse_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::size_t start = slash == std::string::npos ? 0 : slash + 1;
  const std::string_view name = std::string_view(path).substr(start);
  std::string_view rest = name;
  const std::string_view levels = take_last(rest);  // "1.csv"
  const std::size_t kind_at = start + rest.size() - std::min(rest.size(), std::string_view("message").size());
  const std::string_view kind = take_last(rest);
  const std::string_view end = take_last(rest);
  const std::string_view begin = take_last(rest);
  const std::string_view date = take_last(rest);

  LobsterName result;
  if (!is_number(levels.substr(0, levels.find('.'))) || kind != "message" || !is_number(end) ||
      !is_number(begin) || !parse_date(date, result.date) || !is_valid_name(rest)) {
    throw FeedError(path, 0, std::string(kFileNameMust) + in_quotes(name));
  }
  result.symbol = rest;
  result.orderbook_path = path;
  result.orderbook_path.replace(kind_at, kind.size(), "orderbook");
  return result;
}

struct Message {
  std::array<std::string_view, 6> columns;
  orders::Timestamp time{};
  std::int64_t type = 0;
  std::int64_t size = 0;
  std::int64_t price = 0;
  std::int64_t direction = 0;
};

/// Seconds after midnight with a decimal fraction of any length ("34200.5" is half a second past 9:30), to
/// the nearest nanosecond: real files hold a few numbers such as 43002.632812672004, which went through a
/// double.
bool read_time_of_day(std::string_view text, std::chrono::nanoseconds& time, LineFault& fault) {
  constexpr orders::Int128 kDay = 86'400'000'000'000;
  constexpr int kDecimals = 18;
  constexpr std::int64_t kUnitsPerNanosecond = 1'000'000'000;
  const auto parsed = orders::parse_decimal(text, kDecimals);
  const orders::Int128 rounded = orders::divide_half_even(parsed.raw, kUnitsPerNanosecond);
  if (parsed.error != orders::ParseError::None || parsed.raw < 0 || rounded >= kDay) {
    return fault.set("time", "be seconds after midnight, below 86400, with at most 18 decimals", text);
  }
  time = std::chrono::nanoseconds{static_cast<std::int64_t>(rounded)};
  return true;
}

bool parse_message(std::string_view line, std::chrono::year_month_day date, Message& message,
                   LineFault& fault) {
  constexpr std::int64_t kAnyId = 999'999'999'999'999'999;
  const auto& columns = message.columns;
  std::chrono::nanoseconds local{};
  std::int64_t order_id = 0;
  if (!read_columns(line, message.columns, fault)) return false;
  if (!read_time_of_day(columns[0], local, fault)) return false;
  if (!read_integer("type", columns[1], 1, 7, message.type, fault)) return false;
  if (!read_integer("order_id", columns[2], -1, kAnyId, order_id, fault)) return false;
  if (!read_integer("size", columns[3], 0, kMaxShares, message.size, fault)) return false;
  if (!read_integer("price", columns[4], -1, kEmptyLevel, message.price, fault)) return false;
  if (!read_integer("direction", columns[5], -1, 1, message.direction, fault)) return false;

  const bool is_trade = message.type >= 4 && message.type <= 6;
  if (is_trade && message.size == 0) return fault.set("size", "be positive in a trade", columns[3]);
  if (is_trade && message.price <= 0) return fault.set("price", "be positive in a trade", columns[4]);
  if (message.type <= 5 && message.direction == 0) return fault.set("direction", "be 1 or -1", columns[5]);
  if (message.type == 7 && message.price > 1)
    return fault.set("price", "be -1, 0 or 1 in a halt", columns[4]);
  message.time = std::chrono::sys_days{date} + local + new_york_behind_utc(date, local);
  return true;
}

struct LevelNames {
  std::string_view price;
  std::string_view size;
};

bool read_level(const LevelNames& names, std::string_view price_text, std::string_view size_text,
                std::optional<orders::Price>& price, std::optional<orders::Quantity>& size,
                LineFault& fault) {
  std::int64_t ticks = 0;
  std::int64_t shares = 0;
  price.reset();
  size.reset();
  if (!read_integer(names.price, price_text, -kEmptyLevel, kEmptyLevel, ticks, fault)) return false;
  if (!read_integer(names.size, size_text, 0, kMaxShares, shares, fault)) return false;
  if (ticks == kEmptyLevel || ticks == -kEmptyLevel) {
    return shares == 0 || fault.set(names.size, "be 0 on an empty level", size_text);
  }
  if (ticks <= 0)
    return fault.set(names.price, "be positive, or -9999999999 where there is none", price_text);
  if (shares == 0) return fault.set(names.size, "be positive", size_text);
  price = orders::Price::from_raw(ticks * kPriceUnit);
  size = orders::Quantity{shares};
  return true;
}

class Lobster final : public FileFeed {
 public:
  Lobster(const std::string& path, LobsterName name, orders::InstrumentId instrument, orders::VenueId venue,
          OnBadLine on_bad_line)
      : FileFeed(path, "lobster", "time", on_bad_line),
        book_lines_(std::move(name.orderbook_path)),
        date_(name.date),
        instrument_(instrument),
        venue_(venue) {}

 private:
  RowStatus read_row(Row& row, LineFault& fault) override {
    // Both lines are read before either is judged, so that the files stay in step behind a broken one.
    std::string_view line;
    std::string_view book_line;
    const RowStatus status = read_line(line, fault);
    const LineStatus book_status = book_lines_.next(book_line);
    if ((status == RowStatus::End) != (book_status == LineStatus::End)) fail_for_length(status);
    if (status != RowStatus::Row) return status;
    if (!parse_message(line, date_, message_, fault)) return RowStatus::Bad;

    if (message_.type == 7) halted_ = message_.price != 1;
    orders::Quote quote;
    if (!read_book(book_status, book_line, quote, fault)) {
      fault.where = &book_lines_;
      return RowStatus::Bad;
    }
    if (halted_) quote = {};
    quote.time = message_.time;
    row.time = message_.time;
    row.time_text = message_.columns[0];
    if (message_.type >= 4 && message_.type <= 6) row.add(trade());
    row.add(quote_event(instrument_, venue_, quote));
    return RowStatus::Row;
  }

  [[nodiscard]] bool read_book(LineStatus status, std::string_view line, orders::Quote& quote,
                               LineFault& fault) {
    if (status == LineStatus::TooLong) return fault.set("line", kMustBeShorter, "longer");
    std::array<std::string_view, kColumnsPerLevel> columns;
    const std::size_t count = split_columns(line, columns);
    if (book_columns_ == 0 && count % kColumnsPerLevel == 0) book_columns_ = count;
    if (count % kColumnsPerLevel != 0) {
      return fault.set("columns", "be 4 for each level", std::to_string(count));
    }
    if (count != book_columns_) {
      return fault.set("columns", "be " + std::to_string(book_columns_) + " as in the rows before",
                       std::to_string(count));
    }
    return read_level({"ask_price_1", "ask_size_1"}, columns[0], columns[1], quote.ask, quote.ask_size,
                      fault) &&
           read_level({"bid_price_1", "bid_size_1"}, columns[2], columns[3], quote.bid, quote.bid_size,
                      fault);
  }

  [[nodiscard]] orders::MarketEvent trade() const {
    orders::MarketEvent trade = trade_event(instrument_, venue_, message_.time);
    trade.price = orders::Price::from_raw(message_.price * kPriceUnit);
    trade.size = orders::Quantity{message_.size};
    if (message_.type != 6) {
      const auto resting = message_.direction == 1 ? orders::Side::Buy : orders::Side::Sell;
      trade.aggressor = orders::opposite(resting);
    }
    return trade;
  }

  [[noreturn]] void fail_for_length(RowStatus message_status) const {
    const bool messages_ended = message_status == RowStatus::End;
    const LineReader& shorter = messages_ended ? lines_ : book_lines_;
    const LineReader& longer = messages_ended ? book_lines_ : lines_;
    throw FeedError(shorter.path(), 0,
                    "rows: must be as many as in " + longer.path() + ", was \"" +
                        std::to_string(shorter.line_number()) + "\"");
  }

  LineReader book_lines_;
  std::chrono::year_month_day date_;
  orders::InstrumentId instrument_;
  orders::VenueId venue_;
  Message message_;
  std::size_t book_columns_ = 0;  ///< of the first row; 0 before it
  bool halted_ = false;
};

}  // namespace

std::unique_ptr<FileFeed> open_lobster(const std::string& path, const Directory& directory,
                                       OnBadLine on_bad_line) {
  LobsterName name = parse_name(path);
  LineFault fault;
  orders::VenueId venue{};
  orders::InstrumentId instrument{};
  if (!read_names(directory, kVenue, name.symbol, venue, instrument, fault))
    throw FeedError(path, 0, fault.text());
  return std::make_unique<Lobster>(path, std::move(name), instrument, venue, on_bad_line);
}

void discover_lobster(const std::string& path, Directory& directory) {
  const LobsterName name = parse_name(path);
  if (!directory.define_from_feed()) return;
  directory.define_venue(kVenue);
  if (directory.instrument(name.symbol)) return;
  const orders::CurrencyId dollar = directory.currency("USD");
  directory.define_instrument({.symbol = name.symbol,
                               .quote = dollar,
                               .settlement = dollar,
                               .tick_size = orders::Price::from_raw(orders::kScale / 100),
                               .lot_size = orders::Quantity{1}});
}

}  // namespace vigil::engine
