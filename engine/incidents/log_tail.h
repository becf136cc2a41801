#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/log/log_record.h"
#include "orders/time.h"

namespace vigil::engine {

/// The last lines of the log, up to so many bytes. The log's thread adds, any thread reads.
class LogTail {
 public:
  struct Line {
    orders::Timestamp time;  ///< when it was written
    std::string text;
  };

  explicit LogTail(std::size_t most_bytes = std::size_t{4} << 20U) : most_bytes_(most_bytes) {}

  void add(monitoring::LogLevel level, std::string_view line, orders::Timestamp now);
  /// Those added in [from, to], in their order.
  [[nodiscard]] std::vector<std::string> between(orders::Timestamp from, orders::Timestamp to) const;
  /// Those of level FATAL since the last call, the first kMostFatal of them.
  [[nodiscard]] std::vector<Line> take_fatal();

 private:
  static constexpr std::size_t kMostFatal = 16;

  std::size_t most_bytes_;
  mutable std::mutex mutex_;  ///< of what follows
  std::deque<Line> lines_;
  std::vector<Line> fatal_;
  std::size_t bytes_ = 0;
};

}  // namespace vigil::engine
