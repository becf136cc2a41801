#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vigil::monitoring {

#ifdef __x86_64__
inline constexpr bool kHasTickCounter = true;

/// The processor's time-stamp counter. Not ordered with the instructions around it: it may be read some
/// nanoseconds early or late, which is what makes it cheap.
[[nodiscard]] inline std::uint64_t read_ticks() noexcept {
  return __builtin_ia32_rdtsc();
}
/// The same once all that stands before it is done.
[[nodiscard]] inline std::uint64_t read_ticks_after() noexcept {
  asm volatile("lfence" : : : "memory");
  return __builtin_ia32_rdtsc();
}
#else
inline constexpr bool kHasTickCounter = false;

/// There is none that this engine knows to read.
[[nodiscard]] inline std::uint64_t read_ticks() noexcept {
  return 0;
}
[[nodiscard]] inline std::uint64_t read_ticks_after() noexcept {
  return 0;
}
#endif

/// What is known of the counter before it is measured.
///
/// Two witnesses, neither of which is enough in a virtual machine. The processor's invariant bit (CPUID
/// 0x80000007, EDX bit 8) is what the hypervisor lets the guest see: where it is set the rate is promised to
/// be constant, in sleep states and after a migration, too; a hypervisor that cannot promise that hides it.
/// The kernel keeps the counter off its list of clock sources once it has seen it differ between processors
/// or run away from another clock, which no promise prevents; but it may list one that it merely has no
/// reason to doubt. So both have to agree, and after that the counter is measured: at the start and again
/// every second, because a promise of the platform is no measurement.
struct CounterSupport {
  bool exists = false;
  bool is_invariant = false;
  std::optional<bool> is_listed_by_kernel;  ///< nothing: the kernel's list cannot be read
};
[[nodiscard]] CounterSupport read_counter_support();

/// Whether the kernel's list of available clock sources, words between blanks, names `tsc`.
[[nodiscard]] bool lists_tsc(std::string_view available) noexcept;

}  // namespace vigil::monitoring
