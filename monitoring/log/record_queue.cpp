#include "monitoring/log/record_queue.h"

#include <cassert>
#include <cstring>
#include <new>

namespace vigil::monitoring {

static_assert(alignof(QueuedRecord) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);

// The slots are not initialised: what nobody has written occupies no memory.
RecordQueue::RecordQueue(std::size_t capacity)
    : capacity_(capacity), slots_(new std::byte[capacity * sizeof(QueuedRecord)]) {
  assert(capacity > 0);
}

std::byte* RecordQueue::slot(std::uint64_t position) const noexcept {
  return slots_.get() + (position % capacity_) * sizeof(QueuedRecord);
}

bool RecordQueue::push(const LogRecord& record, std::uint64_t ticket) noexcept {
  const std::uint64_t position = written_.load(std::memory_order_relaxed);
  if (position - read_seen_ == capacity_) {
    read_seen_ = read_.load(std::memory_order_acquire);
    if (position - read_seen_ == capacity_) return false;
  }
  std::byte* const to = slot(position);
  std::memcpy(to + offsetof(QueuedRecord, ticket), &ticket, sizeof(ticket));
  copy_used(record, to + offsetof(QueuedRecord, record));
  written_.store(position + 1, std::memory_order_release);
  return true;
}

const QueuedRecord* RecordQueue::front() const noexcept {
  const std::uint64_t position = read_.load(std::memory_order_relaxed);
  if (position == written_.load(std::memory_order_acquire)) return nullptr;
  return std::launder(reinterpret_cast<const QueuedRecord*>(slot(position)));
}

void RecordQueue::pop() noexcept {
  read_.store(read_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
}

std::size_t RecordQueue::size() const noexcept {
  return static_cast<std::size_t>(written_.load(std::memory_order_acquire) -
                                  read_.load(std::memory_order_relaxed));
}

}  // namespace vigil::monitoring
