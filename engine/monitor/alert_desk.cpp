#include "engine/monitor/alert_desk.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "engine/monitor/told_alerts.h"

namespace vigil::engine {
namespace {

/// Moves as many as there is room for; the number of those there is none for.
template <typename Item>
std::size_t put(std::vector<Item>& held, std::vector<Item>& more) {
  const std::size_t room = monitoring::AlertDelivery::kQueue - held.size();
  const std::size_t taken = std::min(room, more.size());
  std::move(more.begin(), more.begin() + static_cast<std::ptrdiff_t>(taken), std::back_inserter(held));
  return more.size() - taken;
}

}  // namespace

AlertDesk::AlertDesk(AlertingConfig config, std::string folder, std::string external_url,
                     monitoring::Registry& registry, monitoring::Logger& logger)
    : AlertDesk(std::move(config), std::move(folder), std::move(external_url),
                delivery_links(registry, logger), logger) {}

AlertDesk::AlertDesk(AlertingConfig config, std::string folder, std::string external_url,
                     monitoring::DeliveryLinks links, monitoring::Logger& logger)
    : config_(std::move(config)),
      folder_(std::move(folder)),
      external_url_(std::move(external_url)),
      links_(std::move(links)),
      logger_(logger),
      losses_(links_.registry, "delivery"),
      delivery_(make(config_)) {}

std::unique_ptr<monitoring::AlertDelivery> AlertDesk::make(const AlertingConfig& config) const {
  return make_alert_delivery(config, folder_, external_url_, links_, logger_);
}

void AlertDesk::start() {
  delivery_->start();
}

void AlertDesk::turn() {
  delivery_->turn();
}

void AlertDesk::stop(std::chrono::steady_clock::time_point deadline) {
  const std::unique_lock alone(exchange_);
  if (delivery_ != nullptr) delivery_->stop(deadline);
}

void AlertDesk::hand_over(std::vector<monitoring::Alert> alerts) noexcept {
  const std::size_t count = alerts.size();
  try {
    const std::lock_guard lock(held_mutex_);
    if (is_held_) {
      losses_.queue_full.add(put(held_alerts_, alerts));
    } else {
      delivery_->hand_over(std::move(alerts));
    }
  } catch (const std::exception&) {
    losses_.queue_full.add(count);  // no memory: counted as no room
  }
}

void AlertDesk::record(std::vector<monitoring::HistoryEntry> changes) noexcept {
  const std::size_t count = changes.size();
  try {
    const std::lock_guard lock(held_mutex_);
    if (is_held_) {
      losses_.queue_full.add(put(held_changes_, changes));
    } else {
      delivery_->record(std::move(changes));
    }
  } catch (const std::exception&) {
    losses_.queue_full.add(count);
  }
}

void AlertDesk::hold_back() {
  const std::lock_guard lock(held_mutex_);
  is_held_ = true;
}

void AlertDesk::give_back() noexcept {
  const std::lock_guard lock(held_mutex_);
  delivery_->record(std::exchange(held_changes_, {}));
  delivery_->hand_over(std::exchange(held_alerts_, {}));
  is_held_ = false;
}

std::string AlertDesk::replace(const AlertingConfig& config) {
  if (config == config_ && delivery_ != nullptr) return {};
  if (folder_.empty()) {
    return "alerting: must be as it was at the start, was changed: without data it needs a restart";
  }
  const std::unique_lock alone(exchange_);
  hold_back();
  if (delivery_ != nullptr) delivery_->stop(std::chrono::steady_clock::now() + kLastTelling);
  delivery_.reset();
  std::string fault;
  try {
    delivery_ = make(config);
    config_ = config;
  } catch (const std::runtime_error& error) {
    fault = error.what();
  }
  try {
    if (delivery_ == nullptr) delivery_ = make(config_);
  } catch (const std::runtime_error& error) {
    // What is handed over is held until a reload succeeds.
    return fault + "; the delivery of before cannot begin again, nobody is told of alerts: " + error.what();
  }
  delivery_->start();
  give_back();
  return fault;
}

monitoring::AlertDelivery& AlertDesk::delivery() const {
  if (delivery_ == nullptr)
    throw std::runtime_error("there is no delivery of alerts: its last reload failed");
  return *delivery_;
}

monitoring::Silences::Added AlertDesk::add_silence(monitoring::Silence silence) {
  const std::shared_lock lock(exchange_);
  return delivery().add_silence(std::move(silence));
}

bool AlertDesk::expire_silence(std::string_view id) {
  const std::shared_lock lock(exchange_);
  return delivery().expire_silence(id);
}

std::vector<monitoring::Silence> AlertDesk::silences() const {
  const std::shared_lock lock(exchange_);
  return delivery().silences();
}

std::vector<monitoring::AlertGrouping::Mute> AlertDesk::are_muted(
    const std::vector<monitoring::Labels>& labels) const {
  const std::shared_lock lock(exchange_);
  return delivery().are_muted(labels);
}

std::vector<monitoring::HistoryEntry> AlertDesk::history(const monitoring::HistoryQuery& asked) const {
  const std::shared_lock lock(exchange_);
  return delivery().history(asked);
}

}  // namespace vigil::engine
