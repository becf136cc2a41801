#include "simulated_receiver.h"

#include <algorithm>
#include <stdexcept>

#include "monitoring/delivery/delivery_json.h"

namespace vigil::engine::test {

using monitoring::TransferOutcome;

class SimulatedReceivers::Sender : public monitoring::AlertSender {
 public:
  Sender(const SimulatedReceivers& world, std::size_t receiver) : world_(world), receiver_(receiver) {}
  [[nodiscard]] std::size_t batch() const noexcept override { return receiver_ == 0 ? 8 : 1; }
  monitoring::TransferResult send(std::span<const monitoring::OutboxEntry* const> entries,
                                  monitoring::SampleTime) override {
    return world_.take(receiver_, entries);
  }

 private:
  const SimulatedReceivers& world_;
  std::size_t receiver_;
};

std::unique_ptr<monitoring::AlertSender> SimulatedReceivers::make(
    const monitoring::AlertmanagerConfig&) const {
  return std::make_unique<Sender>(*this, 0);
}

std::unique_ptr<monitoring::AlertSender> SimulatedReceivers::make(const monitoring::ReceiverConfig& config,
                                                                  const std::string&) const {
  const auto name = std::ranges::find(kNames, config.name);
  if (name == kNames.end()) throw std::logic_error("no receiver of that name: " + config.name);
  return std::make_unique<Sender>(*this, static_cast<std::size_t>(name - kNames.begin()));
}

void SimulatedReceivers::trouble() {
  receivers_[random_.below(receivers_.size())].mood = static_cast<Mood>(random_.below(5));
}

void SimulatedReceivers::behave() {
  for (Receiver& receiver : receivers_) receiver.mood = Mood::Fine;
}

monitoring::TransferResult SimulatedReceivers::take(
    std::size_t number, std::span<const monitoring::OutboxEntry* const> entries) const {
  Receiver& receiver = receivers_[number];
  Mood mood = receiver.mood;
  if (mood == Mood::Moody) mood = static_cast<Mood>(random_.below(4));
  if (mood == Mood::Down) return {.outcome = TransferOutcome::Connection, .reason = "down"};
  if (mood == Mood::Overloaded) {
    return {.outcome = TransferOutcome::Busy, .reason = "busy", .retry_after = std::chrono::seconds{1}};
  }
  for (const monitoring::OutboxEntry* const entry : entries) read(receiver, *entry);
  if (mood == Mood::LosesAnswers) return {.outcome = TransferOutcome::Timeout, .reason = "no answer"};
  return {.outcome = TransferOutcome::Accepted};
}

void SimulatedReceivers::read(Receiver& receiver, const monitoring::OutboxEntry& entry) const {
  ++messages_;
  const auto hear = [&receiver](const monitoring::Alert& alert, bool is_resolved) {
    receiver.heard[monitoring::series_text(alert.labels)] = {.fires = !is_resolved,
                                                             .until = is_resolved ? 0 : alert.ends_at};
  };
  if (&receiver == receivers_.data()) {
    const auto saved = monitoring::parse_alert(entry.payload);
    if (!saved) return rules_.broken("an Alertmanager is sent what it can read: " + entry.payload);
    return hear(saved->alert, saved->is_resolved);
  }
  const auto notification = monitoring::parse_notification(entry.payload);
  if (!notification) return rules_.broken("a desk is sent what it can read: " + entry.payload);
  const auto [known, is_new] = receiver.messages.try_emplace(notification->idempotency_key, entry.payload);
  if (!is_new && known->second != entry.payload) {
    rules_.broken("one idempotency key stands for one message: " + known->second + " and " + entry.payload);
  }
  for (const monitoring::Alert& alert : notification->alerts) hear(alert, alert.ends_at != 0);
}

void SimulatedReceivers::check(const std::set<std::string>& firing, monitoring::SampleTime now,
                               const std::set<std::string>& excused) const {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const std::string who = kNames[i];
    const auto& heard = receivers_[i].heard;
    for (const std::string& alert : firing) {
      const auto last = heard.find(alert);
      if (last == heard.end()) return rules_.broken("no alert is lost: " + who + " never heard of " + alert);
      if (!last->second.fires) return rules_.broken(who + " hears of what fires: " + alert);
    }
    for (const auto& [alert, last] : heard) {
      const bool runs_out = last.until != 0 && last.until <= now;
      if (!last.fires || runs_out || excused.contains(alert) || firing.contains(alert)) continue;
      return rules_.broken(who + " hears of what is over: " + alert);
    }
  }
}

std::set<std::string> SimulatedReceivers::heard() const {
  std::set<std::string> alerts;
  for (const Receiver& receiver : receivers_) {
    for (const auto& [alert, last] : receiver.heard) alerts.insert(alert);
  }
  return alerts;
}

}  // namespace vigil::engine::test
