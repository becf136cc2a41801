#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/delivery/alert.h"
#include "monitoring/delivery/alert_grouping.h"
#include "monitoring/delivery/alert_history.h"
#include "monitoring/delivery/delivery_links.h"
#include "monitoring/delivery/inhibition.h"
#include "monitoring/delivery/outbox.h"
#include "monitoring/delivery/receiver_config.h"
#include "monitoring/delivery/routing.h"
#include "monitoring/delivery/silences.h"

namespace vigil::monitoring {

struct AlertDeliveryConfig {
  /// Where outboxes, alerts, silences and history are kept; made if it is not there. Empty: in memory only,
  /// and what waits is lost with the process.
  std::string folder = {};
  std::string external_url = {};  ///< shown to people; may be empty
  std::vector<AlertmanagerConfig> alertmanagers = {};
  std::vector<ReceiverConfig> receivers = {};
  RouteConfig route = {};  ///< to the receivers; without receivers it names none
  std::vector<InhibitionRule> inhibition = {};
  GroupingLimits grouping = {};
  OutboxLimits outbox = {};  ///< of each receiver
  RetryPolicy retry = {};    ///< of each receiver, with a seed of its own
};

/// Brings alerts to Alertmanagers (each alert as it is handed over; they group, silence and inhibit by
/// themselves) and, grouped, to the other receivers (see AlertGrouping). A thread dispatches, and each
/// receiver has its own, so that none waits for another, and nobody who hands over waits at all.
///
/// With a folder nothing that was taken is lost in a crash: the alerts, what was said last about each group
/// and what waits for a receiver are written before anything is sent. What was sent before a crash and not
/// yet noted is sent once more, with the same Idempotency-Key.
class AlertDelivery {
 public:
  /// Alerts, changes and outcomes that wait to be dispatched; further ones are dropped and counted in
  /// monitoring_alert_delivery_losses_total{channel="delivery",reason="queue_full"}. Alerts come again: they
  /// are handed over as long as they fire.
  static constexpr std::size_t kQueue = 65'536;

  /// Opens what is kept. Throws std::runtime_error that says what must be otherwise: a configuration, a file
  /// that cannot be opened.
  AlertDelivery(AlertDeliveryConfig config, DeliveryLinks links);
  ~AlertDelivery();  ///< as stop() with no time
  AlertDelivery(const AlertDelivery&) = delete;
  AlertDelivery& operator=(const AlertDelivery&) = delete;

  void start();
  /// For who has no threads, in the place of start(): what all of them do at a time. Again and again.
  void turn();
  /// Sends what waits, groups in their wait included, until `deadline` or three failures of a receiver in a
  /// row; what is left is delivered after the next start. Returns a second after the deadline at most.
  void stop(std::chrono::steady_clock::time_point deadline);

  /// Takes alerts that fire, or were resolved, as Prometheus' notifier does: again and again as long as they
  /// fire, and the resolution for a while. Any thread; waits for nobody and never fails: what does not fit is
  /// dropped and counted.
  void hand_over(std::vector<Alert> alerts) noexcept;
  /// Notes changes of state in the history, in the same way. Before the alerts are handed over, so that the
  /// outcome of telling them finds its entry.
  void record(std::vector<HistoryEntry> changes) noexcept;

  // For people, over the API. Any thread; may wait for a moment.

  [[nodiscard]] Silences::Added add_silence(Silence silence);
  [[nodiscard]] bool expire_silence(std::string_view id);
  [[nodiscard]] std::vector<Silence> silences() const;
  /// Whether our receivers are not told of alerts with these labels now. An Alertmanager has silences of its
  /// own.
  [[nodiscard]] AlertGrouping::Mute is_muted(const Labels& labels) const;
  [[nodiscard]] std::vector<AlertGrouping::Mute> are_muted(const std::vector<Labels>& labels) const;
  [[nodiscard]] std::vector<HistoryEntry> history(const HistoryQuery& asked) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::monitoring
