#include "monitoring/time/tick_counter.h"

#include <fstream>
#include <string>

#ifdef __x86_64__
#include <cpuid.h>
#endif

namespace vigil::monitoring {
namespace {

constexpr const char* kAvailableClockSources =
    "/sys/devices/system/clocksource/clocksource0/available_clocksource";

bool has_invariant_bit() noexcept {
#ifdef __x86_64__
  constexpr unsigned kPowerManagement = 0x8000'0007;
  constexpr unsigned kInvariantBit = 1U << 8U;
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  return __get_cpuid(kPowerManagement, &eax, &ebx, &ecx, &edx) != 0 && (edx & kInvariantBit) != 0;
#else
  return false;
#endif
}

}  // namespace

bool lists_tsc(std::string_view available) noexcept {
  constexpr std::string_view kBlanks = " \t\n";
  while (!available.empty()) {
    const std::size_t begin = available.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return false;
    available.remove_prefix(begin);
    const std::size_t end = available.find_first_of(kBlanks);
    if (available.substr(0, end) == "tsc") return true;
    available.remove_prefix(end == std::string_view::npos ? available.size() : end);
  }
  return false;
}

CounterSupport read_counter_support() {
  CounterSupport support;
  support.exists = kHasTickCounter;
  support.is_invariant = has_invariant_bit();
  std::ifstream file(kAvailableClockSources);
  std::string line;
  if (std::getline(file, line)) support.is_listed_by_kernel = lists_tsc(line);
  return support;
}

}  // namespace vigil::monitoring
