#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/venue/router_config.h"
#include "engine/venue/simulated_venue_config.h"
#include "orders/instrument.h"
#include "orders/market.h"
#include "orders/order.h"
#include "orders/reasons.h"

namespace vigil::engine {

/// What a venue charges, as the router reckons with it. Amounts are taken to be in the settlement currency.
struct VenueFees {
  FeeConfig maker;
  FeeConfig taker;
};

struct RouteSlice {
  orders::VenueId venue = orders::kNoVenue;
  orders::Quantity quantity{};
};

/// Upper end of RouterConfig::max_slices.
inline constexpr std::size_t kMaxRouteSlices = 16;

/// Where an order goes. Not denied: at least one slice, each venue once, the quantities positive and adding
/// up to the order's leaves.
struct RouteDecision {
  orders::DenyReason reason = orders::DenyReason::None;
  std::size_t count = 0;
  std::array<RouteSlice, kMaxRouteSlices> venues{};

  [[nodiscard]] std::span<const RouteSlice> slices() const noexcept { return {venues.data(), count}; }
};

/// Chooses venues by their last quotes, their health and their fees. A venue counts when it is available and
/// its quote of the instrument is not older than `stale_quote_after`; a size that is not published counts as
/// endless, a touch published with size 0 is none. Comparisons are exact, ties go to the smaller venue id.
///
/// smart:
/// - A market order, or a limit order within reach of a far touch, is dealt out over those venues by all-in
///   price (touch and taker fee), each getting whole lots up to its displayed size, at most max_slices of
///   them. A rest of a limit order that may rest goes where a resting order would (below) if there is a slice
///   left for it, any other rest to the best venue.
/// - FOK is never split: the best all-in venue that displays enough, else the best.
/// - A stop goes whole to the best all-in venue as of now.
/// - A limit order out of reach rests whole at the venue with the best maker all-in price among those whose
///   own side of the touch is the best (all that quote, when nobody quotes that side).
/// aggressive: whole to the venue with the best far touch, fees aside.
///
/// Both: without a usable quote, whole to the first available venue whose market has ever shown the
/// instrument; with no such venue the order is denied as VenueUnavailable. An order that names its venue goes
/// there, or is denied. Core thread only; no allocation after construction.
class Router {
 public:
  /// `fees`: one for each venue. All venues start unavailable. Throws std::invalid_argument when max_slices
  /// is not 1 to kMaxRouteSlices.
  Router(const RouterConfig& config, const std::vector<orders::Instrument>& instruments,
         const std::vector<VenueFees>& fees);

  /// Events of unknown venues or instruments are ignored.
  void on_market(const orders::MarketEvent& event) noexcept;
  /// Whether anything was ever heard of the instrument from there; of both configured.
  [[nodiscard]] bool has_seen(orders::InstrumentId instrument, orders::VenueId venue) const noexcept {
    return listing(orders::index(venue), instrument).seen;
  }
  void set_venue_available(orders::VenueId venue, bool available) noexcept;
  [[nodiscard]] bool venue_available(orders::VenueId venue) const noexcept;

  [[nodiscard]] RouteDecision route(const orders::Order& order, orders::Timestamp now) noexcept;
  [[nodiscard]] RoutingStrategy strategy() const noexcept { return config_.strategy; }

  template <typename Wire>
  void state(Wire& wire) {
    wire(available_);
    wire(listings_);
  }

 private:
  struct Listing {
    orders::Quote quote;
    orders::Timestamp time{};
    bool quoted = false;
    bool seen = false;  ///< any event

    template <typename Wire>
    void state(Wire& wire) {
      wire(quote);
      wire(time);
      wire(quoted);
      wire(seen);
    }
  };
  /// A venue an order could trade at now.
  struct Candidate {
    orders::Int128 cost = 0;
    orders::VenueId venue = orders::kNoVenue;
    std::optional<orders::Quantity> size;  ///< nothing = endless
  };

  [[nodiscard]] const Listing& listing(std::size_t venue, orders::InstrumentId instrument) const noexcept {
    return listings_[venue * instruments_.size() + orders::index(instrument)];
  }
  [[nodiscard]] bool usable(std::size_t venue, orders::InstrumentId instrument,
                            orders::Timestamp now) const noexcept;
  void find_candidates(const orders::Order& order, orders::Timestamp now) noexcept;
  [[nodiscard]] RouteDecision deal_out(const orders::Order& order, orders::Timestamp now) const noexcept;
  [[nodiscard]] orders::VenueId best_for_fok(orders::Quantity quantity) const noexcept;
  [[nodiscard]] orders::VenueId best_to_rest(const orders::Order& order,
                                             orders::Timestamp now) const noexcept;
  [[nodiscard]] orders::VenueId first_listing(orders::InstrumentId instrument) const noexcept;

  RouterConfig config_;
  std::vector<orders::Instrument> instruments_;
  std::vector<VenueFees> fees_;
  std::vector<bool> available_;
  std::vector<Listing> listings_;      // by venue, then instrument
  std::vector<Candidate> candidates_;  // scratch, room for every venue
};

/// What a unit costs all in at `price`, for comparison between venues of one instrument: smaller is better,
/// also for a sell, where it is what is given less what is got. Linear: exact, in units of 1e-24 (beyond a
/// contract value of about 1e14 it stops at the end of the range). Inverse: in units of 1e-16, as the ledgers
/// round.
[[nodiscard]] orders::Int128 all_in_cost(const orders::Instrument& instrument, orders::Side side,
                                         orders::Price price, const FeeConfig& fee) noexcept;

}  // namespace vigil::engine
