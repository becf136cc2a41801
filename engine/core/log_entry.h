#pragma once

#include "monitoring/log/log_record.h"
#include "orders/time.h"

namespace vigil::engine {

/// The beginning of an entry; texts are literals. One of ERROR says where, too: LogRecord::here().
[[nodiscard]] inline monitoring::LogRecord log_entry(orders::Timestamp time, monitoring::LogLevel level,
                                                     const char* component, const char* module,
                                                     const char* message) noexcept {
  monitoring::LogRecord entry;
  entry.time = time;
  entry.level = level;
  entry.component = component;
  entry.module = module;
  entry.message = message;
  return entry;
}

}  // namespace vigil::engine
