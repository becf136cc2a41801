#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/alerting_config.h"
#include "monitoring/delivery/alert_delivery.h"
#include "monitoring/delivery/delivery_metrics.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// The delivery of alerts as the section `alerting` has it, which may be exchanged while the engine runs. One
/// folder belongs to one delivery, so the old one ends before the new one begins; what is handed over
/// meanwhile waits here.
class AlertDesk {
 public:
  /// `folder` and `external_url` as in monitoring::AlertDeliveryConfig. Throws std::runtime_error as
  /// AlertDelivery does. Registry and logger outlive it.
  AlertDesk(AlertingConfig config, std::string folder, std::string external_url,
            monitoring::Registry& registry, monitoring::Logger& logger);
  /// The same in another world.
  AlertDesk(AlertingConfig config, std::string folder, std::string external_url,
            monitoring::DeliveryLinks links, monitoring::Logger& logger);
  AlertDesk(const AlertDesk&) = delete;
  AlertDesk& operator=(const AlertDesk&) = delete;

  void start();
  /// See AlertDelivery::turn.
  void turn();
  /// See AlertDelivery::stop.
  void stop(std::chrono::steady_clock::time_point deadline);

  // The monitor thread: never waits for a receiver, nor for an exchange.

  void hand_over(std::vector<monitoring::Alert> alerts) noexcept;
  /// Before the alerts that the changes are about.
  void record(std::vector<monitoring::HistoryEntry> changes) noexcept;

  /// Exchanges the delivery for one that does as `config` says, if that differs; ends the old one as `stop`
  /// does. Empty: done. Else why not: all is as it was, unless the text says otherwise. One thread at a time.
  [[nodiscard]] std::string replace(const AlertingConfig& config);

  // For people: any thread; waits for an exchange that is under way.

  [[nodiscard]] monitoring::Silences::Added add_silence(monitoring::Silence silence);
  [[nodiscard]] bool expire_silence(std::string_view id);
  [[nodiscard]] std::vector<monitoring::Silence> silences() const;
  [[nodiscard]] std::vector<monitoring::AlertGrouping::Mute> are_muted(
      const std::vector<monitoring::Labels>& labels) const;
  [[nodiscard]] std::vector<monitoring::HistoryEntry> history(const monitoring::HistoryQuery& asked) const;

 private:
  [[nodiscard]] std::unique_ptr<monitoring::AlertDelivery> make(const AlertingConfig& config) const;
  void hold_back();
  void give_back() noexcept;
  /// Throws std::runtime_error while there is none.
  [[nodiscard]] monitoring::AlertDelivery& delivery() const;

  AlertingConfig config_;
  const std::string folder_;
  const std::string external_url_;
  const monitoring::DeliveryLinks links_;
  monitoring::Logger& logger_;
  monitoring::LossMetrics losses_;

  mutable std::shared_mutex exchange_;  ///< shared by people, alone by who exchanges
  std::unique_ptr<monitoring::AlertDelivery> delivery_;

  std::mutex held_mutex_;  ///< held for moments only
  bool is_held_ = false;   ///< what is handed over waits here
  std::vector<monitoring::Alert> held_alerts_;
  std::vector<monitoring::HistoryEntry> held_changes_;
};

}  // namespace vigil::engine
