#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/log/log_record.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

/// Values of log_entries_total's label `component`; a record's other components count as "other".
inline constexpr std::array<std::string_view, 8> kLogComponents{
    "market_data", "signal_bridge", "risk_manager", "execution_engine",
    "gateway",     "monitoring",    "process",      "other"};

struct LogConfig {
  LogLevel level = LogLevel::Info;
  std::size_t queue_capacity = 8192;  ///< entries; a full queue drops the newest and counts it
  /// Values of these fields are replaced by "[redacted]". Any case.
  std::vector<std::string> redacted_keys = {};
  /// These texts never appear in any message, value, span or stack.
  std::vector<std::string> redacted_values = {};
  std::string file = {};  ///< appended to; empty: the sink given to the constructor
};

/// Takes records from several threads (each through a bounded queue) and writes one JSON object a line from a
/// thread of its own: timestamp (UTC, microseconds, Z), level, target (component::module), fields{message,
/// ...}, span{name, ...}. The correlation id stands in fields and in span. Writing never blocks a caller; an
/// entry below the level is no entry (true, nothing queued). What the sink or the file cannot take is counted
/// as dropped with reason write_error and never stops anything.
class Logger {
 public:
  using Sink = std::function<void(std::string_view line)>;  ///< line without its end
  using Tap = std::function<void(LogLevel level, std::string_view line)>;

  /// Throws std::runtime_error if the file cannot be opened.
  Logger(const LogConfig& config, Registry& registry, Sink sink);
  ~Logger();  ///< writes what is queued, then stops
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  [[nodiscard]] bool enabled(LogLevel level) const noexcept;
  void set_level(LogLevel level) noexcept;
  /// The core thread's entrance: single producer, wait-free, no allocation. False = dropped and counted.
  bool write_from_core(const LogRecord& record) noexcept;
  /// Every other thread's entrance. May take a short lock; never waits for the writer.
  bool write(const LogRecord& record) noexcept;
  /// FATAL, whatever the record's level: adds the stack, writes everything out before it returns. The two
  /// entrances above come here with a FATAL record. Not from within the sink.
  void write_fatal(const LogRecord& record) noexcept;
  /// Who else sees each line that is written, wherever it goes: on the writing thread, before start(). It
  /// must be quick, and must not log.
  void tap(Tap tap);
  /// Starts the writing thread. Without it `pump` writes (manual clock, tests).
  void start();
  /// Writes what is queued now; returns the number of entries.
  std::size_t pump();
  /// Entries dropped because a queue was full.
  [[nodiscard]] std::uint64_t dropped() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// One entry as its JSON line, as the writer forms it; open to tests.
[[nodiscard]] std::string format_json(const LogRecord& record, const LogConfig& config);

}  // namespace vigil::monitoring
