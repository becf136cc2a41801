#include "engine/incidents/log_tail.h"

#include <utility>

namespace vigil::engine {

void LogTail::add(monitoring::LogLevel level, std::string_view line, orders::Timestamp now) {
  const std::lock_guard lock(mutex_);
  if (level == monitoring::LogLevel::Fatal && fatal_.size() < kMostFatal) {
    fatal_.push_back({now, std::string{line}});
  }
  lines_.push_back({now, std::string{line}});
  bytes_ += line.size();
  while (bytes_ > most_bytes_) {
    bytes_ -= lines_.front().text.size();
    lines_.pop_front();
  }
}

std::vector<std::string> LogTail::between(orders::Timestamp from, orders::Timestamp to) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> lines;
  for (const Line& line : lines_) {
    if (line.time >= from && line.time <= to) lines.push_back(line.text);
  }
  return lines;
}

std::vector<LogTail::Line> LogTail::take_fatal() {
  const std::lock_guard lock(mutex_);
  return std::exchange(fatal_, {});
}

}  // namespace vigil::engine
