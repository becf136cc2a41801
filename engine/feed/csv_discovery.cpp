#include "engine/feed/csv_discovery.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include "engine/feed/fields.h"

namespace vigil::engine {
namespace {

constexpr std::string_view kNameMust =
    "be 1 to 32 printable ASCII characters without space, quote, comma and backslash";

std::int64_t unit_of(int decimals) {
  std::int64_t raw = orders::kScale;
  for (int i = 0; i < decimals; ++i) raw /= 10;
  return raw;
}

}  // namespace

bool CsvDiscovery::see_names(std::string_view venue, std::string_view symbol, LineFault& fault) {
  return see_venue(venue, fault) && see_symbol(symbol, fault);
}

bool CsvDiscovery::see_venue(std::string_view name, LineFault& fault) {
  if (directory_.venue(name)) return true;
  if (!is_valid_name(name)) return fault.set("venue", kNameMust, name);
  if (!directory_.define_from_feed()) return fault.set("venue", kMustBeVenue, name);
  if (directory_.define_venue(name)) return true;
  return fault.set("venue", "be one of the first 65535", name);
}

bool CsvDiscovery::see_symbol(std::string_view symbol, LineFault& fault) {
  if (symbol == symbol_ && !symbol.empty()) return true;
  auto id = directory_.instrument(symbol);
  bool is_new = false;
  if (!id) {
    if (!is_valid_name(symbol)) return fault.set("symbol", kNameMust, symbol);
    if (!directory_.define_from_feed()) return fault.set("symbol", kMustBeInstrument, symbol);
    const orders::CurrencyId dollar = directory_.currency("USD");
    id = directory_.infer_instrument({.symbol = std::string(symbol), .quote = dollar, .settlement = dollar});
    if (!id) return fault.set("symbol", "be one of the first 65535", symbol);
    is_new = true;
  }
  symbol_ = symbol;
  current_ = nullptr;
  if (!directory_.is_inferred(*id)) return true;
  const auto [place, inserted] = places_.emplace(symbol_, inferred_.size());
  if (inserted) inferred_.push_back({.id = *id, .is_new = is_new});
  current_ = &inferred_[place->second];
  return true;
}

void CsvDiscovery::see_price(std::string_view text) {
  if (current_ == nullptr || text.empty()) return;
  current_->price_decimals = std::max(current_->price_decimals, written_decimals(text));
}

void CsvDiscovery::see_size(std::string_view text) {
  if (current_ == nullptr || text.empty()) return;
  current_->size_decimals = std::max(current_->size_decimals, written_decimals(text));
}

void CsvDiscovery::finish() {
  constexpr int kDefaultPriceDecimals = 2;
  constexpr int kDefaultSizeDecimals = 0;
  for (const Inferred& found : inferred_) {
    const int price_decimals = found.price_decimals < 0 ? kDefaultPriceDecimals : found.price_decimals;
    const int size_decimals = found.size_decimals < 0 ? kDefaultSizeDecimals : found.size_decimals;
    auto tick = orders::Price::from_raw(unit_of(price_decimals));
    auto lot = orders::Quantity::from_raw(unit_of(size_decimals));
    if (!found.is_new) {
      const orders::Instrument& known = directory_.instruments()[orders::index(found.id)];
      if (found.price_decimals < 0 || known.tick_size < tick) tick = known.tick_size;
      if (found.size_decimals < 0 || known.lot_size < lot) lot = known.lot_size;
    }
    directory_.set_increments(found.id, tick, lot);
  }
}

void for_each_csv_line(const std::string& path, std::string_view header, OnBadLine on_bad_line,
                       const std::function<bool(std::string_view line, LineFault& fault)>& see) {
  if (std::error_code ignored; std::filesystem::is_fifo(path, ignored)) {
    throw FeedError(path, 0, "must be a file that can be read twice, was a pipe");
  }
  LineReader lines(path);
  expect_header(lines, header);
  std::string_view line;
  for (;;) {
    const LineStatus status = lines.next(line);
    if (status == LineStatus::End) return;
    LineFault fault;
    const bool sound =
        status == LineStatus::TooLong ? fault.set("line", kMustBeShorter, "longer") : see(line, fault);
    if (!sound && on_bad_line == OnBadLine::Fail) throw FeedError(path, lines.line_number(), fault.text());
  }
}

}  // namespace vigil::engine
