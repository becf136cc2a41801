#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>

#include "engine/core/core.h"
#include "orders/order.h"

namespace vigil::engine {

/// What became of a request at once; a venue's answer comes later.
struct OrderAnswer {
  orders::DenyReason refused = orders::DenyReason::None;
  orders::OrderId order = orders::kNoOrder;  ///< kNoOrder: none came to be, or none is meant
  orders::OrderStatus status = orders::OrderStatus::Initialized;
  std::uint64_t record = 0;  ///< of the journal; the request is in it
};

/// Where requests of other threads come in, one at a time and slot, each with its answer: a few slots, handed
/// to and fro by one atomic. The core never waits and never allocates; who finds no free slot is told so.
class OrderDesk {
 public:
  static constexpr std::size_t kSlots = 16;

  enum class Outcome : std::uint8_t {
    Answered,
    Busy,      ///< not taken up
    TimedOut,  ///< not taken up, and it will not be
  };
  /// Any thread but the core's. `venue_known` false: the request named a venue that there is not.
  Outcome ask(const orders::OrderRequest& request, bool venue_known, std::chrono::milliseconds patience,
              OrderAnswer& answer);

  /// The core's thread: takes up one request. False: there was none.
  bool serve(Core& core, orders::EventTime now) noexcept;

 private:
  enum class State : std::uint8_t { Free, Taken, Asked, Answering, Answered };
  struct Slot {
    std::atomic<State> state{State::Free};
    orders::OrderRequest request;
    bool venue_known = true;
    OrderAnswer answer;
  };
  Slot* take() noexcept;

  std::array<Slot, kSlots> slots_;
};

}  // namespace vigil::engine
