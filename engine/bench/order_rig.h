#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/core/core.h"
#include "monitoring/log/logger.h"
#include "monitoring/metrics/registry.h"

namespace vigil::engine::bench {

/// What happens to an order, in this order.
enum class Step : std::uint8_t {
  Quote,     ///< marks, exposures, strategies, gauges
  Request,   ///< create, check, send
  Accepted,  ///< the venue accepts
  Fill,      ///< the venue fills: state machine, booking, risk, metrics
};
inline constexpr std::size_t kSteps = 4;

/// A core on its built-in configuration, fed by hand on one thread with real clocks; its venue takes every
/// order. Every check of the configuration is made but rates, windows and loss limits, which would refuse the
/// flood.
class OrderRig {
 public:
  explicit OrderRig(bool monitoring);
  /// With a limit on a day's loss, for `breach`.
  OrderRig(bool monitoring, orders::Money max_day_loss);

  /// With a rule that halts trading, judged by the core: its expression, for `breach`.
  OrderRig(bool monitoring, const std::string& halting_rule);

  /// Quotes of the intervals before, so that value at risk has all its scenarios to bring up to date with
  /// each fill, as after some hours.
  void live_through_scenarios();

  using Times = std::array<orders::Duration, kSteps>;
  /// Runs `orders` orders (rounded up to whole batches) from quote to booked fill. Returns the time of each
  /// step for an order. Throws std::runtime_error if an order did not reach the venue: the work was not done.
  Times run(std::size_t orders);
  /// The same, with each call of one step timed on its own: nanoseconds are appended to `samples`.
  void run(std::size_t orders, Step timed, std::vector<double>& samples);

  /// Offers an order every `interval`, whether or not the one before is done, and appends how long after its
  /// intended time each was with the venue: a stall is charged to every order that it delayed, not only to
  /// the first. Acceptance and fill come between the orders.
  void offer(std::size_t orders, orders::Duration interval, std::vector<double>& samples);
  /// `times` times lets the market fall until the limit is broken, or the rule's condition holds, and appends
  /// how long after the quote's arrival the firm was halted; then a person resumes. Throws std::runtime_error
  /// if it was not halted.
  void breach(std::size_t times, std::vector<double>& samples);
  /// The same without a limit or a rule: nothing halts.
  void fall(std::size_t times, std::vector<double>& samples);
  [[nodiscard]] Core& core() noexcept { return *core_; }
  [[nodiscard]] const EngineConfig& config() const noexcept { return config_; }
  [[nodiscard]] monitoring::Registry& registry() noexcept { return registry_; }
  /// Of what is traded.
  [[nodiscard]] const std::string& symbol() const noexcept { return config_.instruments[0].symbol; }

 private:
  static constexpr std::size_t kBatch = 64;  ///< calls timed at once, so that the clock's own cost is spread

  class Sink : public VenueGateway {
   public:
    SendResult send(const VenueCommand& command, orders::EventTime) noexcept override {
      sent[count++ % kBatch] = command.order;
      return SendResult::Sent;
    }
    std::array<orders::OrderId, kBatch> sent{};
    std::size_t count = 0;
  };

  /// Takes in what the core notes, on another thread as in the engine: all the time, or when asked to, so
  /// that what is timed is the core's work and not how two threads share a processor.
  class AnalysisThread {
   public:
    explicit AnalysisThread(Analysis& analysis);
    ~AnalysisThread();
    /// Until all is taken in.
    void settle();
    void run_freely(bool freely);

   private:
    void work(const std::stop_token& stop);

    Analysis& analysis_;
    std::atomic<std::uint32_t> asked_{0};  ///< times
    std::atomic<std::uint32_t> done_{0};
    std::atomic<bool> freely_{false};
    std::jthread thread_;
  };

  OrderRig(bool monitoring, EngineConfig config);
  void watch(const std::string& expression);
  void fall(std::size_t times, bool halts, std::vector<double>& samples);
  void hold_position();
  void resume();
  void call(Step step, std::size_t i);
  void quote();
  void quote(orders::Price bid, orders::Price ask);
  void quote(orders::Price bid, orders::Price ask, orders::EventTime now);
  void request(std::size_t i);
  void accept(std::size_t i);
  void fill(std::size_t i);
  void expect_sent(std::size_t before, std::size_t orders) const;

  EngineConfig config_;
  monitoring::Registry registry_;
  monitoring::Logger logger_;
  Sink sink_;
  WatchDesk watches_;
  std::unique_ptr<Core> core_;
  std::unique_ptr<AnalysisThread> analysis_;  ///< without monitoring it finds nothing to do
  orders::AccountId account_{0};
  orders::StrategyId strategy_{0};
  orders::Price bid_;
  orders::Price ask_;
  orders::Quantity lot_;
  bool holds_position_ = false;
  std::uint64_t number_ = 0;
  std::uint64_t trades_ = 0;
};

}  // namespace vigil::engine::bench
