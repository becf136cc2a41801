#pragma once

#include <cstdint>
#include <vector>

#include "orders/decimal.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::engine {

struct SyntheticInstrumentConfig {
  orders::InstrumentId instrument = orders::kNoInstrument;
  orders::Price start_price{100};
  double volatility = 0.2;          ///< annual, in the calm regime
  double market_correlation = 0.6;  ///< with the common factor, -1 to 1
  orders::Price spread{};           ///< calm; at least one tick
  orders::Quantity typical_size{100};
};

/// A seeded market: correlated prices, each venue quoting around them, regimes of calm and stress.
struct SyntheticMarketConfig {
  std::uint64_t seed = 1;
  std::vector<SyntheticInstrumentConfig> instruments;
  double quotes_per_second = 20;  ///< per instrument and venue, in the calm regime
  double trades_per_second = 5;   ///< per instrument and venue
  double stress_volatility = 4;   ///< factor on volatility and spread in the stress regime
  orders::Duration mean_calm = std::chrono::seconds{60};
  orders::Duration mean_stress = std::chrono::seconds{10};
};

}  // namespace vigil::engine
