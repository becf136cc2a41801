#include <array>
#include <chrono>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/bench/cases.h"
#include "engine/bench/http_get.h"
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

/// `vigil run` on its built-in configuration, this very binary, ended with the object.
class RunningEngine {
 public:
  RunningEngine() : port_(free_port()) {
    const std::string listen = "127.0.0.1:" + std::to_string(port_);
    std::array<const char*, 5> arguments{"vigil", "run", "--listen", listen.c_str(), nullptr};
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    const int error = ::posix_spawn(&child_, "/proc/self/exe", &files, nullptr,
                                    const_cast<char* const*>(arguments.data()), environ);
    ::posix_spawn_file_actions_destroy(&files);
    if (error != 0)
      throw std::runtime_error("this binary can't be started again: error " + std::to_string(error));
  }
  ~RunningEngine() {
    ::kill(child_, SIGTERM);
    ::waitpid(child_, nullptr, 0);
  }
  RunningEngine(const RunningEngine&) = delete;
  RunningEngine& operator=(const RunningEngine&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Returns once it answers a scrape.
  void wait_until_scraped() const {
    const auto deadline = Clock::now() + std::chrono::seconds{30};
    while (true) {
      try {
        keep(http_get(port_, "/metrics", false));
        return;
      } catch (const std::runtime_error&) {
        if (Clock::now() > deadline || ::waitpid(child_, nullptr, WNOHANG) != 0) throw;
        std::this_thread::sleep_for(std::chrono::microseconds{500});
      }
    }
  }

 private:
  std::uint16_t port_;
  pid_t child_ = 0;
};

}  // namespace

std::vector<Group> process_groups(const Effort&) {
  Group starts;
  starts.cases.push_back({"start_to_first_scrape/vigil", "ns", [](std::vector<double>& samples) {
                            const auto begin = Clock::now();
                            const RunningEngine engine;
                            engine.wait_until_scraped();
                            samples.push_back(nanoseconds(Clock::now() - begin));
                          }});
  // One engine at work for the rest: its default configuration trades.
  const auto engine = std::make_shared<RunningEngine>();
  engine->wait_until_scraped();
  Group scrapes;
  scrapes.cases.push_back({"scrape_whole_catalogue/vigil", "ns", [engine](std::vector<double>& samples) {
                             constexpr int kScrapes = 20;
                             for (int i = 0; i < kScrapes; ++i) {
                               samples.push_back(
                                   time_of([&] { keep(http_get(engine->port(), "/metrics", false)); }));
                             }
                           }});
  for (const bool gzip : {false, true}) {
    scrapes.cases.push_back({gzip ? "scrape_size_gzip/vigil" : "scrape_size/vigil", "bytes",
                             [engine, gzip](std::vector<double>& samples) {
                               samples.push_back(
                                   static_cast<double>(http_get(engine->port(), "/metrics", gzip)));
                             }});
  }
  return {starts, scrapes};
}

}  // namespace vigil::engine::bench
