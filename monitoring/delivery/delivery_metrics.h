#pragma once

#include <array>
#include <string_view>

#include "monitoring/delivery/record_file.h"
#include "monitoring/metrics/definition.h"
#include "monitoring/metrics/operation_seconds.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

// What the delivery of alerts publishes. `channel`: names of receivers from the configuration.

inline constexpr std::array<std::string_view, 2> kChannelResultLabels{"channel", "result"};
inline constexpr MetricDefinition kAlertNotifications{
    "monitoring_alert_notifications_total", MetricType::Counter, "1",
    "Notifications (for an Alertmanager: alerts) that a receiver took (success) or that were given up "
    "(failure).",
    kChannelResultLabels};  // result: success, failure

inline constexpr std::array<std::string_view, 1> kChannelLabels{"channel"};
inline constexpr MetricDefinition kAlertDeliveryRetries{
    "monitoring_alert_delivery_retries_total", MetricType::Counter, "1",
    "Attempts to deliver that failed for now and are repeated.", kChannelLabels};
inline constexpr MetricDefinition kAlertDeliveryLatency{
    "monitoring_alert_delivery_latency_seconds",
    MetricType::Histogram,
    "seconds",
    "Time from an alert handed over (a notification due) to its receiver's answer, without what waited over "
    "a "
    "restart.",
    kChannelLabels,
    kOperationSeconds};
inline constexpr MetricDefinition kAlertOutboxEntries{"monitoring_alert_outbox_entries", MetricType::Gauge,
                                                      "1", "What waits to be delivered.", kChannelLabels};

inline constexpr std::array<std::string_view, 2> kChannelReasonLabels{"channel", "reason"};
inline constexpr MetricDefinition kAlertDeliveryLosses{
    "monitoring_alert_delivery_losses_total", MetricType::Counter, "1",
    "What delivery lost or could not keep safe, by why: no room in the queue or the outbox, a record that "
    "the "
    "disk did not take, bytes of a torn end, a record that cannot be read.",
    kChannelReasonLabels};  // channel also: delivery; reason: kLossReasons

inline constexpr std::array<std::string_view, 6> kLossReasons{"queue_full", "outbox_full", "unwritten",
                                                              "torn_bytes", "unreadable",  "damaged_bytes"};

inline constexpr std::array<std::string_view, 1> kSuppressedReasonLabels{"reason"};
inline constexpr MetricDefinition kAlertsSuppressed{
    "monitoring_alerts_suppressed_total", MetricType::Counter, "1",
    "Alerts that were not told on their own, by why.",
    kSuppressedReasonLabels};  // reason: duplicate, aggregated, silenced, inhibited, refused

inline constexpr std::array kDeliveryMetrics{kAlertNotifications,   kAlertDeliveryRetries,
                                             kAlertDeliveryLatency, kAlertOutboxEntries,
                                             kAlertDeliveryLosses,  kAlertsSuppressed};

/// Of what loses something: a receiver, or the dispatching of alerts. Any thread.
struct LossMetrics {
  LossMetrics(Registry& registry, std::string_view channel);
  void add(const FileDamage& damage);
  SharedCounter queue_full;
  SharedCounter outbox_full;
  SharedCounter unwritten;
  SharedCounter torn_bytes;
  SharedCounter damaged_bytes;
  SharedCounter unreadable;
};

/// Of one receiver. Any thread.
struct ReceiverMetrics {
  ReceiverMetrics(Registry& registry, std::string_view channel);
  SharedCounter delivered;
  SharedCounter given_up;
  SharedCounter retries;
  SharedHistogram latency;
  SharedGauge waiting;
  LossMetrics losses;
};

/// Of grouping. Any thread.
struct SuppressedMetrics {
  explicit SuppressedMetrics(Registry& registry);
  SharedCounter duplicate;
  SharedCounter aggregated;
  SharedCounter silenced;
  SharedCounter inhibited;
  SharedCounter refused;
};

}  // namespace vigil::monitoring
