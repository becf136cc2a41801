#include "engine/bench/environment.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include <pthread.h>
#include <sched.h>
#include <sys/utsname.h>

#include "monitoring/time/machine_clock.h"

namespace vigil::engine::bench {
namespace {

/// The cores that the calling thread may use; a thread starts with those of the one that made it.
bool permitted_cores(cpu_set_t& cores) noexcept {
  CPU_ZERO(&cores);
  return ::sched_getaffinity(0, sizeof cores, &cores) == 0;
}

}  // namespace

std::string cpu_model(std::string_view cpuinfo) {
  constexpr std::string_view kKey = "model name";
  std::size_t begin = cpuinfo.starts_with(kKey) ? 0 : cpuinfo.find("\nmodel name");
  if (begin == std::string_view::npos) return {};
  begin = cpuinfo.find(": ", begin);
  if (begin == std::string_view::npos) return {};
  begin += 2;
  return std::string{cpuinfo.substr(begin, cpuinfo.find('\n', begin) - begin)};
}

Environment read_environment() {
  Environment environment;
  std::ostringstream cpuinfo;
  cpuinfo << std::ifstream{"/proc/cpuinfo"}.rdbuf();
  environment.cpu = cpu_model(cpuinfo.str());
  if (environment.cpu.empty()) environment.cpu = "unknown";

  cpu_set_t cores;
  environment.cores = permitted_cores(cores) ? static_cast<std::size_t>(CPU_COUNT(&cores))
                                             : std::thread::hardware_concurrency();

  utsname system{};
  environment.kernel = ::uname(&system) == 0 ? std::string{system.release} : "unknown";
#ifdef __clang__
  environment.compiler = std::string{"clang "} + __clang_version__;
#else
  environment.compiler = std::string{"g++ "} + __VERSION__;
#endif
  environment.flags = VIGIL_COMPILE_FLAGS;
  environment.build_type = VIGIL_BUILD_TYPE;
  monitoring::machine_clock.start(monitoring::ClockChoice::Automatic);
  environment.clock = std::string{to_string(monitoring::machine_clock.source())} + " (" +
                      std::string{to_string(monitoring::machine_clock.reason())} + ")";
  std::thread{[&environment] { environment.is_pinning_allowed = pin_this_thread(0); }}.join();
  return environment;
}

double load_average() {
  std::array<double, 1> load{};
  return ::getloadavg(load.data(), 1) == 1 ? load[0] : -1;
}

bool pin_this_thread(std::size_t number) noexcept {
  cpu_set_t permitted;
  if (!permitted_cores(permitted)) return false;

  std::size_t left = number % static_cast<std::size_t>(CPU_COUNT(&permitted));
  for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
    if (!CPU_ISSET(core, &permitted) || left-- != 0) continue;
    cpu_set_t chosen;
    CPU_ZERO(&chosen);
    CPU_SET(core, &chosen);
    return ::pthread_setaffinity_np(::pthread_self(), sizeof chosen, &chosen) == 0;
  }
  return false;
}

}  // namespace vigil::engine::bench
