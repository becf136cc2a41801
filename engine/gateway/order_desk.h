#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "engine/core/core.h"
#include "engine/core/question_slots.h"
#include "orders/order.h"

namespace vigil::engine {

/// What became of a request at once; a venue's answer comes later.
struct OrderAnswer {
  orders::DenyReason refused = orders::DenyReason::None;
  orders::OrderId order = orders::kNoOrder;  ///< kNoOrder: none came to be, or none is meant
  orders::OrderStatus status = orders::OrderStatus::Initialized;
  std::uint64_t record = 0;  ///< of the journal; the request is in it
};

/// A request on its way to the core, and what became of it.
struct AskedRequest {
  orders::OrderRequest request;
  bool venue_known = true;
  OrderAnswer answer;
};

/// Where requests of other threads come in, one at a time and slot, each with its answer.
class OrderDesk {
 public:
  static constexpr std::size_t kSlots = 16;
  using Slots = QuestionSlots<AskedRequest, kSlots>;
  using Outcome = Slots::Outcome;

  /// Any thread but the core's. `venue_known` false: the request named a venue that there is not.
  Outcome ask(const orders::OrderRequest& request, bool venue_known, std::chrono::milliseconds patience,
              OrderAnswer& answer);

  /// The core's thread.
  [[nodiscard]] bool has_questions() const noexcept { return slots_.has_questions(); }
  /// The core's thread: takes up one request. False: there was none.
  bool serve(Core& core, orders::EventTime now) noexcept;

 private:
  Slots slots_;
};

}  // namespace vigil::engine
