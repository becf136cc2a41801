#include "engine/feed/binance.h"

#include <utility>

#include "engine/feed/binance_message.h"
#include "engine/feed/binance_names.h"
#include "engine/feed/fields.h"

namespace vigil::engine {
namespace {

enum class Stream : std::uint8_t { BookTicker, Trade, Depth, Unknown };

bool is_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// What stands behind the @: bookTicker, trade, or depth[LEVELS][@<n>ms].
Stream stream_of(std::string_view kind) {
  constexpr std::string_view kDepth = "depth";
  if (kind == "bookTicker") return Stream::BookTicker;
  if (kind == "trade") return Stream::Trade;
  if (!kind.starts_with(kDepth)) return Stream::Unknown;
  kind.remove_prefix(kDepth.size());
  const std::size_t at = kind.find('@');
  if (!is_digits(kind.substr(0, at))) return Stream::Unknown;
  if (at == std::string_view::npos) return Stream::Depth;
  const std::string_view pace = kind.substr(at + 1);
  const bool is_pace = pace.size() > 2 && pace.ends_with("ms") && is_digits(pace.substr(0, pace.size() - 2));
  return is_pace ? Stream::Depth : Stream::Unknown;
}

struct SideNames {
  std::string_view price;
  std::string_view size;
};

/// Price 0 with size 0 is a side without orders.
bool read_side(const SideNames& names, std::string_view price_text, std::string_view size_text,
               std::optional<orders::Price>& price, std::optional<orders::Quantity>& size, LineFault& fault) {
  orders::Price best{};
  orders::Quantity amount{};
  if (!read_price(names.price, price_text, best, fault)) return false;
  if (!read_quantity(names.size, size_text, amount, fault)) return false;
  if (best == orders::Price{0} && amount == orders::Quantity{0}) return true;
  if (best <= orders::Price{0}) return fault.set(names.price, "be positive", price_text);
  if (amount < orders::Quantity{0}) return fault.set(names.size, "not be negative", size_text);
  price = best;
  size = amount;
  return true;
}

class Binance final : public FileFeed {
 public:
  Binance(const std::string& path, BinanceName name, orders::InstrumentId instrument, orders::VenueId venue,
          OnBadLine on_bad_line)
      : FileFeed(path, "binance", "receive_time", on_bad_line),
        name_(std::move(name)),
        instrument_(instrument),
        venue_(venue) {
    for (const char c : name_.exchange_symbol) {
      stream_prefix_ += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    stream_prefix_ += '@';
  }

 private:
  RowStatus read_row(Row& row, LineFault& fault) override {
    std::string_view line;
    if (const RowStatus status = read_line(line, fault); status != RowStatus::Row) return status;
    const std::size_t space = line.find(' ');
    row.time_text = line.substr(0, space);
    if (!read_timestamp("receive_time", row.time_text, row.time, fault)) return RowStatus::Bad;
    const std::string_view json = space == std::string_view::npos ? "" : line.substr(space + 1);
    const BinanceMessage* message = reader_.read(json, fault);
    if (message == nullptr || !take(*message, row, fault)) return RowStatus::Bad;
    return RowStatus::Row;
  }

  bool take(const BinanceMessage& message, Row& row, LineFault& fault) const {
    if (message.is_snapshot) return true;
    const std::string_view stream = message.stream;
    const bool is_ours = stream.starts_with(stream_prefix_);
    const Stream kind = is_ours ? stream_of(stream.substr(stream_prefix_.size())) : Stream::Unknown;
    if (kind == Stream::Unknown) {
      return fault.set(
          "stream",
          "be " + stream_prefix_ + "bookTicker, " + stream_prefix_ + "trade or " + stream_prefix_ + "depth",
          stream);
    }
    if (message.symbol != name_.exchange_symbol) {
      return fault.set("s", "be " + name_.exchange_symbol + " as in the file's name", message.symbol);
    }
    if (kind == Stream::BookTicker) return take_quote(message, row, fault);
    if (kind == Stream::Trade) return take_trade(message, row, fault);
    return true;
  }

  bool take_quote(const BinanceMessage& message, Row& row, LineFault& fault) const {
    orders::Quote quote;
    quote.time = row.time;
    if (!read_side({"b", "B"}, message.bid, message.bid_size, quote.bid, quote.bid_size, fault)) return false;
    if (!read_side({"a", "A"}, message.ask, message.ask_size, quote.ask, quote.ask_size, fault)) return false;
    row.add(quote_event(instrument_, venue_, quote));
    return true;
  }

  bool take_trade(const BinanceMessage& message, Row& row, LineFault& fault) const {
    orders::MarketEvent trade = trade_event(instrument_, venue_, row.time);
    if (!read_price("p", message.price, trade.price, fault)) return false;
    if (!read_quantity("q", message.size, trade.size, fault)) return false;
    if (message.buyer_rested < 0) return fault.set("m", "be true or false", "");
    if (trade.price == orders::Price{0} && trade.size == orders::Quantity{0}) return true;
    if (trade.price <= orders::Price{0}) return fault.set("p", "be positive", message.price);
    if (trade.size <= orders::Quantity{0}) return fault.set("q", "be positive", message.size);
    trade.aggressor = message.buyer_rested == 1 ? orders::Side::Sell : orders::Side::Buy;
    row.add(trade);
    return true;
  }

  BinanceName name_;
  std::string stream_prefix_;  ///< "btcusdt@"
  orders::InstrumentId instrument_;
  orders::VenueId venue_;
  BinanceMessageReader reader_;
};

}  // namespace

std::unique_ptr<FileFeed> open_binance(const std::string& path, const Directory& directory,
                                       OnBadLine on_bad_line) {
  BinanceName name = parse_binance_name(path);
  LineFault fault;
  orders::VenueId venue{};
  orders::InstrumentId instrument{};
  if (!read_names(directory, binance_venue(name.market), name.symbol, venue, instrument, fault)) {
    throw FeedError(path, 0, fault.text());
  }
  return std::make_unique<Binance>(path, std::move(name), instrument, venue, on_bad_line);
}

void discover_binance(const std::string& path, Directory& directory) {
  const BinanceName name = parse_binance_name(path);
  if (!directory.define_from_feed()) return;
  directory.define_venue(binance_venue(name.market));
  if (directory.instrument(name.symbol)) return;
  const auto instrument = binance_instrument(name, directory);
  if (!instrument) {
    throw FeedError(path, 0,
                    "symbol: must end in a known quote currency or be a configured instrument, was " +
                        in_quotes(name.symbol));
  }
  directory.define_instrument(*instrument);
}

}  // namespace vigil::engine
