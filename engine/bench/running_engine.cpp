#include "engine/bench/running_engine.h"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/bench/http_get.h"
#include "engine/bench/process_memory.h"
#include "engine/bench/timing.h"

namespace vigil::engine::bench {
namespace {

/// A port of the loopback address that nobody listens on at the moment.
std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool is_bound = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                        ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(probe);
  if (!is_bound) throw std::runtime_error("no free port on the loopback address");
  return ntohs(address.sin_port);
}

}  // namespace

RunningEngine::RunningEngine(Metrics metrics) : port_(free_port()) {
  std::vector<std::string> arguments{"vigil", "run", "--listen", "127.0.0.1:" + std::to_string(port_)};
  std::vector<std::string> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    if (!std::string_view(*entry).starts_with("ENABLE_METRICS=")) environment.emplace_back(*entry);
  }
  environment.emplace_back(metrics == Metrics::On ? "ENABLE_METRICS=true" : "ENABLE_METRICS=false");
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (std::string& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  };
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const int error = ::posix_spawn(&child_, "/proc/self/exe", &files, nullptr, pointers(arguments).data(),
                                  pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&files);
  if (error == 0) return;
  throw std::runtime_error("this binary can't be started again: error " + std::to_string(error));
}

RunningEngine::~RunningEngine() {
  ::kill(child_, SIGTERM);
  ::waitpid(child_, nullptr, 0);
}

void RunningEngine::wait_for(std::string_view path) const {
  const auto deadline = Clock::now() + std::chrono::seconds{30};
  while (true) {
    try {
      keep(http_get(port_, path, false));
      return;
    } catch (const std::runtime_error&) {
      if (Clock::now() > deadline || ::waitpid(child_, nullptr, WNOHANG) != 0) throw;
      std::this_thread::sleep_for(std::chrono::microseconds{500});
    }
  }
}

std::chrono::nanoseconds RunningEngine::processor_time() const {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(child_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
    throw std::runtime_error("the system does not tell the engine's processor time");
  }
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

double RunningEngine::resident() const {
  return resident_memory(std::to_string(child_));
}

}  // namespace vigil::engine::bench
