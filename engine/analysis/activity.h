#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "orders/execution_notes.h"
#include "orders/order_status.h"
#include "orders/reasons.h"

namespace vigil::engine {

/// What became of an order or of a request.
struct OrderOutcome {
  /// Ended: before it was sent, or denied; of others an OrderEndNote tells.
  enum class Kind : std::uint8_t { Ended, Denied, NotCreated, Rejected };
  Kind kind = Kind::Ended;
  orders::OrderStatus status = orders::OrderStatus::Denied;     ///< Ended
  orders::DenyReason denial = orders::DenyReason::None;         ///< Denied, NotCreated
  orders::RejectReason rejection = orders::RejectReason::None;  ///< Rejected
  bool is_slice = false;                                        ///< Ended
  std::array<std::uint8_t, 3> unused{};
};

/// Orders that ended and what was traded, counted.
class Activity {
 public:
  /// Of one instrument at one venue, in the reporting currency.
  struct Traded {
    std::uint64_t fills = 0;
    std::uint64_t unvalued = 0;  ///< of them: without a rate, so they are not in the sums
    double notional = 0;
    double fees = 0;  ///< less rebates

    template <typename Wire>
    void state(Wire& wire) {
      wire(fills);
      wire(unvalued);
      wire(notional);
      wire(fees);
    }
  };

  std::array<std::uint64_t, orders::kOrderStatusCount> ended{};  ///< slices left out
  std::uint64_t slices = 0;
  std::uint64_t not_created = 0;
  std::array<std::uint64_t, orders::kDenyReasonCount> denials{};
  std::array<std::uint64_t, orders::kRejectReasonCount> rejects{};
  std::size_t venue_count = 0;
  std::map<std::uint32_t, Traded> traded;  ///< where there were fills: instrument * venue_count + venue

  explicit Activity(std::size_t venues) : venue_count(venues) {}

  void add(const OrderOutcome& outcome) noexcept {
    switch (outcome.kind) {
      case OrderOutcome::Kind::Ended:
        outcome.is_slice ? ++slices : ++ended[static_cast<std::size_t>(outcome.status)];
        return;
      case OrderOutcome::Kind::NotCreated:
        ++not_created;
        [[fallthrough]];
      case OrderOutcome::Kind::Denied:
        ++denials[static_cast<std::size_t>(outcome.denial)];
        return;
      case OrderOutcome::Kind::Rejected:
        ++rejects[static_cast<std::size_t>(outcome.rejection)];
        return;
    }
  }
  void add(const orders::OrderEndNote& order) noexcept {
    order.is_slice ? ++slices : ++ended[static_cast<std::size_t>(order.status)];
  }
  void add(const orders::FillNote& fill) {
    const std::size_t venue = orders::index(fill.order.venue);
    if (venue >= venue_count) return;
    Traded& cell =
        traded[static_cast<std::uint32_t>(orders::index(fill.order.instrument) * venue_count + venue)];
    ++cell.fills;
    if (!std::isfinite(fill.notional_usd) || !std::isfinite(fill.fee_usd)) {
      ++cell.unvalued;
      return;
    }
    cell.notional += fill.notional_usd;
    cell.fees += fill.fee_usd;
  }
  [[nodiscard]] std::uint64_t fills() const noexcept {
    std::uint64_t sum = 0;
    for (const auto& [place, cell] : traded) sum += cell.fills;
    return sum;
  }

  template <typename Wire>
  void state(Wire& wire) {
    wire(ended);
    wire(slices);
    wire(not_created);
    wire(denials);
    wire(rejects);
    std::vector<Place> places;
    if constexpr (!Wire::kReads) {
      for (const auto& [number, cell] : traded) places.push_back({number, cell});
    }
    constexpr std::size_t kMostPlaces = 10'000'000;  // more than a configuration can have
    wire.list(places, kMostPlaces);
    if constexpr (Wire::kReads) {
      traded.clear();
      for (const Place& place : places) traded.emplace(place.number, place.cell);
    }
  }

 private:
  struct Place {
    std::uint32_t number = 0;
    Traded cell;

    template <typename Wire>
    void state(Wire& wire) {
      wire(number);
      wire(cell);
    }
  };
};

}  // namespace vigil::engine
