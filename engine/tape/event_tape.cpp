#include "engine/tape/event_tape.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "engine/tape/event_codec.h"

namespace vigil::engine {

void EventTape::record(RecordRing* ring, std::uint64_t next_sequence, bool with_clock) noexcept {
  mode_ = ring == nullptr ? Mode::Off : Mode::Record;
  ring_ = ring;
  sequence_ = next_sequence;
  with_clock_ = with_clock;
  memory_ = nullptr;
}

void EventTape::end() noexcept {
  if (mode_ != Mode::Record) return;
  if (memory_ == nullptr || out_.has_overflowed()) {
    memory_ = nullptr;
    ++lost_;
    return;
  }
  const std::size_t used = kRecordHeaderBytes + out_.size();
  const std::size_t size = (used + kRecordAlignment - 1) / kRecordAlignment * kRecordAlignment;
  std::memset(memory_ + used, 0, size - used);
  header_.size = static_cast<std::uint32_t>(size);
  header_.sequence = sequence_++;
  put_header(memory_, header_);
  memory_ = nullptr;
  ring_->commit(size);
}

void EventTape::requested(const orders::OrderRequest& request) noexcept {
  if (!writes()) return;
  tag(Tag::Request);
  fields(out_, request);
}

void EventTape::crossed(std::span<const ControlCommand> commands) noexcept {
  if (!writes()) return;
  tag(Tag::Crossing);
  out_(judge_point_);
  out_(static_cast<std::uint8_t>(commands.size()));
  for (const ControlCommand& command : commands) fields(out_, command);
}

void EventTape::load(std::string_view tape, bool with_clock) noexcept {
  mode_ = Mode::Replay;
  in_ = WireReader(tape);
  with_clock_ = with_clock;
  diverged_ = false;
}

bool EventTape::take(Tag tag) noexcept {
  if (diverged_ || !next_is(tag)) {
    diverged_ = true;
    return false;
  }
  static_cast<void>(in_.bytes(1));
  return true;
}

orders::Duration EventTape::next_clock() noexcept {
  if (!take(Tag::Clock)) return {};
  return orders::Duration{static_cast<std::int64_t>(in_.varint())};
}

SendResult EventTape::next_sent() noexcept {
  for (const SendResult result : {SendResult::Sent, SendResult::Disconnected, SendResult::QueueFull}) {
    const auto wanted =
        static_cast<Tag>(static_cast<std::uint8_t>(Tag::Sent) + static_cast<std::uint8_t>(result));
    if (next_is(wanted) && take(wanted)) return result;
  }
  diverged_ = true;
  return SendResult::QueueFull;
}

bool EventTape::next_request(orders::OrderRequest& request) noexcept {
  if (diverged_ || !next_is(Tag::Request) || !take(Tag::Request)) return false;
  fields(in_, request);
  diverged_ = diverged_ || in_.has_failed();
  return !diverged_;
}

int EventTape::next_crossing() noexcept {
  if (diverged_ || !next_is(Tag::Crossing)) return -1;
  WireReader ahead = in_;
  static_cast<void>(ahead.bytes(1));
  std::uint32_t judge_point = 0;
  std::uint8_t count = 0;
  ahead(judge_point);
  ahead(count);
  if (judge_point > judge_point_) return -1;  // later in this event
  diverged_ = diverged_ || ahead.has_failed() || judge_point < judge_point_;
  in_ = ahead;
  return diverged_ ? -1 : count;
}

ControlCommand EventTape::next_command() noexcept {
  ControlCommand command;
  fields(in_, command);
  diverged_ = diverged_ || in_.has_failed();
  return command;
}

}  // namespace vigil::engine
