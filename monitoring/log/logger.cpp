#include "monitoring/log/logger.h"

#include <atomic>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>

#include <execinfo.h>

#include "monitoring/log/json_line.h"
#include "monitoring/log/log_metrics.h"
#include "monitoring/log/log_output.h"
#include "monitoring/log/record_queue.h"
#include "monitoring/log/redactor.h"
#include "monitoring/metrics/registry_metrics.h"

namespace vigil::monitoring {
namespace {

constexpr std::size_t kLevelCount = 6;
/// How long an entry may lie in a queue: nobody wakes the writer, so that writing an entry is no system call.
constexpr std::chrono::milliseconds kPollInterval{5};
constexpr std::size_t kFlushEvery = 256;  ///< entries
constexpr int kStackDepth = 64;

std::vector<std::string> current_stack() {
  std::array<void*, kStackDepth> frames;
  const int depth = ::backtrace(frames.data(), kStackDepth);
  std::vector<std::string> stack;
  char** const symbols = ::backtrace_symbols(frames.data(), depth);
  if (symbols == nullptr) return stack;
  // The first two frames are this function and write_fatal.
  for (int i = 2; i < depth; ++i) stack.emplace_back(symbols[i]);
  std::free(symbols);
  return stack;
}

/// log_entries_total, every series of it: the labels are closed sets. Any thread.
class EntryCounters {
 public:
  explicit EntryCounters(Registry& registry) {
    for (std::size_t component = 0; component < kLogComponents.size(); ++component) {
      for (std::size_t level = 0; level < kLevelCount; ++level) {
        counters_[component][level] = registry.shared_counter(
            kLogEntries, {kLogComponents[component], to_string(static_cast<LogLevel>(level))});
      }
    }
  }
  void add(const LogRecord& record) noexcept {
    std::size_t component = 0;
    while (component + 1 < kLogComponents.size() && kLogComponents[component] != record.component)
      ++component;
    counters_[component][static_cast<std::size_t>(record.level)].add();
  }

 private:
  std::array<std::array<SharedCounter, kLevelCount>, kLogComponents.size()> counters_;
};

}  // namespace

struct Logger::Impl {
  Redactor redactor;
  std::size_t capacity;
  std::atomic<LogLevel> level;
  EntryCounters entries;
  SharedCounter queue_full;
  SharedCounter write_errors;
  std::atomic<std::uint64_t> dropped{0};
  std::atomic<std::uint64_t> next_ticket{0};

  RecordQueue core_queue;
  std::mutex queue_mutex;  ///< guards `queue`, for as long as a record is copied
  std::deque<QueuedRecord> queue{};

  std::mutex writing;  ///< guards what follows: one thread writes at a time
  LogOutput output;
  Tap tap{};
  std::deque<QueuedRecord> batch{};
  std::string line{};
  std::size_t unflushed = 0;

  std::mutex stop_mutex;
  std::condition_variable stopped;
  bool is_stopping = false;
  std::thread thread{};

  Impl(const LogConfig& config, Registry& registry, Sink sink)
      : redactor(config.redacted_keys, config.redacted_values),
        capacity(config.queue_capacity),
        level(config.level),
        entries(registry),
        queue_full(registry.shared_counter(kRecordsDropped, {"log", "queue_full"})),
        write_errors(registry.shared_counter(kRecordsDropped, {"log", "write_error"})),
        core_queue(config.queue_capacity),
        output(config.file, std::move(sink)) {}

  bool drop(const LogRecord& record) noexcept;
  std::size_t write_queued(const std::lock_guard<std::mutex>& writing_lock) noexcept;
  void write_line(const LogRecord& record, std::span<const std::string> stack) noexcept;
  void flush() noexcept;
  void run() noexcept;
};

/// Counts the entry here, as the writer will not see it.
bool Logger::Impl::drop(const LogRecord& record) noexcept {
  dropped.fetch_add(1, std::memory_order_relaxed);
  queue_full.add();
  entries.add(record);
  return false;
}

void Logger::Impl::write_line(const LogRecord& record, std::span<const std::string> stack) noexcept {
  entries.add(record);
  bool is_written = false;
  try {
    line.clear();
    append_json_line(line, record, redactor, stack);
    is_written = output.write(line);
    if (tap) tap(record.level, line);
  } catch (...) {  // no memory for the line
  }
  if (!is_written) write_errors.add();
  if (++unflushed == kFlushEvery) flush();
}

void Logger::Impl::flush() noexcept {
  if (const std::size_t lost = output.flush(); lost != 0) write_errors.add(lost);
  unflushed = 0;
}

/// Writes what both queues hold on entry, in the order of arrival.
std::size_t Logger::Impl::write_queued(const std::lock_guard<std::mutex>&) noexcept {
  {
    const std::lock_guard lock(queue_mutex);
    batch.swap(queue);
  }
  std::size_t from_core = core_queue.size();
  const std::size_t count = from_core + batch.size();
  while (from_core > 0 || !batch.empty()) {
    const QueuedRecord* const core_front = from_core > 0 ? core_queue.front() : nullptr;
    if (core_front != nullptr && (batch.empty() || core_front->ticket < batch.front().ticket)) {
      write_line(core_front->record, {});
      core_queue.pop();
      --from_core;
    } else {
      write_line(batch.front().record, {});
      batch.pop_front();
    }
  }
  flush();
  return count;
}

void Logger::Impl::run() noexcept {
  std::chrono::milliseconds pause = kPollInterval;
  while (true) {
    {
      std::unique_lock lock(stop_mutex);
      if (stopped.wait_for(lock, pause, [&] { return is_stopping; })) return;
    }
    const std::lock_guard lock(writing);
    const bool is_busy = write_queued(lock) > capacity / 2;
    pause = is_busy ? std::chrono::milliseconds{0} : kPollInterval;
  }
}

Logger::Logger(const LogConfig& config, Registry& registry, Sink sink)
    : impl_(std::make_unique<Impl>(config, registry, std::move(sink))) {
  // The first backtrace loads a library; better now than while dying.
  void* frame = nullptr;
  (void)::backtrace(&frame, 1);
}

Logger::~Logger() {
  if (impl_->thread.joinable()) {
    {
      const std::lock_guard lock(impl_->stop_mutex);
      impl_->is_stopping = true;
    }
    impl_->stopped.notify_one();
    impl_->thread.join();
  }
  while (pump() != 0) {
  }
}

bool Logger::enabled(LogLevel level) const noexcept {
  return level >= impl_->level.load(std::memory_order_relaxed);
}

void Logger::set_level(LogLevel level) noexcept {
  impl_->level.store(level, std::memory_order_relaxed);
}

bool Logger::write_from_core(const LogRecord& record) noexcept {
  if (!enabled(record.level)) return true;
  if (record.level == LogLevel::Fatal) {
    write_fatal(record);
    return true;
  }
  const std::uint64_t ticket = impl_->next_ticket.fetch_add(1, std::memory_order_relaxed);
  return impl_->core_queue.push(record, ticket) || impl_->drop(record);
}

bool Logger::write(const LogRecord& record) noexcept {
  if (!enabled(record.level)) return true;
  if (record.level == LogLevel::Fatal) {
    write_fatal(record);
    return true;
  }
  try {
    const std::lock_guard lock(impl_->queue_mutex);
    if (impl_->queue.size() < impl_->capacity) {
      const std::uint64_t ticket = impl_->next_ticket.fetch_add(1, std::memory_order_relaxed);
      impl_->queue.push_back({.ticket = ticket, .record = record});
      return true;
    }
  } catch (...) {  // no memory for the entry: the queue is as full as it can be
  }
  return impl_->drop(record);
}

void Logger::write_fatal(const LogRecord& record) noexcept {
  std::vector<std::string> stack;
  try {
    stack = current_stack();
  } catch (...) {  // better without a stack than not at all
  }
  const std::lock_guard lock(impl_->writing);
  impl_->write_queued(lock);
  LogRecord fatal = record;
  fatal.level = LogLevel::Fatal;
  impl_->write_line(fatal, stack);
  impl_->flush();
}

void Logger::tap(Tap tap) {
  impl_->tap = std::move(tap);
}

void Logger::start() {
  assert(!impl_->thread.joinable());
  impl_->thread = std::thread([this] { impl_->run(); });
}

std::size_t Logger::pump() {
  const std::lock_guard lock(impl_->writing);
  return impl_->write_queued(lock);
}

std::uint64_t Logger::dropped() const noexcept {
  return impl_->dropped.load(std::memory_order_relaxed);
}

}  // namespace vigil::monitoring
