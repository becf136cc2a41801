#pragma once

#include <cstddef>
#include <memory>
#include <semaphore>

namespace vigil::monitoring {

/// Lets a few queries in at once. Any thread; nobody waits.
class QueryGate {
 public:
  explicit QueryGate(std::size_t most) : free_(static_cast<std::ptrdiff_t>(most)) {}

  /// A place, given back when it goes; false: there is none.
  class Place {
   public:
    explicit Place(QueryGate& gate) noexcept : gate_(gate.free_.try_acquire() ? &gate : nullptr) {}
    ~Place() {
      if (gate_ != nullptr) gate_->free_.release();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    [[nodiscard]] explicit operator bool() const noexcept { return gate_ != nullptr; }

   private:
    QueryGate* gate_;
  };

 private:
  std::counting_semaphore<> free_;
};

}  // namespace vigil::monitoring
