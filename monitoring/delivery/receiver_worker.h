#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include "monitoring/delivery/alert_sender.h"
#include "monitoring/delivery/delivery_links.h"
#include "monitoring/delivery/delivery_metrics.h"
#include "monitoring/delivery/notification.h"
#include "monitoring/delivery/outbox.h"
#include "monitoring/delivery/receiver_config.h"

namespace vigil::monitoring {

using AlertBatch = std::shared_ptr<const std::vector<Alert>>;

struct ReceiverWorkerConfig {
  std::string name = {};         ///< label `channel`
  std::string outbox_file = {};  ///< empty: what waits is lost with the process
  Outbox::Order order = Outbox::Order::Every;
  OutboxLimits limits = {};
  RetryPolicy retry = {};
};

/// What became of an entry.
struct DeliveryOutcome {
  std::string_view receiver;
  const OutboxEntry& entry;
  bool is_delivered = false;  ///< false: given up
  SampleTime time = 0;
};

/// Delivers to one receiver from a thread of its own, so that a receiver that is slow or dead delays nobody
/// else. What it is offered is written to its outbox before it is first sent, and sent until it is taken,
/// refused for good or too old. After a failure for now it waits longer each time; what failed waits behind
/// what has not been tried, but never changes places with what is about the same.
class ReceiverWorker {
 public:
  /// Offers waiting to be written: alerts and notifications. Further ones are dropped and counted.
  static constexpr std::size_t kQueue = 65'536;

  using Clock = std::chrono::steady_clock;
  /// Called by the worker's thread.
  using OnOutcome = std::function<void(const DeliveryOutcome&)>;

  /// Opens the outbox: throws as Outbox does. `links.report` is told of the first failure, of those that
  /// follow at most once a minute, and of the first delivery after them, by the worker's thread.
  ReceiverWorker(ReceiverWorkerConfig config, std::unique_ptr<AlertSender> sender, DeliveryLinks links,
                 OnOutcome on_outcome);
  ~ReceiverWorker();  ///< as stop() with no time
  ReceiverWorker(const ReceiverWorker&) = delete;
  ReceiverWorker& operator=(const ReceiverWorker&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return config_.name; }
  /// Before `start` only.
  [[nodiscard]] const Outbox& outbox() const noexcept { return outbox_; }

  void start();
  /// For who has no threads, in the place of start(): what the worker's does at a time.
  void turn();
  /// Any thread; never waits for the receiver. False: there is no room, or no memory; counted.
  bool offer(AlertBatch alerts, Clock::time_point handed_over) noexcept;
  bool offer(Notification notification, Clock::time_point handed_over) noexcept;

  /// Takes no more, and sends what waits until three attempts in a row have failed.
  void begin_stop();
  /// Waits for that until `deadline`, then breaks off: takes a second more at most. What waits stays in the
  /// outbox.
  void stop(Clock::time_point deadline);

 private:
  struct Offer {
    std::variant<AlertBatch, Notification> what;
    Clock::time_point handed_over;
    [[nodiscard]] std::size_t count() const;
  };
  bool offer(Offer what) noexcept;
  void run();
  [[nodiscard]] std::vector<Offer> wait_for_work();
  [[nodiscard]] std::vector<Offer> take_offers();
  void deal_with(const std::vector<Offer>& offers);
  void write(const std::vector<Offer>& offers);
  /// What is kept by sequence of entries that a newer one replaced.
  void forget_superseded();
  void send_some();
  [[nodiscard]] std::vector<const OutboxEntry*> choose() const;
  void settle(const std::vector<const OutboxEntry*>& entries, bool is_delivered);
  void give_up_old();
  void retry_later(const std::vector<const OutboxEntry*>& entries, const TransferResult& result);
  void report_failure(const TransferResult& result);
  void publish();

  ReceiverWorkerConfig config_;
  std::unique_ptr<AlertSender> sender_;
  DeliveryLinks links_;
  OnOutcome on_outcome_;
  ReceiverMetrics metrics_;

  // The worker's thread, once it runs.
  Outbox outbox_;
  Outbox::Counts counted_;
  std::map<std::uint64_t, std::uint64_t> attempts_;         ///< failed ones, by sequence
  std::map<std::uint64_t, Clock::time_point> handed_over_;  ///< by sequence, of this process
  std::set<std::uint64_t> alone_;                           ///< to be sent alone: refused among others
  std::mt19937_64 random_;
  std::uint64_t failed_in_a_row_ = 0;
  Clock::time_point next_try_{};
  Clock::time_point last_report_{};

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable ended_;
  std::vector<Offer> offers_;
  std::size_t offered_ = 0;  ///< what they hold
  bool is_stopping_ = false;
  bool is_broken_off_ = false;
  bool has_ended_ = false;
  std::thread thread_;
};

}  // namespace vigil::monitoring
