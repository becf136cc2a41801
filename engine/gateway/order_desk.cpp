#include "engine/gateway/order_desk.h"

namespace vigil::engine {

OrderDesk::Outcome OrderDesk::ask(const orders::OrderRequest& request, bool venue_known,
                                  std::chrono::milliseconds patience, OrderAnswer& answer) {
  const auto put = [&](AskedRequest& asked) {
    asked.request = request;
    asked.venue_known = venue_known;
  };
  return slots_.ask(patience, put, [&answer](const AskedRequest& asked) { answer = asked.answer; });
}

bool OrderDesk::serve(Core& core, orders::EventTime now) noexcept {
  return slots_.serve([&core, now](AskedRequest& asked) {
    asked.request.decided = now;
    core.on_request(asked.request, asked.venue_known, now);
    // The request's own, or one behind it.
    asked.answer = {.refused = core.last_refusal(), .record = core.tape().next_sequence() - 1};
    if (const orders::Order* const order = core.orders().find(asked.request.client_order_id)) {
      asked.answer.order = order->id;
      asked.answer.status = order->status;
    }
  });
}

}  // namespace vigil::engine
