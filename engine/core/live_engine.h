#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/lockfree/spsc_queue.hpp>

#include "engine/core/core.h"
#include "engine/core/queue_metrics.h"
#include "engine/core/signal_desk.h"
#include "engine/feed/synthetic.h"
#include "engine/gateway/order_desk.h"
#include "engine/journal/journal.h"
#include "engine/venue/simulated_venue.h"
#include "engine/views/view_exchange.h"

namespace vigil::engine {

namespace metric {

inline constexpr std::array<std::string_view, 2> kDroppedLabels{"exchange", "message_type"};
inline constexpr std::array<std::string_view, 2> kBusLabels{"component", "topic"};

inline constexpr monitoring::MetricDefinition kMarketDropped{
    "market_data_messages_dropped_total", monitoring::MetricType::Counter, "1",
    "Market data messages shed because the core's queue was full.", kDroppedLabels};
inline constexpr monitoring::MetricDefinition kReportStalls{
    "engine_report_queue_stalls_total",
    monitoring::MetricType::Counter,
    "1",
    "Times a venue had to keep a report back because the core's queue was full; none is lost.",
    {}};
inline constexpr monitoring::MetricDefinition kAlertsNotRecorded{
    "engine_alert_records_dropped_total",
    monitoring::MetricType::Counter,
    "1",
    "Changes of alerts' states that are not in the journal because the core's queue was full.",
    {}};
inline constexpr std::array<std::string_view, 1> kComponentLabels{"component"};
inline constexpr monitoring::MetricDefinition kComponentRestarts{
    "component_restarts_total", monitoring::MetricType::Counter, "1",
    "Times a component was restarted while the engine went on.", kComponentLabels};
inline constexpr monitoring::MetricDefinition kBusPublished{
    "bus_messages_published_total", monitoring::MetricType::Counter, "1",
    "Messages put into the queues between the threads.", kBusLabels};

}  // namespace metric

/// The engine at work: the core on its own thread, the synthetic market and the simulated venues on another,
/// what is computed of the core's events on a third, models on a fourth, bounded single-producer
/// single-consumer queues between them.
///
/// At the bounds: market data that finds its queue full is dropped and counted (the next quote replaces it
/// anyway); a venue's report is kept by the venue and offered again, none is lost; a command to a venue is
/// refused (the order is denied); a person's command is refused at once.
///
/// With a journal every event of the core is in it, and a command to a venue waits (ack: durable) until the
/// event that brought it is on the disk. While the journal's buffer is full the core takes up nothing, so
/// that the queues above fill. When the disk fails or is full trading halts; cancels then pass as they are,
/// and orders that wait for the disk are not sent: they end as rejected.
class LiveEngine : private VenueGateway, private VenueEventSink {
 public:
  /// `journal` may be null: nothing is kept.
  LiveEngine(const EngineConfig& config, monitoring::Registry& registry, monitoring::Logger& logger,
             Journal* journal = nullptr);
  ~LiveEngine() override;
  LiveEngine(const LiveEngine&) = delete;
  LiveEngine& operator=(const LiveEngine&) = delete;

  static void declare(monitoring::Registry& registry);

  /// Before the start: what the journal has is brought back. Throws JournalError.
  void recover();
  /// Throws std::system_error where the journal cannot be begun.
  void start();
  /// Ends in order: strategies stop, working orders are cancelled if the configuration says so (waiting a
  /// bounded time for the venues' answers), then the threads end. Idempotent.
  void stop();

  /// A person's command, from any thread; returns once the core has carried it out. False = the queue is
  /// full, the engine has stopped, or the core did not get to it in time (it will still carry it out, so what
  /// the command points to must outlive the engine).
  bool control(const ControlCommand& command, std::chrono::milliseconds patience);
  /// An order, cancel or replace, from any thread; returns once the core has taken it up and, with a durable
  /// journal, it is on the disk. Nothing: not taken up, or not kept, in time (what was taken up stays so).
  std::optional<OrderAnswer> place(const orders::OrderRequest& request, bool venue_known,
                                   std::chrono::milliseconds patience);
  /// As control() without waiting for the core: an alert's action. False = the queue is full, or the engine
  /// has stopped. What is posted before the start is carried out before anything else.
  bool post(const ControlCommand& command) noexcept;
  /// That an alert's state changed, for the record. The monitor thread. What finds the queue full is counted
  /// and not recorded.
  void note_alert(const AlertNote& note) noexcept;
  /// Drops the market data that waits and takes the feed up again at the present. Any thread.
  void restart_market_data() noexcept { restart_market_.store(true); }
  [[nodiscard]] ViewExchange& views() noexcept { return views_; }
  /// Where the monitor hands over what the core is to judge.
  [[nodiscard]] WatchDesk& watches() noexcept { return watches_; }
  /// Reads models anew, soon. Any thread.
  void reload_models() noexcept {
    if (signals_) signals_->reload();
  }
  /// How the models are; nothing: there are none. Any thread.
  [[nodiscard]] std::optional<monitoring::Verdict> models_state() const {
    if (!signals_) return std::nullopt;
    return signals_->state();
  }
  /// As of the last second; none: there are no models. Any thread.
  [[nodiscard]] std::vector<ModelFigures> model_figures() const {
    return signals_ ? signals_->figures() : std::vector<ModelFigures>{};
  }
  /// Once started: any thread but the core's may read it.
  [[nodiscard]] const Analysis& analysis() const noexcept { return core_->analysis(); }

  /// What health checks look at; atomics, any thread.
  struct Pulse {
    std::atomic<std::int64_t> core_ns{0};    ///< monotonic time of the core's last turn
    std::atomic<std::int64_t> market_ns{0};  ///< monotonic time of the last market event
    std::atomic<std::uint32_t> venues_connected{0};
    std::atomic<std::uint8_t> trading_state{0};
    std::atomic<std::uint64_t> working_orders{0};
    std::atomic<std::uint64_t> recorded{0};  ///< number of the core's last record
    std::atomic<std::uint64_t> halts{0};     ///< times trading was halted, since the start
    std::atomic<std::uint8_t> halt_reason{0};
  };
  [[nodiscard]] const Pulse& pulse() const noexcept { return pulse_; }
  /// Brings the queue gauges up to date; the monitor thread calls it once a second.
  void sample_queues() noexcept;

 private:
  struct MarketItem {
    orders::MarketEvent event;
    orders::Duration queued{};
  };
  struct Outgoing {
    VenueCommand command;
    std::uint64_t record = 0;  ///< number of the event that brought it
  };
  template <typename T>
  using Queue = boost::lockfree::spsc_queue<T>;

  void run_core();
  void open_sessions() noexcept;
  [[nodiscard]] bool has_room() noexcept { return journal_ == nullptr || journal_->has_room(); }
  [[nodiscard]] bool may_take_up() noexcept;
  void watch_journal() noexcept;
  bool take_command() noexcept;
  bool take_market() noexcept;
  bool turn_core() noexcept;
  void run_market();
  void run_analysis();
  bool turn_market(orders::EventTime now);
  bool send_commands(orders::EventTime now);
  enum class Passage : std::uint8_t { Wait, Pass, Refuse };
  [[nodiscard]] Passage passage_of(const Outgoing& outgoing) const noexcept;
  [[nodiscard]] bool wait_until_durable(std::uint64_t record,
                                        std::chrono::steady_clock::time_point deadline) const;
  void resubscribe(orders::EventTime now);
  [[nodiscard]] std::optional<std::uint64_t> push_control(const ControlCommand& command) noexcept;

  // Core thread.
  SendResult send(const VenueCommand& command, orders::EventTime now) noexcept override;
  // Market thread.
  bool deliver(const VenueEvent& event, orders::Timestamp now) override;

  const EngineConfig& config_;
  Journal* journal_;
  std::vector<std::unique_ptr<SimulatedVenue>> venues_;  // market thread
  std::unique_ptr<SyntheticMarket> market_;              // market thread
  std::optional<orders::MarketEvent> next_event_;        // market thread
  Queue<MarketItem> market_queue_;
  Queue<VenueEvent> report_queue_;
  Queue<Outgoing> command_queue_;
  Queue<ControlCommand> control_queue_;
  Queue<AlertNote> alert_queue_;
  std::mutex control_mutex_;         ///< among the senders of commands, for a push; the core never takes it
  std::uint64_t controls_sent_ = 0;  ///< under control_mutex_
  std::atomic<std::uint64_t> controls_done_{0};
  ViewExchange views_;
  OrderDesk desk_;
  WatchDesk watches_;
  std::unique_ptr<SignalDesk> signals_;  ///< none: there are no models
  std::unique_ptr<Core> core_;
  risk::TradingState last_state_ = risk::TradingState::Active;  ///< core thread
  Pulse pulse_;
  std::vector<std::atomic<bool>> venue_up_;
  std::vector<std::array<monitoring::Counter, 2>> dropped_;  // market thread
  monitoring::Counter stalls_;                               // market thread
  monitoring::Counter market_restarts_;                      // market thread
  std::array<monitoring::Counter, 2> published_market_;      // market thread
  monitoring::Counter published_reports_;                    // market thread
  monitoring::Counter published_orders_;                     // core thread
  monitoring::Counter alerts_dropped_;                       // monitor thread
  std::array<monitoring::Gauge, 3> depth_;                   // monitor thread
  std::atomic<bool> winding_down_{false};
  std::atomic<bool> restart_market_{false};
  std::atomic<bool> stop_core_{false};
  std::atomic<bool> stop_market_{false};
  std::atomic<bool> stop_analysis_{false};
  std::thread core_thread_;
  std::thread market_thread_;
  std::thread analysis_thread_;
  bool running_ = false;                  ///< of who starts and stops
  std::atomic<bool> has_stopped_{false};  ///< read by whoever sends a command
};

}  // namespace vigil::engine
