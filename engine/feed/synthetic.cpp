#include "engine/feed/synthetic.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace vigil::engine {
namespace {

constexpr double kSecondsPerYear = 365.0 * 86400.0;
constexpr double kStressQuoteRate = 2;
constexpr double kPriceRange = 1000;
/// Less than half of what a Price holds. Quotes are held below it too, however wide the spread.
constexpr double kHighestPrice = 4.0e10 * static_cast<double>(orders::kScale);
/// A venue's offset: how much of the last one stays, and the noise added, in spreads. Its standard deviation
/// is 0.05 / sqrt(1 - 0.9^2) = 0.11 spreads.
constexpr double kOffsetMemory = 0.9;
constexpr double kOffsetNoise = 0.05;
/// Longest wait between two events and longest regime; keeps arithmetic in range for rates close to zero.
constexpr double kLongestWait = 86400.0 * 365.0;

void demand(bool truth, const std::string& what) {
  if (!truth) throw std::invalid_argument("synthetic market: " + what);
}

orders::Duration seconds(double count) noexcept {
  return orders::Duration{static_cast<std::int64_t>(std::min(count, kLongestWait) * 1e9)};
}

double in_seconds(orders::Duration duration) noexcept {
  return static_cast<double>(duration.count()) * 1e-9;
}

bool is_rate(double value) {
  return value >= 0 && value <= 1e7;
}

}  // namespace

SyntheticMarket::SyntheticMarket(const SyntheticMarketConfig& config,
                                 const std::vector<orders::Instrument>& instruments,
                                 const std::vector<orders::VenueId>& venues, orders::Timestamp start)
    : random_(config.seed),
      stress_(config.stress_volatility),
      mean_calm_(config.mean_calm),
      mean_stress_(config.mean_stress),
      now_(start) {
  demand(!config.instruments.empty(), "needs at least one instrument");
  demand(!venues.empty(), "needs at least one venue");
  demand(is_rate(config.quotes_per_second) && config.quotes_per_second > 0,
         "quotes_per_second must be positive and at most 10,000,000");
  demand(is_rate(config.trades_per_second), "trades_per_second must be from 0 to 10,000,000");
  demand(stress_ > 0 && stress_ <= 1000, "stress_volatility must be positive and at most 1000");
  demand(mean_calm_ > orders::Duration::zero(), "mean_calm must be positive");
  demand(mean_stress_ >= orders::Duration::zero(), "mean_stress must not be negative");

  for (const SyntheticInstrumentConfig& wanted : config.instruments) {
    demand(orders::index(wanted.instrument) < instruments.size(), "names an instrument that does not exist");
    const orders::Instrument& known = instruments[orders::index(wanted.instrument)];
    demand(known.tick_size > orders::Price{0} && known.lot_size > orders::Quantity{0},
           known.symbol + " needs a tick size and a lot size");
    demand(wanted.start_price >= known.tick_size &&
               static_cast<double>(wanted.start_price.raw()) <= kHighestPrice,
           known.symbol + ": start_price must be at least one tick and at most 40,000,000,000");
    demand(wanted.volatility >= 0 && wanted.volatility <= 100,
           known.symbol + ": volatility must be from 0 to 100");
    demand(wanted.market_correlation >= -1 && wanted.market_correlation <= 1,
           known.symbol + ": market_correlation must be from -1 to 1");
    demand(wanted.spread >= orders::Price{0} && wanted.spread < wanted.start_price,
           known.symbol + ": spread must not be negative and must be below the start price");
    demand(wanted.typical_size >= known.lot_size && wanted.typical_size <= orders::Quantity{40'000'000'000},
           known.symbol + ": typical_size must be at least one lot and at most 40,000,000,000");

    Instrument made;
    made.id = wanted.instrument;
    made.tick = known.tick_size.raw();
    made.lot = known.lot_size.raw();
    made.price = static_cast<double>(wanted.start_price.raw());
    made.lowest = std::max(made.price / kPriceRange, static_cast<double>(made.tick));
    made.highest = std::min(made.price * kPriceRange, kHighestPrice);
    made.spread = static_cast<double>(std::max(wanted.spread.raw(), made.tick));
    made.volatility = wanted.volatility / std::sqrt(kSecondsPerYear);
    made.correlation = wanted.market_correlation;
    made.own_weight = std::sqrt(1 - made.correlation * made.correlation);
    made.lots = static_cast<double>(wanted.typical_size.raw()) / static_cast<double>(made.lot);
    made.books.resize(venues.size());
    instruments_.push_back(std::move(made));
  }
  for (const orders::VenueId id : venues) venues_.push_back({id, 0.5 + random_.uniform()});
  const auto streams = static_cast<double>(instruments_.size() * venues.size());
  quote_rate_ = config.quotes_per_second * streams;
  trade_rate_ = config.trades_per_second * streams;
  regime_end_ = now_ + seconds(in_seconds(mean_calm_) * random_.exponential());
}

std::optional<orders::MarketEvent> SyntheticMarket::next() {
  const std::size_t venues = venues_.size();
  if (opened_ < instruments_.size() * venues) {
    const std::size_t place = opened_++;
    return quote(instruments_[place / venues], place % venues);
  }
  pass_time();
  const double quotes = quote_rate_ * (regime_ == MarketRegime::Stress ? kStressQuoteRate : 1);
  const bool is_trade = random_.chance(trade_rate_ / (quotes + trade_rate_));
  Instrument& instrument = instruments_[random_.below(instruments_.size())];
  const std::size_t venue = random_.below(venues);
  return is_trade ? trade(instrument, venue) : quote(instrument, venue);
}

/// Goes to the time of the next event, through changes of the regime. What is left of a wait at such a change
/// is drawn anew, which a Poisson stream does not notice.
void SyntheticMarket::pass_time() {
  for (;;) {
    const bool stress = regime_ == MarketRegime::Stress;
    const double rate = quote_rate_ * (stress ? kStressQuoteRate : 1) + trade_rate_;
    const orders::Timestamp event = now_ + seconds(random_.exponential() / rate);
    const orders::Timestamp until = std::min(event, regime_end_);
    const double passed = in_seconds(until - now_) * (stress ? stress_ * stress_ : 1);
    clock_ += passed;
    factor_ += std::sqrt(passed) * random_.normal();
    now_ = until;
    if (event < regime_end_) return;
    regime_ = stress ? MarketRegime::Calm : MarketRegime::Stress;
    const orders::Duration mean = stress ? mean_calm_ : mean_stress_;
    regime_end_ = now_ + seconds(in_seconds(mean) * random_.exponential());
  }
}

/// Brings the fair price up to now. Multiplies by 1 + step instead of exp(step), which depends on the
/// library.
void SyntheticMarket::move(Instrument& instrument) {
  const double passed = clock_ - instrument.moved_at;
  const double common = instrument.correlation * (factor_ - instrument.factor_then);
  const double own = instrument.own_weight * std::sqrt(passed) * random_.normal();
  const double step = std::clamp(instrument.volatility * (common + own), -0.5, 0.5);
  instrument.price = std::clamp(instrument.price * (1 + step), instrument.lowest, instrument.highest);
  instrument.moved_at = clock_;
  instrument.factor_then = factor_;
}

orders::Quantity SyntheticMarket::random_size(const Instrument& instrument, std::size_t venue) {
  const double lots = instrument.lots * venues_[venue].size * (0.25 + 1.5 * random_.uniform());
  return orders::Quantity::from_raw(std::max<std::int64_t>(1, static_cast<std::int64_t>(lots)) *
                                    instrument.lot);
}

orders::MarketEvent SyntheticMarket::quote(Instrument& instrument, std::size_t venue) {
  move(instrument);
  Book& book = instrument.books[venue];
  book.offset = kOffsetMemory * book.offset + kOffsetNoise * random_.normal();
  const double middle = instrument.price + book.offset * instrument.spread;
  const double half = instrument.spread * (regime_ == MarketRegime::Stress ? stress_ : 1) / 2;
  const auto tick = static_cast<double>(instrument.tick);
  const auto ticks_at = [tick](double price) {
    return std::int64_t{std::llround(std::clamp(price, 0.0, kHighestPrice) / tick)};
  };
  const auto bid_ticks = std::max<std::int64_t>(1, ticks_at(middle - half));
  const auto ask_ticks = std::max<std::int64_t>(bid_ticks + 1, ticks_at(middle + half));
  book.bid = bid_ticks * instrument.tick;
  book.ask = ask_ticks * instrument.tick;
  book.bid_size = random_size(instrument, venue);
  book.ask_size = random_size(instrument, venue);

  orders::MarketEvent event;
  event.kind = orders::MarketEventKind::Quote;
  event.instrument = instrument.id;
  event.venue = venues_[venue].id;
  event.time = now_;
  event.quote.bid = orders::Price::from_raw(book.bid);
  event.quote.ask = orders::Price::from_raw(book.ask);
  event.quote.bid_size = book.bid_size;
  event.quote.ask_size = book.ask_size;
  event.quote.time = now_;
  return event;
}

orders::MarketEvent SyntheticMarket::trade(const Instrument& instrument, std::size_t venue) {
  const Book& book = instrument.books[venue];
  const bool buys = random_.chance(0.5);
  const std::int64_t displayed = (buys ? book.ask_size : book.bid_size).raw() / instrument.lot;
  const auto lots = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(displayed))) + 1;

  orders::MarketEvent event;
  event.kind = orders::MarketEventKind::Trade;
  event.instrument = instrument.id;
  event.venue = venues_[venue].id;
  event.time = now_;
  event.price = orders::Price::from_raw(buys ? book.ask : book.bid);
  event.size = orders::Quantity::from_raw(lots * instrument.lot);
  event.aggressor = buys ? orders::Side::Buy : orders::Side::Sell;
  return event;
}

}  // namespace vigil::engine
