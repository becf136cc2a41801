#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include <sys/types.h>

namespace vigil::engine::bench {

/// `vigil run` on its built-in configuration, this very binary, as a process of its own that ends with the
/// object. It trades on its synthetic market.
class RunningEngine {
 public:
  enum class Metrics : std::uint8_t { On, Off };
  /// Throws std::runtime_error if it can't be started.
  explicit RunningEngine(Metrics metrics = Metrics::On);
  ~RunningEngine();
  RunningEngine(const RunningEngine&) = delete;
  RunningEngine& operator=(const RunningEngine&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Returns once it answers `path`. Throws std::runtime_error if it ends or does not within half a minute.
  void wait_for(std::string_view path) const;
  /// Of all its threads, since its start.
  [[nodiscard]] std::chrono::nanoseconds processor_time() const;
  /// Bytes.
  [[nodiscard]] double resident() const;

 private:
  std::uint16_t port_;
  pid_t child_ = 0;
};

}  // namespace vigil::engine::bench
