#include "engine/commands/signals.h"

#include <csignal>

namespace vigil::engine {
namespace {

volatile std::sig_atomic_t stop_flag = 0;
volatile std::sig_atomic_t reload_flag = 0;

extern "C" void on_stop(int signal) {
  if (stop_flag != 0) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  stop_flag = 1;
}
extern "C" void on_reload(int) {
  reload_flag = 1;
}

}  // namespace

void install_signal_handlers() {
  struct sigaction stop {};
  stop.sa_handler = on_stop;
  sigaction(SIGINT, &stop, nullptr);
  sigaction(SIGTERM, &stop, nullptr);
  struct sigaction reload {};
  reload.sa_handler = on_reload;
  reload.sa_flags = SA_RESTART;
  sigaction(SIGHUP, &reload, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a write that fails, as on a full disk
}

bool stop_requested() noexcept {
  return stop_flag != 0;
}

bool take_reload_request() noexcept {
  if (reload_flag == 0) return false;
  reload_flag = 0;
  return true;
}

}  // namespace vigil::engine
