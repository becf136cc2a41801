#include "engine/feed/quotes_csv.h"

#include <array>

#include "engine/feed/csv_discovery.h"
#include "engine/feed/fields.h"

namespace vigil::engine {
namespace {

constexpr std::string_view kQuotesHeader = "ts,venue,symbol,bid,ask,bid_size,ask_size";

struct QuoteRow {
  std::array<std::string_view, 7> columns;
  orders::Quote quote;

  [[nodiscard]] std::string_view ts() const { return columns[0]; }
  [[nodiscard]] std::string_view venue() const { return columns[1]; }
  [[nodiscard]] std::string_view symbol() const { return columns[2]; }
  [[nodiscard]] std::string_view bid() const { return columns[3]; }
  [[nodiscard]] std::string_view ask() const { return columns[4]; }
  [[nodiscard]] std::string_view bid_size() const { return columns[5]; }
  [[nodiscard]] std::string_view ask_size() const { return columns[6]; }
};

struct SideFields {
  std::string_view price_name;
  std::string_view size_name;
};

bool read_fields_of_side(const SideFields& names, std::string_view price_text, std::string_view size_text,
                         std::optional<orders::Price>& price, std::optional<orders::Quantity>& size,
                         LineFault& fault) {
  price.reset();
  size.reset();
  orders::Quantity parsed_size{};
  if (!size_text.empty()) {
    if (!read_quantity(names.size_name, size_text, parsed_size, fault)) return false;
    if (parsed_size < orders::Quantity{0}) return fault.set(names.size_name, "not be negative", size_text);
    size = parsed_size;
  }
  if (price_text.empty()) {
    if (parsed_size != orders::Quantity{0}) {
      return fault.set(names.size_name, "be empty or 0 on a side without a price", size_text);
    }
    size.reset();
    return true;
  }
  orders::Price parsed_price{};
  if (!read_price(names.price_name, price_text, parsed_price, fault)) return false;
  price = parsed_price;
  return true;
}

bool parse(std::string_view line, QuoteRow& row, LineFault& fault) {
  orders::Quote& quote = row.quote;
  return read_columns(line, row.columns, fault) && read_timestamp("ts", row.ts(), quote.time, fault) &&
         read_fields_of_side({"bid", "bid_size"}, row.bid(), row.bid_size(), quote.bid, quote.bid_size,
                             fault) &&
         read_fields_of_side({"ask", "ask_size"}, row.ask(), row.ask_size(), quote.ask, quote.ask_size,
                             fault);
}

class QuotesCsv final : public FileFeed {
 public:
  QuotesCsv(const std::string& path, const Directory& directory, OnBadLine on_bad_line)
      : FileFeed(path, "quotes", "ts", on_bad_line), directory_(directory) {
    expect_header(lines_, kQuotesHeader);
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
    row.time = parsed_.quote.time;
    row.time_text = parsed_.ts();
    row.add(quote_event(instrument, venue, parsed_.quote));
    return RowStatus::Row;
  }

  const Directory& directory_;
  QuoteRow parsed_;
};

}  // namespace

std::unique_ptr<FileFeed> open_quotes_csv(const std::string& path, const Directory& directory,
                                          OnBadLine on_bad_line) {
  return std::make_unique<QuotesCsv>(path, directory, on_bad_line);
}

void discover_quotes_csv(const std::string& path, Directory& directory, OnBadLine on_bad_line) {
  CsvDiscovery discovery(directory);
  QuoteRow row;
  for_each_csv_line(path, kQuotesHeader, on_bad_line, [&](std::string_view line, LineFault& fault) {
    if (!parse(line, row, fault)) return false;
    if (!discovery.see_names(row.venue(), row.symbol(), fault)) return false;
    discovery.see_price(row.bid());
    discovery.see_price(row.ask());
    discovery.see_size(row.bid_size());
    discovery.see_size(row.ask_size());
    return true;
  });
  discovery.finish();
}

}  // namespace vigil::engine
