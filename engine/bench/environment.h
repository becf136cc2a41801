#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vigil::engine::bench {

/// What a figure depends on besides the code. Texts are "unknown" where the machine does not say.
struct Environment {
  std::string cpu;
  std::size_t cores = 0;  ///< that this process may use
  std::string kernel;
  std::string compiler;
  std::string flags;
  std::string build_type;
  std::string clock;  ///< what the engine's time is made of, and why
  bool is_pinning_allowed = false;
};

/// Starts the machine's clock: what is measured reads the clock that a running engine reads.
[[nodiscard]] Environment read_environment();

/// Value of the first `model name` line of /proc/cpuinfo's text; empty if there is none.
[[nodiscard]] std::string cpu_model(std::string_view cpuinfo);

/// Runnable tasks over the last minute; negative where the machine does not say.
[[nodiscard]] double load_average();

/// Binds the calling thread to the `number`-th core that it may use, counted round. False where that
/// is not allowed: the thread then runs where the kernel likes.
bool pin_this_thread(std::size_t number) noexcept;

}  // namespace vigil::engine::bench
