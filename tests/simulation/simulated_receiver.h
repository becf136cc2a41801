#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/random.h"
#include "monitoring/delivery/alert_sender.h"
#include "world_rules.h"

namespace vigil::engine::test {

/// Receivers of alerts, which outlive the engine that tells them: an Alertmanager and two desks. They are
/// down, overloaded, or take what they are sent and lose the answer.
class SimulatedReceivers : public monitoring::AlertSenders {
 public:
  static constexpr std::array<const char*, 3> kNames{"alertmanager", "desk", "pager"};

  SimulatedReceivers(Random& random, WorldRules& rules) : random_(random), rules_(rules) {}

  std::unique_ptr<monitoring::AlertSender> make(const monitoring::AlertmanagerConfig& config) const override;
  std::unique_ptr<monitoring::AlertSender> make(const monitoring::ReceiverConfig& config,
                                                const std::string& external_url) const override;

  void trouble();
  void behave();

  /// Each has heard last what is true: `firing` are the labels of the alerts that fire. Of those in `excused`
  /// nobody need know that they are over.
  void check(const std::set<std::string>& firing, monitoring::SampleTime now,
             const std::set<std::string>& excused) const;
  /// Labels of all that was heard of.
  [[nodiscard]] std::set<std::string> heard() const;
  [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }

 private:
  enum class Mood : std::uint8_t { Fine, Down, Overloaded, LosesAnswers, Moody };
  /// Last, of an alert.
  struct Heard {
    bool fires = false;
    monitoring::SampleTime until = 0;  ///< of a firing one: when the receiver takes it to be over; 0: never
  };
  struct Receiver {
    Mood mood = Mood::Fine;
    std::map<std::string, Heard> heard;           ///< by the labels of an alert
    std::map<std::string, std::string> messages;  ///< by idempotency key
  };
  class Sender;

  [[nodiscard]] monitoring::TransferResult take(
      std::size_t receiver, std::span<const monitoring::OutboxEntry* const> entries) const;
  void read(Receiver& receiver, const monitoring::OutboxEntry& entry) const;

  Random& random_;
  WorldRules& rules_;
  // Senders are made and used by a delivery that only looks.
  mutable std::array<Receiver, kNames.size()> receivers_;
  mutable std::uint64_t messages_ = 0;
};

}  // namespace vigil::engine::test
