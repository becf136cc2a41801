#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "monitoring/log/log_record.h"

namespace vigil::monitoring {

/// A record with its place in the order of arrival.
struct QueuedRecord {
  std::uint64_t ticket = 0;
  LogRecord record;
};

/// Bounded queue between one producing and one consuming thread; both sides are wait-free and allocate
/// nothing. Pages of memory are touched as entries first reach them. A full queue refuses.
class RecordQueue {
 public:
  explicit RecordQueue(std::size_t capacity);

  /// Producer. False: full.
  bool push(const LogRecord& record, std::uint64_t ticket) noexcept;
  /// Consumer: the oldest entry, valid until `pop`; null when empty.
  [[nodiscard]] const QueuedRecord* front() const noexcept;
  /// Consumer: drops what `front` gave.
  void pop() noexcept;
  /// Consumer: entries that are there for certain.
  [[nodiscard]] std::size_t size() const noexcept;

 private:
  [[nodiscard]] std::byte* slot(std::uint64_t position) const noexcept;

  std::size_t capacity_;
  std::unique_ptr<std::byte[]> slots_;
  alignas(64) std::atomic<std::uint64_t> written_{0};  ///< the producer's
  std::uint64_t read_seen_ = 0;                        ///< the producer's last look at read_
  alignas(64) std::atomic<std::uint64_t> read_{0};     ///< the consumer's
};

}  // namespace vigil::monitoring
