#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace vigil::monitoring {

/// Lets a few queries in at once, and a few more wait for them. Any thread.
class QueryGate {
 public:
  QueryGate(std::size_t most, std::size_t most_waiting) noexcept : free_(most), may_wait_(most_waiting) {}

  enum class Answer : std::uint8_t {
    Admitted,
    Full,      ///< as many wait as may
    TimedOut,  ///< waited in vain
  };

  /// A place, given back when it goes.
  class Place {
   public:
    /// Waits for one, if none is free, for `patience` at most.
    Place(QueryGate& gate, std::chrono::nanoseconds patience) : gate_(gate), answer_(gate.enter(patience)) {}
    ~Place() {
      if (answer_ == Answer::Admitted) gate_.leave();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    [[nodiscard]] Answer answer() const noexcept { return answer_; }

   private:
    QueryGate& gate_;
    Answer answer_;
  };

 private:
  [[nodiscard]] Answer enter(std::chrono::nanoseconds patience) {
    std::unique_lock lock(mutex_);
    if (free_ == 0) {
      if (may_wait_ == 0) return Answer::Full;
      --may_wait_;
      const bool is_free = freed_.wait_for(lock, patience, [this] { return free_ > 0; });
      ++may_wait_;
      if (!is_free) return Answer::TimedOut;
    }
    --free_;
    return Answer::Admitted;
  }
  void leave() noexcept {
    const std::lock_guard lock(mutex_);
    ++free_;
    freed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t free_;
  std::size_t may_wait_;
};

}  // namespace vigil::monitoring
