#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "monitoring/log/log_record.h"
#include "monitoring/metrics/registry.h"

namespace vigil::monitoring {

struct LogConfig {
  LogLevel level = LogLevel::Info;
  std::size_t queue_capacity = 8192;       ///< entries; a full queue drops the newest and counts it
  std::vector<std::string> redacted_keys;  ///< values of these fields are replaced by "[redacted]"
  std::vector<std::string> redacted_values;///< these texts never appear in any output
  std::string file;                        ///< empty: the sink given to the constructor
};

/// Takes records from several threads (each through a bounded queue) and writes one JSON object a line from a
/// thread of its own: timestamp (UTC, microseconds, Z), level, target (component::module), fields{message, ...},
/// span{name, ...}. The correlation id stands in fields and in span. Writing never blocks a caller.
class Logger {
 public:
  using Sink = std::function<void(std::string_view line)>;  ///< line without its end

  Logger(LogConfig config, Registry& registry, Sink sink);
  ~Logger();  ///< writes what is queued, then stops
  Logger(const Logger&) = delete;
  Logger& operator=(const Logger&) = delete;

  [[nodiscard]] bool enabled(LogLevel level) const noexcept;
  void set_level(LogLevel level) noexcept;
  /// The core thread's entrance: single producer, wait-free, no allocation. False = dropped and counted.
  bool write_from_core(const LogRecord& record) noexcept;
  /// Every other thread's entrance. May take a short lock; never waits for the writer.
  bool write(const LogRecord& record) noexcept;
  /// FATAL: adds the stack, writes everything out before it returns.
  void write_fatal(const LogRecord& record) noexcept;
  /// Starts the writing thread. Without it `pump` writes (manual clock, tests).
  void start();
  /// Writes what is queued now; returns the number of entries. Not while the thread runs.
  std::size_t pump();
  [[nodiscard]] std::uint64_t dropped() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// One entry as its JSON line. Used by the writer; open to tests.
[[nodiscard]] std::string format_json(const LogRecord& record, const LogConfig& config);

}  // namespace vigil::monitoring
