#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "orders/fixed_string.h"
#include "orders/time.h"

namespace vigil::engine {

/// That an alert's state changed, as the core takes it up for the record: what people were told stands beside
/// what the engine did. Plain data.
struct AlertNote {
  enum class State : std::uint8_t { Pending, Firing, Resolved };
  State state = State::Pending;
  orders::FixedString<64> name;     ///< cut where longer
  orders::FixedString<255> labels;  ///< as `{a="b",c="d"}`; cut where longer
  double value = 0;                 ///< of the rule's expression
  orders::Timestamp since{};        ///< when its state changed, by the rule's evaluation

  template <typename Wire>
  void state_of(Wire& wire) {
    wire.choice(state, State::Resolved);
    wire(name);
    wire(labels);
    wire(value);
    wire(since);
  }
};
inline constexpr std::array<std::string_view, 3> kAlertNoteStates{"pending", "firing", "resolved"};
[[nodiscard]] constexpr std::string_view to_string(AlertNote::State state) noexcept {
  return kAlertNoteStates[static_cast<std::size_t>(state)];
}

/// Alerts that are pending or fire, as far as the core was told. Beyond kMost the one noted first is
/// forgotten: this is for people who look back, nothing is decided by it. Core thread only.
class NotedAlerts {
 public:
  static constexpr std::size_t kMost = 128;

  void note(const AlertNote& note) noexcept {
    std::size_t place = 0;
    while (place < count_ && !(notes_[place].name == note.name && notes_[place].labels == note.labels))
      ++place;
    if (place == count_ && note.state == AlertNote::State::Resolved) return;
    if (place < count_) remove(place);
    if (note.state == AlertNote::State::Resolved) return;
    if (count_ == kMost) remove(0);
    notes_[count_++] = note;
  }
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < count_; ++i) visit(notes_[i]);
  }

  template <typename Wire>
  void state(Wire& wire) {
    wire.choice(count_, kMost);
    for (std::size_t i = 0; i < count_; ++i) notes_[i].state_of(wire);
  }

 private:
  void remove(std::size_t place) noexcept {
    for (std::size_t i = place + 1; i < count_; ++i) notes_[i - 1] = notes_[i];
    --count_;
  }

  std::array<AlertNote, kMost> notes_{};
  std::size_t count_ = 0;
};

}  // namespace vigil::engine
