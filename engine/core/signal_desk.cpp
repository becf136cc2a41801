#include "engine/core/signal_desk.h"

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "engine/core/clock.h"
#include "engine/core/log_entry.h"
#include "engine/core/queue_metrics.h"

namespace vigil::engine {
namespace {

constexpr std::size_t kQuoteCapacity = 8192;
constexpr std::size_t kSignalCapacity = 1024;
constexpr int kQuoteBatch = 64;
constexpr auto kIdleDeskSleep = std::chrono::microseconds{50};

constexpr monitoring::MetricDefinition kQuotesDropped{
    "signal_bridge_quotes_dropped_total",
    monitoring::MetricType::Counter,
    "1",
    "Quotes that models did not see because the bridge was behind.",
    {}};
constexpr monitoring::MetricDefinition kSignalsDropped{
    "signal_bridge_signals_dropped_total",
    monitoring::MetricType::Counter,
    "1",
    "Signals that the core did not get because its queue was full.",
    {}};

}  // namespace

SignalDesk::SignalDesk(const EngineConfig& config, monitoring::Registry& registry, monitoring::Logger& logger)
    : logger_(logger),
      bridge_({config.models, config.signals, config.instruments, config.buckets.training_duration_seconds},
              registry, [] { return machine_time().monotonic; }),
      told_(config.models.size()),
      quotes_(kQuoteCapacity),
      signals_(kSignalCapacity),
      quotes_dropped_(registry.counter(kQuotesDropped, {})),
      signals_dropped_(registry.counter(kSignalsDropped, {})),
      depth_(registry.gauge(metric::kQueueDepth, {"signal_bridge", "quotes"}, 0)) {
  static_cast<void>(registry.gauge(metric::kQueueCapacity, {"signal_bridge", "quotes"},
                                   static_cast<double>(kQuoteCapacity)));
  publish(machine_time().wall);
}

SignalDesk::~SignalDesk() {
  stop();
}

void SignalDesk::declare(monitoring::Registry& registry) {
  SignalBridge::declare(registry);
  registry.declare(kQuotesDropped);
  registry.declare(kSignalsDropped);
}

void SignalDesk::start() {
  thread_ = std::thread([this] { run(); });
}

void SignalDesk::stop() {
  stop_.store(true);
  if (thread_.joinable()) thread_.join();
}

void SignalDesk::quoted(orders::InstrumentId instrument, const orders::Quote& quote,
                        orders::EventTime received) noexcept {
  if (!bridge_.watches(instrument)) return;
  if (!quotes_.push({instrument, quote, received})) quotes_dropped_.add();
}

void SignalDesk::run() {
  while (!stop_.load(std::memory_order_relaxed)) {
    if (!turn()) std::this_thread::sleep_for(kIdleDeskSleep);
  }
}

bool SignalDesk::turn() {
  bool worked = false;
  if (reload_.exchange(false)) {
    bridge_.reload();
    publish(machine_time().wall);
  }
  for (int i = 0; i < kQuoteBatch && quotes_.read_available() > 0; ++i) {
    const Quoted& next = quotes_.front();
    for (const Signal& signal : bridge_.on_quote(next.instrument, next.quote, next.received)) {
      if (signal.type == SignalType::Hold) continue;
      if (!signals_.push(signal)) signals_dropped_.add();
    }
    quotes_.pop();
    worked = true;
  }
  const orders::Timestamp now = machine_time().wall;
  if (worked || now < next_second_) return worked;  // when all quotes before are handed over
  next_second_ = now + std::chrono::seconds{1};
  bridge_.on_time(now);
  publish(now);
  return true;
}

void SignalDesk::publish(orders::Timestamp now) {
  log_changes();
  std::vector<ModelFigures> figures = bridge_.figures(now);
  const std::lock_guard lock(state_mutex_);
  state_ = bridge_.state();
  figures_ = std::move(figures);
}

void SignalDesk::log_changes() {
  for (std::size_t model = 0; model < bridge_.models(); ++model) {
    const SignalBridge::ModelStatus status = bridge_.status(model);
    Told now{status.is_on, std::string{status.is_on ? status.version : status.reason}};
    if (told_[model] == now) continue;
    monitoring::LogRecord entry = log_entry(
        machine_time().wall, status.is_on ? monitoring::LogLevel::Info : monitoring::LogLevel::Error,
        "signal_bridge", "models", status.is_on ? "Model loaded" : "Model is off and gives no signals");
    entry.add_text("model", status.name);
    if (status.is_on) {
      entry.add_text("version", now.what);
    } else {
      entry.add_long_text("error", now.what).here();
    }
    logger_.write(entry);
    told_[model] = std::move(now);
  }
}

}  // namespace vigil::engine
