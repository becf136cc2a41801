#include "engine/feed/trades_csv.h"

#include <array>

#include "engine/feed/csv_discovery.h"
#include "engine/feed/fields.h"

namespace vigil::engine {
namespace {

constexpr std::string_view kTradesHeader = "ts,venue,symbol,price,size,aggressor";

struct TradeRow {
  std::array<std::string_view, 6> columns;
  orders::Timestamp time{};
  orders::Price price{};
  orders::Quantity size{};
  std::optional<orders::Side> aggressor;

  [[nodiscard]] std::string_view ts() const { return columns[0]; }
  [[nodiscard]] std::string_view venue() const { return columns[1]; }
  [[nodiscard]] std::string_view symbol() const { return columns[2]; }
  [[nodiscard]] std::string_view price_text() const { return columns[3]; }
  [[nodiscard]] std::string_view size_text() const { return columns[4]; }
  [[nodiscard]] std::string_view aggressor_text() const { return columns[5]; }
};

bool parse(std::string_view line, TradeRow& row, LineFault& fault) {
  if (!read_columns(line, row.columns, fault)) return false;
  if (!read_timestamp("ts", row.ts(), row.time, fault)) return false;
  if (!read_price("price", row.price_text(), row.price, fault)) return false;
  if (!read_quantity("size", row.size_text(), row.size, fault)) return false;
  if (row.size <= orders::Quantity{0}) return fault.set("size", "be positive", row.size_text());
  row.aggressor = orders::parse_side(row.aggressor_text());
  if (row.aggressor || row.aggressor_text().empty()) return true;
  return fault.set("aggressor", "be buy, sell or empty", row.aggressor_text());
}

class TradesCsv final : public FileFeed {
 public:
  TradesCsv(const std::string& path, const Directory& directory, OnBadLine on_bad_line)
      : FileFeed(path, "trades", "ts", on_bad_line), directory_(directory) {
    expect_header(lines_, kTradesHeader);
  }

 private:
  RowStatus read_row(Row& row, LineFault& fault) override {
    std::string_view line;
    if (const RowStatus status = read_line(line, fault); status != RowStatus::Row) return status;
    if (!parse(line, parsed_, fault)) return RowStatus::Bad;
    orders::VenueId venue{};
    orders::InstrumentId instrument{};
    if (!read_names(directory_, parsed_.venue(), parsed_.symbol(), venue, instrument, fault)) {
      return RowStatus::Bad;
    }
    row.time = parsed_.time;
    row.time_text = parsed_.ts();
    orders::MarketEvent trade = trade_event(instrument, venue, parsed_.time);
    trade.price = parsed_.price;
    trade.size = parsed_.size;
    trade.aggressor = parsed_.aggressor;
    row.add(trade);
    return RowStatus::Row;
  }

  const Directory& directory_;
  TradeRow parsed_;
};

}  // namespace

std::unique_ptr<FileFeed> open_trades_csv(const std::string& path, const Directory& directory,
                                          OnBadLine on_bad_line) {
  return std::make_unique<TradesCsv>(path, directory, on_bad_line);
}

void discover_trades_csv(const std::string& path, Directory& directory, OnBadLine on_bad_line) {
  CsvDiscovery discovery(directory);
  TradeRow row;
  for_each_csv_line(path, kTradesHeader, on_bad_line, [&](std::string_view line, LineFault& fault) {
    if (!parse(line, row, fault)) return false;
    if (!discovery.see_names(row.venue(), row.symbol(), fault)) return false;
    discovery.see_price(row.price_text());
    discovery.see_size(row.size_text());
    return true;
  });
  discovery.finish();
}

}  // namespace vigil::engine
