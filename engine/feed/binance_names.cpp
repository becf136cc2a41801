#include "engine/feed/binance_names.h"

#include <algorithm>
#include <array>

#include "engine/feed/feed_error.h"
#include "engine/feed/fields.h"

namespace vigil::engine {
namespace {

struct MarketWord {
  std::string_view word;
  BinanceMarket market;
};
constexpr std::array<MarketWord, 3> kMarkets{{{"spot", BinanceMarket::Spot},
                                              {"usdm", BinanceMarket::UsdMargined},
                                              {"cm", BinanceMarket::CoinMargined}}};

/// Increments in units of 1e-8.
struct Increments {
  BinanceMarket market;
  std::string_view base;
  std::string_view quote;
  std::int64_t tick;
  std::int64_t lot;
};
constexpr std::array<Increments, 6> kIncrements{{
    {BinanceMarket::Spot, "BTC", "USDT", 1'000'000, 1'000},
    {BinanceMarket::Spot, "ETH", "USDT", 1'000'000, 10'000},
    {BinanceMarket::UsdMargined, "BTC", "USDT", 10'000'000, 100'000},
    {BinanceMarket::UsdMargined, "ETH", "USDT", 1'000'000, 100'000},
    {BinanceMarket::CoinMargined, "BTC", "USD", 10'000'000, 100'000'000},
    {BinanceMarket::CoinMargined, "ETH", "USD", 1'000'000, 100'000'000},
}};

/// Quote currencies, longer ones before those they end in.
constexpr std::array<std::string_view, 16> kQuotes{"FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USDP",
                                                   "BTC",   "ETH",  "BNB",  "EUR",  "TRY",  "BRL",
                                                   "JPY",   "GBP",  "AUD",  "USD"};

constexpr orders::Ratio kInitialMargin = orders::Ratio::from_raw(orders::kScale / 20);

bool is_date(std::string_view text) {
  return text.size() == 8 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool is_symbol(std::string_view text) {
  return !text.empty() && text.size() <= 24 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

BinanceName parse_binance_name(const std::string& path) {
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  const std::string_view stem = name.substr(0, name.find('.'));
  const std::size_t first = stem.find('_');
  const std::size_t last = stem.rfind('_');
  const auto market = std::find_if(kMarkets.begin(), kMarkets.end(), [stem, first](const MarketWord& word) {
    return word.word == stem.substr(0, first);
  });
  BinanceName result;
  if (market != kMarkets.end() && first < last && is_date(stem.substr(last + 1))) {
    result.market = market->market;
    result.exchange_symbol = stem.substr(first + 1, last - first - 1);
    std::transform(result.exchange_symbol.begin(), result.exchange_symbol.end(),
                   result.exchange_symbol.begin(), upper);
  }
  if (!is_symbol(result.exchange_symbol)) {
    throw FeedError(
        path, 0,
        "file name: must be MARKET_SYMBOL_YYYYMMDD with MARKET spot, usdm or cm, was " + in_quotes(name));
  }
  result.symbol = result.exchange_symbol;
  // A dated future carries its delivery date behind an underscore, the perpetual carries nothing.
  const bool is_plain = result.symbol.find('_') == std::string::npos;
  if (result.market == BinanceMarket::UsdMargined && is_plain) result.symbol += "-PERP";
  return result;
}

std::string_view binance_venue(BinanceMarket market) noexcept {
  switch (market) {
    case BinanceMarket::Spot:
      return "binance";
    case BinanceMarket::UsdMargined:
      return "binance-usdm";
    case BinanceMarket::CoinMargined:
      return "binance-cm";
  }
  return "binance";
}

std::optional<orders::Instrument> binance_instrument(const BinanceName& name, Directory& directory) {
  const std::string_view pair =
      std::string_view(name.exchange_symbol).substr(0, name.exchange_symbol.find('_'));
  const auto quote = std::find_if(kQuotes.begin(), kQuotes.end(), [pair](std::string_view code) {
    return pair.size() > code.size() && pair.ends_with(code);
  });
  if (quote == kQuotes.end()) return std::nullopt;
  const std::string_view base = pair.substr(0, pair.size() - quote->size());
  const bool is_inverse = name.market == BinanceMarket::CoinMargined;

  orders::Instrument instrument;
  instrument.symbol = name.symbol;
  instrument.base = directory.currency(base);
  instrument.quote = directory.currency(*quote);
  instrument.settlement = is_inverse ? instrument.base : instrument.quote;
  instrument.inverse = is_inverse;
  if (is_inverse) instrument.multiplier = orders::Multiplier{base == "BTC" ? 100 : 10};
  if (name.market != BinanceMarket::Spot) instrument.initial_margin = kInitialMargin;
  instrument.tick_size = orders::Price::from_raw(1);
  instrument.lot_size = is_inverse ? orders::Quantity{1} : orders::Quantity::from_raw(1);
  for (const Increments& known : kIncrements) {
    if (known.market != name.market || known.base != base || known.quote != *quote) continue;
    instrument.tick_size = orders::Price::from_raw(known.tick);
    instrument.lot_size = orders::Quantity::from_raw(known.lot);
  }
  return instrument;
}

}  // namespace vigil::engine
