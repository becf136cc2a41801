#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/feed/feed.h"
#include "engine/feed/synthetic_config.h"
#include "engine/random.h"
#include "orders/instrument.h"

namespace vigil::engine {

enum class MarketRegime : std::uint8_t { Calm, Stress };

/// A market made of random numbers: the same seed gives the same stream, whatever the library. Never ends.
///
/// Each instrument has one fair price. It moves by a random walk whose annual volatility (365 days) is the
/// configured one, partly with a factor common to all instruments, so that two instruments correlate with the
/// product of their market correlations. It stays between a thousandth and a thousand times the start price.
/// Each venue quotes around the fair price with an offset of its own that wanders within about half a spread,
/// so venues now and then cross one another, and with sizes of its own. A venue's own bid is always below its
/// ask, both are on the tick, sizes are whole lots.
///
/// Quotes and trades come as Poisson streams for each instrument and venue. The market opens with one quote
/// for each. A trade is at the touch of the venue's last quote and no larger than its displayed size.
///
/// Calm and stress alternate, both of random (exponential) length. In stress volatility and spreads grow by
/// the configured factor and quotes come twice as often.
///
/// One thread reads it.
class SyntheticMarket final : public Feed {
 public:
  /// Every instrument of the config is quoted at every one of the venues. Throws std::invalid_argument for a
  /// market in which nothing would ever happen or whose numbers make no sense.
  SyntheticMarket(const SyntheticMarketConfig& config, const std::vector<orders::Instrument>& instruments,
                  const std::vector<orders::VenueId>& venues, orders::Timestamp start);

  [[nodiscard]] std::optional<orders::MarketEvent> next() override;
  /// At the time of the event last delivered.
  [[nodiscard]] MarketRegime regime() const noexcept { return regime_; }

 private:
  /// What one venue shows of one instrument.
  struct Book {
    double offset = 0;  ///< of the venue's middle from the fair price, in calm spreads
    std::int64_t bid = 0;
    std::int64_t ask = 0;
    orders::Quantity bid_size{};
    orders::Quantity ask_size{};
  };
  struct Venue {
    orders::VenueId id{};
    double size = 1;  ///< factor on the typical size
  };
  struct Instrument {
    orders::InstrumentId id{};
    std::int64_t tick = 1;  ///< all prices here are raw, in units of 1e-8
    std::int64_t lot = 1;
    double price = 0;
    double lowest = 0;
    double highest = 0;
    double spread = 0;        ///< calm
    double volatility = 0;    ///< calm, per square root of a second
    double correlation = 0;   ///< with the common factor
    double own_weight = 1;    ///< sqrt(1 - correlation^2)
    double lots = 1;          ///< typical size
    double moved_at = 0;      ///< market clock of the last move
    double factor_then = 0;   ///< common factor at that time
    std::vector<Book> books;  ///< in the order of venues_
  };

  void pass_time();
  void move(Instrument& instrument);
  orders::MarketEvent quote(Instrument& instrument, std::size_t venue);
  orders::MarketEvent trade(const Instrument& instrument, std::size_t venue);
  orders::Quantity random_size(const Instrument& instrument, std::size_t venue);

  Random random_;
  std::vector<Instrument> instruments_;
  std::vector<Venue> venues_;
  double quote_rate_;  ///< per second, of all instruments and venues, calm
  double trade_rate_;
  double stress_;
  orders::Duration mean_calm_;
  orders::Duration mean_stress_;
  orders::Timestamp now_;
  orders::Timestamp regime_end_;
  MarketRegime regime_ = MarketRegime::Calm;
  double clock_ = 0;        ///< seconds, those of stress counting stress^2 fold: variance grows evenly on it
  double factor_ = 0;       ///< the common factor, a Wiener process of that clock
  std::size_t opened_ = 0;  ///< opening quotes delivered
};

}  // namespace vigil::engine
