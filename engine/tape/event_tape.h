#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/core/control.h"
#include "engine/tape/journal_format.h"
#include "engine/tape/record_ring.h"
#include "engine/tape/wire.h"
#include "engine/venue/venue.h"
#include "orders/order.h"
#include "orders/time.h"

namespace vigil::engine {

/// What the entries of a tape begin with.
enum class TapeTag : std::uint8_t {
  End = 0,  ///< and the padding behind it
  Clock = 1,
  Sent = 2,
  Disconnected = 3,
  QueueFull = 4,
  Request = 5,
  Crossing = 6,
};

/// What an event asked of the world outside and what it was answered, in its order: readings of the clock,
/// whether a send went out, the requests of strategies, the conditions of alerts that were seen to hold. With
/// these the same event does the same again, whenever and wherever.
///
/// Recording, an event is written straight into the journal's ring: begin(), what happens, end(). Replaying,
/// load() gives the tape of an event that was recorded, and the core takes from it what it would have asked
/// for; where the two do not fit, has_diverged(). Core thread only; no allocation.
class EventTape {
 public:
  enum class Mode : std::uint8_t { Off, Record, Replay };

  [[nodiscard]] Mode mode() const noexcept { return mode_; }
  [[nodiscard]] bool replays() const noexcept { return mode_ == Mode::Replay; }

  /// From now on events are written into `ring`, the first as number `next_sequence`; nullptr: nowhere.
  /// `with_clock`: readings of the clock are part of it (they are not under a manual clock).
  void record(RecordRing* ring, std::uint64_t next_sequence, bool with_clock) noexcept;
  /// The number of the event being handled, or else of the next.
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return sequence_; }
  /// Events that did not fit into the ring: they are not in the journal.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

  /// `body(WireWriter&)` puts the event's own fields.
  template <typename Body>
  void begin(RecordType type, orders::EventTime time, Body&& body) noexcept {
    judge_point_ = 0;
    if (mode_ != Mode::Record) return;
    memory_ = ring_->reserve();
    if (memory_ == nullptr) return;
    header_ = {.time = time, .type = type, .flags = with_clock_ ? kFlagClock : std::uint8_t{0}};
    out_ = WireWriter(memory_ + kRecordHeaderBytes, kMaxRecordBytes - kRecordHeaderBytes - kRecordAlignment);
    body(out_);
    header_.body_size = static_cast<std::uint32_t>(out_.size());
  }
  void end() noexcept;

  // Recording; nothing while the tape is off.
  void clock(orders::Duration since_start) noexcept {
    if (!writes() || !with_clock_) return;
    tag(Tag::Clock);
    out_.varint(static_cast<std::uint64_t>(since_start.count()));
  }
  void sent(SendResult result) noexcept {
    if (writes())
      tag(static_cast<Tag>(static_cast<std::uint8_t>(Tag::Sent) + static_cast<std::uint8_t>(result)));
  }
  void requested(const orders::OrderRequest& request) noexcept;
  /// A condition was seen to hold: what the core does about it.
  void crossed(std::span<const ControlCommand> commands) noexcept;

  /// A point of an event at which conditions may be judged.
  void judge_point() noexcept { ++judge_point_; }

  // Replaying.
  /// The next event's tape. What it points to must stay until the event is over.
  void load(std::string_view tape, bool with_clock) noexcept;
  void stop_replay() noexcept { mode_ = Mode::Off; }
  [[nodiscard]] bool replays_clock() const noexcept { return with_clock_; }
  [[nodiscard]] orders::Duration next_clock() noexcept;
  [[nodiscard]] SendResult next_sent() noexcept;
  /// False: no strategy asked for more.
  [[nodiscard]] bool next_request(orders::OrderRequest& request) noexcept;
  /// How many commands a condition brought that was seen to hold here; -1: none was.
  [[nodiscard]] int next_crossing() noexcept;
  /// One of that many.
  [[nodiscard]] ControlCommand next_command() noexcept;
  /// What it says makes no sense.
  void diverge() noexcept { diverged_ = true; }
  /// The event asked for something else than what was recorded, or did not ask for all of it.
  [[nodiscard]] bool has_diverged() const noexcept {
    return diverged_ || !(in_.is_at_end() || next_is(Tag::End));
  }

 private:
  using Tag = TapeTag;
  [[nodiscard]] bool writes() const noexcept { return memory_ != nullptr; }
  void tag(Tag tag) noexcept { out_(static_cast<std::uint8_t>(tag)); }
  [[nodiscard]] bool next_is(Tag tag) const noexcept { return in_.peek() == static_cast<std::uint8_t>(tag); }
  /// Takes the tag, or marks the tape as diverged.
  [[nodiscard]] bool take(Tag tag) noexcept;

  Mode mode_ = Mode::Off;
  bool with_clock_ = false;
  std::uint32_t judge_point_ = 0;
  // Recording.
  RecordRing* ring_ = nullptr;
  char* memory_ = nullptr;  ///< of the event being written; nullptr: none is
  RecordHeader header_;
  WireWriter out_{nullptr, 0};
  std::uint64_t sequence_ = 1;
  std::uint64_t lost_ = 0;
  // Replaying.
  WireReader in_{std::string_view{}};
  bool diverged_ = false;
};

}  // namespace vigil::engine
