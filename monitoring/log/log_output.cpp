#include "monitoring/log/log_output.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace vigil::monitoring {
namespace {

constexpr std::size_t kKeptCapacity =
    std::size_t{256} * 1024;  ///< bytes; what a burst needed beyond goes back

}  // namespace

LogOutput::LogOutput(const std::string& path, Sink sink) : sink_(std::move(sink)) {
  if (path.empty()) {
    if (!sink_) throw std::logic_error("log: neither a file nor a sink");
    return;
  }
  file_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (file_ < 0) throw std::runtime_error("log: cannot open " + path + ": " + std::strerror(errno));
}

LogOutput::~LogOutput() {
  (void)flush();
  if (file_ >= 0) ::close(file_);
}

bool LogOutput::write(std::string_view line) noexcept {
  try {
    if (file_ < 0) {
      sink_(line);
    } else {
      gathered_.append(line).append(1, '\n');
    }
    return true;
  } catch (...) {
    return false;
  }
}

std::size_t LogOutput::flush() noexcept {
  if (gathered_.empty()) return 0;

  std::string_view rest = gathered_;
  bool is_written = true;
  if (is_torn_) {
    is_written = ::write(file_, "\n", 1) == 1;
    is_torn_ = !is_written;
  }
  while (is_written && !rest.empty()) {
    const ssize_t written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    is_written = written > 0;
    if (is_written) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  // A line is lost unless its end is written; the next flush then starts on a line of its own.
  const auto lost = static_cast<std::size_t>(std::ranges::count(rest, '\n'));
  const std::size_t done = gathered_.size() - rest.size();
  if (done > 0) is_torn_ = gathered_[done - 1] != '\n';
  gathered_.clear();
  if (gathered_.capacity() > kKeptCapacity) gathered_.shrink_to_fit();
  return lost;
}

}  // namespace vigil::monitoring
