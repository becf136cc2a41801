#include "monitoring/delivery/delivery_metrics.h"

namespace vigil::monitoring {

LossMetrics::LossMetrics(Registry& registry, std::string_view channel)
    : queue_full(registry.shared_counter(kAlertDeliveryLosses, {channel, kLossReasons[0]})),
      outbox_full(registry.shared_counter(kAlertDeliveryLosses, {channel, kLossReasons[1]})),
      unwritten(registry.shared_counter(kAlertDeliveryLosses, {channel, kLossReasons[2]})),
      torn_bytes(registry.shared_counter(kAlertDeliveryLosses, {channel, kLossReasons[3]})),
      damaged_bytes(registry.shared_counter(kAlertDeliveryLosses, {channel, kLossReasons[5]})),
      unreadable(registry.shared_counter(kAlertDeliveryLosses, {channel, kLossReasons[4]})) {}

void LossMetrics::add(const FileDamage& damage) {
  torn_bytes.add(damage.cut_bytes);
  damaged_bytes.add(damage.damaged_bytes);
  unreadable.add(damage.unreadable);
}

ReceiverMetrics::ReceiverMetrics(Registry& registry, std::string_view channel)
    : delivered(registry.shared_counter(kAlertNotifications, {channel, "success"})),
      given_up(registry.shared_counter(kAlertNotifications, {channel, "failure"})),
      retries(registry.shared_counter(kAlertDeliveryRetries, {channel})),
      latency(registry.shared_histogram(kAlertDeliveryLatency, {channel})),
      waiting(registry.shared_gauge(kAlertOutboxEntries, {channel})),
      losses(registry, channel) {}

SuppressedMetrics::SuppressedMetrics(Registry& registry)
    : duplicate(registry.shared_counter(kAlertsSuppressed, {"duplicate"})),
      aggregated(registry.shared_counter(kAlertsSuppressed, {"aggregated"})),
      silenced(registry.shared_counter(kAlertsSuppressed, {"silenced"})),
      inhibited(registry.shared_counter(kAlertsSuppressed, {"inhibited"})),
      refused(registry.shared_counter(kAlertsSuppressed, {"refused"})) {}

}  // namespace vigil::monitoring
