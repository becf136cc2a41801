#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "monitoring/delivery/outbox.h"
#include "monitoring/delivery/receiver_config.h"

namespace vigil::monitoring {

/// Gives what an outbox holds its receiver's form, and sends it. One thread, which waits.
class AlertSender {
 public:
  AlertSender() = default;
  virtual ~AlertSender() = default;
  AlertSender(const AlertSender&) = delete;
  AlertSender& operator=(const AlertSender&) = delete;

  /// Entries that go in one call.
  [[nodiscard]] virtual std::size_t batch() const noexcept { return 1; }
  /// At least one entry, at most `batch`. An entry that cannot be read is refused.
  [[nodiscard]] virtual TransferResult send(std::span<const OutboxEntry* const> entries, SampleTime now) = 0;
  /// Breaks off what is under way, and refuses what comes. Any thread.
  virtual void stop() noexcept {}
};

/// Makes the senders of a delivery.
class AlertSenders {
 public:
  AlertSenders() = default;
  virtual ~AlertSenders() = default;
  AlertSenders(const AlertSenders&) = delete;
  AlertSenders& operator=(const AlertSenders&) = delete;

  /// Its entries' payloads are alerts (alert_json).
  [[nodiscard]] virtual std::unique_ptr<AlertSender> make(const AlertmanagerConfig& config) const = 0;
  /// Its entries' payloads are notifications (notification_json).
  [[nodiscard]] virtual std::unique_ptr<AlertSender> make(const ReceiverConfig& config,
                                                          const std::string& external_url) const = 0;
};

/// What the configurations say. They throw std::runtime_error for one that cannot be.
[[nodiscard]] const AlertSenders& network_senders();

}  // namespace vigil::monitoring
