#pragma once

namespace vigil::engine {

/// SIGINT and SIGTERM ask to end in order, SIGHUP to read the limits again. A second SIGINT ends at once.
/// Call before threads are started.
void install_signal_handlers();
[[nodiscard]] bool stop_requested() noexcept;
/// True once for each SIGHUP since the last call.
[[nodiscard]] bool take_reload_request() noexcept;

}  // namespace vigil::engine
