#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <thread>

namespace vigil::engine {

/// Where other threads leave questions and the core leaves answers: a few slots, each handed to and fro by
/// one atomic. The core never waits and never allocates; who finds no free slot or waits too long gives up.
/// `Question` has room for the answer.
template <typename Question, std::size_t kSlots>
class QuestionSlots {
 public:
  enum class Outcome : std::uint8_t {
    Answered,
    Busy,      ///< all slots are taken: not asked
    TimedOut,  ///< the core did not take the question up, and it will not
  };

  /// Any thread but the core's. `prepare(Question&)` puts the question; `read(const Question&)` is called
  /// with the answer before the slot is given back.
  template <typename Prepare, typename Read>
  Outcome ask(std::chrono::milliseconds patience, const Prepare& prepare, const Read& read) {
    Slot* const slot = take();
    if (slot == nullptr) return Outcome::Busy;
    prepare(slot->question);
    slot->state.store(State::Asked, std::memory_order_release);
    if (!wait(*slot, patience)) return Outcome::TimedOut;
    read(static_cast<const Question&>(slot->question));
    slot->state.store(State::Free, std::memory_order_release);
    return Outcome::Answered;
  }

  /// The core's thread.
  [[nodiscard]] bool has_questions() const noexcept {
    return std::ranges::any_of(
        slots_, [](const Slot& slot) { return slot.state.load(std::memory_order_relaxed) == State::Asked; });
  }
  /// The core's thread: `answer(Question&)` answers one question. False: there was none.
  template <typename Answer>
  bool serve(const Answer& answer) noexcept {
    for (Slot& slot : slots_) {
      State asked = State::Asked;
      if (!slot.state.compare_exchange_strong(asked, State::Answering, std::memory_order_acq_rel)) continue;
      answer(slot.question);
      slot.state.store(State::Answered, std::memory_order_release);
      return true;
    }
    return false;
  }

  /// Before anybody asks: room for answers is made once.
  template <typename Make>
  void make_room(const Make& make) {
    for (Slot& slot : slots_) make(slot.question);
  }

 private:
  /// How often who waits for the core looks.
  static constexpr auto kLook = std::chrono::microseconds{50};

  enum class State : std::uint8_t { Free, Taken, Asked, Answering, Answered };
  struct Slot {
    std::atomic<State> state{State::Free};
    Question question;
  };

  Slot* take() noexcept {
    for (Slot& slot : slots_) {
      State free = State::Free;
      if (slot.state.compare_exchange_strong(free, State::Taken, std::memory_order_acquire)) return &slot;
    }
    return nullptr;
  }

  [[nodiscard]] static bool wait(Slot& slot, std::chrono::milliseconds patience) noexcept {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (slot.state.load(std::memory_order_acquire) != State::Answered) {
      if (std::chrono::steady_clock::now() >= deadline) {
        // Not taken up yet: take the question back. Being answered: that takes microseconds, wait on.
        State asked = State::Asked;
        if (slot.state.compare_exchange_strong(asked, State::Free, std::memory_order_acq_rel)) return false;
      }
      std::this_thread::sleep_for(kLook);
    }
    return true;
  }

  std::array<Slot, kSlots> slots_;
};

}  // namespace vigil::engine
