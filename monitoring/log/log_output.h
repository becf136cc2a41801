#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace vigil::monitoring {

/// Where lines go: a file that is appended to, or a function. One thread at a time.
class LogOutput {
 public:
  using Sink = std::function<void(std::string_view line)>;

  /// Throws std::runtime_error naming the file and the reason if it cannot be opened. An empty path: the
  /// sink.
  LogOutput(const std::string& path, Sink sink);
  ~LogOutput();
  LogOutput(const LogOutput&) = delete;
  LogOutput& operator=(const LogOutput&) = delete;

  /// Takes one line (without its end). Lines for a file are gathered until `flush`. False: the line is lost.
  [[nodiscard]] bool write(std::string_view line) noexcept;
  /// Writes what is gathered. Returns the number of lines that were lost.
  [[nodiscard]] std::size_t flush() noexcept;

 private:
  int file_ = -1;
  Sink sink_;
  std::string gathered_;
  bool is_torn_ = false;  ///< the file ends within a line
};

}  // namespace vigil::monitoring
