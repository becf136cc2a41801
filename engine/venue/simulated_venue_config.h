#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "orders/decimal.h"
#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::engine {

/// A delay drawn as minimum + lognormal(median, sigma); sigma 0 gives minimum + median exactly.
struct LatencyConfig {
  orders::Duration minimum = std::chrono::microseconds{50};
  orders::Duration median = std::chrono::microseconds{100};
  double sigma = 0.5;
};

/// Fee of a fill: notional * ratio + quantity * per_unit, rounded half to even to the currency's decimals.
/// Negative = rebate.
struct FeeConfig {
  orders::Ratio notional_ratio{};
  orders::Money per_unit{};
};

/// Probabilities are per report or order, 0 to 1.
struct FaultConfig {
  double drop_report = 0;
  double repeat_report = 0;
  double reorder_reports = 0;  ///< two consecutive reports change places
  double delay_report = 0;
  orders::Duration report_delay = std::chrono::seconds{2};
  double late_fill_after_cancel = 0;    ///< a fill is reported after the cancel of its order
  double reject_order = 0;              ///< RejectReason::Other, "venue reject"
  orders::Duration disconnect_every{};  ///< mean time between disconnects; zero = never
  orders::Duration disconnect_for = std::chrono::seconds{2};
  std::uint32_t messages_per_second = 0;  ///< more are rejected as RateLimited; 0 = no limit
};

struct SimulatedVenueConfig {
  std::string name;
  std::uint64_t seed = 1;
  LatencyConfig outbound;  ///< engine to venue
  LatencyConfig inbound;   ///< venue to engine
  FeeConfig maker;
  FeeConfig taker;
  /// Currency fees are charged in; empty = the instrument's settlement currency, "base" = its base currency.
  std::string fee_currency;
  /// Taken as the displayed size where the feed publishes none; 0 = no limit.
  orders::Quantity unknown_size{};
  FaultConfig faults;
  bool healthy_at_start = true;
};

}  // namespace vigil::engine
