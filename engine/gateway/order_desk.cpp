#include "engine/gateway/order_desk.h"

#include <thread>

namespace vigil::engine {
namespace {

constexpr auto kLook = std::chrono::microseconds{50};

}  // namespace

OrderDesk::Slot* OrderDesk::take() noexcept {
  for (Slot& slot : slots_) {
    State free = State::Free;
    if (slot.state.compare_exchange_strong(free, State::Taken, std::memory_order_acquire)) return &slot;
  }
  return nullptr;
}

OrderDesk::Outcome OrderDesk::ask(const orders::OrderRequest& request, bool venue_known,
                                  std::chrono::milliseconds patience, OrderAnswer& answer) {
  Slot* const slot = take();
  if (slot == nullptr) return Outcome::Busy;
  slot->request = request;
  slot->venue_known = venue_known;
  slot->state.store(State::Asked, std::memory_order_release);
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (slot->state.load(std::memory_order_acquire) != State::Answered) {
    if (std::chrono::steady_clock::now() >= deadline) {
      // Not taken up yet: take it back. Being answered: that takes microseconds, wait on.
      State asked = State::Asked;
      if (slot->state.compare_exchange_strong(asked, State::Free, std::memory_order_acq_rel)) {
        return Outcome::TimedOut;
      }
    }
    std::this_thread::sleep_for(kLook);
  }
  answer = slot->answer;
  slot->state.store(State::Free, std::memory_order_release);
  return Outcome::Answered;
}

bool OrderDesk::serve(Core& core, orders::EventTime now) noexcept {
  for (Slot& slot : slots_) {
    State asked = State::Asked;
    if (!slot.state.compare_exchange_strong(asked, State::Answering, std::memory_order_acq_rel)) continue;
    slot.request.decided = now;
    const std::uint64_t record = core.tape().next_sequence();
    core.on_request(slot.request, slot.venue_known, now);
    slot.answer = {.refused = core.last_refusal(), .record = record};
    if (const orders::Order* const order = core.orders().find(slot.request.client_order_id)) {
      slot.answer.order = order->id;
      slot.answer.status = order->status;
    }
    slot.state.store(State::Answered, std::memory_order_release);
    return true;
  }
  return false;
}

}  // namespace vigil::engine
