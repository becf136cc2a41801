#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/lockfree/spsc_queue.hpp>

#include "engine/config/engine_config.h"
#include "engine/core/core.h"
#include "engine/signals/signal_bridge.h"
#include "monitoring/health/health_state.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine {

/// The models at work on a thread of their own: quotes come from the core through a bounded queue, signals to
/// buy or sell go back through another. At the bounds a quote is left out (its successor says more), and a
/// signal is dropped (it would be late); both are counted. What the models say of holding stays here.
class SignalDesk final : public QuoteSink {
 public:
  SignalDesk(const EngineConfig& config, monitoring::Registry& registry, monitoring::Logger& logger);
  ~SignalDesk() override;
  SignalDesk(const SignalDesk&) = delete;
  SignalDesk& operator=(const SignalDesk&) = delete;
  static void declare(monitoring::Registry& registry);

  void start();
  /// Idempotent.
  void stop();

  // The core's thread.
  void quoted(orders::InstrumentId instrument, const orders::Quote& quote,
              orders::EventTime received) noexcept override;
  /// take(signal) for at most so many that wait and while may_take() says so. False: there were none.
  template <typename MayTake, typename Take>
  bool take(int most, const MayTake& may_take, const Take& take) noexcept {
    bool worked = false;
    for (int i = 0; i < most && signals_.read_available() > 0 && may_take(); ++i) {
      take(signals_.front());
      signals_.pop();
      worked = true;
    }
    return worked;
  }

  // Any thread.
  /// Reads the models anew, soon.
  void reload() noexcept { reload_.store(true); }
  [[nodiscard]] monitoring::Verdict state() const {
    const std::lock_guard lock(state_mutex_);
    return state_;
  }
  /// As of the last second.
  [[nodiscard]] std::vector<ModelFigures> figures() const {
    const std::lock_guard lock(state_mutex_);
    return figures_;
  }
  /// Brings the queue's gauge up to date; one thread.
  void sample() noexcept { depth_.set(static_cast<double>(quotes_.read_available())); }

 private:
  struct Quoted {
    orders::InstrumentId instrument = orders::kNoInstrument;
    orders::Quote quote;
    orders::EventTime received;
  };

  void run();
  bool turn();
  void publish(orders::Timestamp now);
  void log_changes();

  monitoring::Logger& logger_;
  SignalBridge bridge_;  ///< its thread's, once started
  /// What the log says of a model: its version, or why it is off.
  struct Told {
    bool is_on = false;
    std::string what;
    bool operator==(const Told&) const = default;
  };
  std::vector<std::optional<Told>> told_;  ///< its thread's
  boost::lockfree::spsc_queue<Quoted> quotes_;
  boost::lockfree::spsc_queue<Signal> signals_;
  monitoring::Counter quotes_dropped_;   ///< core thread
  monitoring::Counter signals_dropped_;  ///< bridge's thread
  monitoring::Gauge depth_;
  orders::Timestamp next_second_{};
  mutable std::mutex state_mutex_;
  monitoring::Verdict state_;          ///< under state_mutex_
  std::vector<ModelFigures> figures_;  ///< under state_mutex_
  std::atomic<bool> reload_{false};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace vigil::engine
