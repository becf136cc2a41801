#include "monitoring/time/machine_clock.h"

#include <array>
#include <thread>

namespace vigil::monitoring {
namespace {

constexpr std::chrono::nanoseconds kCalibrationSpan = std::chrono::milliseconds{5};
/// A correction that begins sooner than this is not published: other processors may see it too late.
constexpr std::chrono::nanoseconds kLeastLead = std::chrono::milliseconds{1};
/// Two readings of the wall clock's offset differ by what it takes to read them; the offset itself changes in
/// steps only. What is less is no step.
constexpr std::chrono::nanoseconds kLeastStep = std::chrono::microseconds{1};

constexpr std::array<std::string_view, kClockSourceCount> kSourceWords{"tsc", "monotonic"};
constexpr std::array<std::string_view, 9> kReasonWords{"not_started", "calibrated",    "configured",
                                                       "no_counter",  "not_invariant", "not_listed",
                                                       "disturbed",   "deviates",      "drifted"};
constexpr std::array<std::string_view, kClockCheckResultCount> kResultWords{
    "unneeded", "followed", "too_soon", "disturbed", "late", "lost"};

std::chrono::nanoseconds steady() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace

constinit MachineClock machine_clock;

std::string_view to_string(ClockSource source) noexcept {
  return kSourceWords[static_cast<std::size_t>(source)];
}
std::string_view to_string(ClockReason reason) noexcept {
  return kReasonWords[static_cast<std::size_t>(reason)];
}
std::string_view to_string(ClockCheckResult result) noexcept {
  return kResultWords[static_cast<std::size_t>(result)];
}

std::optional<ClockReason> reason_against(ClockChoice choice, const CounterSupport& support) noexcept {
  if (choice == ClockChoice::Monotonic) return ClockReason::Configured;
  if (!support.exists) return ClockReason::NoCounter;
  if (choice == ClockChoice::Counter) return std::nullopt;
  if (!support.is_invariant) return ClockReason::NotInvariant;
  if (!support.is_listed_by_kernel.value_or(true)) return ClockReason::NotListed;
  return std::nullopt;
}

void MachineClock::start(ClockChoice choice) {
  if (reason_ != ClockReason::NotStarted) return;
  reason_ = reason_against(choice, read_counter_support()).value_or(ClockReason::Calibrated);
  if (reason_ == ClockReason::Calibrated) reason_ = calibrate_counter();
}

/// Two spans that agree; where they do not, a third one may agree with the second.
ClockReason MachineClock::calibrate_counter() {
  std::array<ClockSample, 4> samples;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i > 0) std::this_thread::sleep_for(kCalibrationSpan);
    const std::optional<ClockSample> sample = read_clock_sample();
    if (!sample) return ClockReason::Disturbed;
    samples[i] = *sample;
    if (i < 2) continue;
    const std::optional<TickRate> rate = calibrate(samples[i - 2], samples[i - 1], samples[i]);
    if (!rate) continue;
    steering_ = start_steering(samples[i], *rate);
    wall_offset_ = samples[i].wall_offset;
    latch_.publish({steering_.curve, wall_offset_});
    uses_counter_.store(true, std::memory_order_release);
    return ClockReason::Calibrated;
  }
  return ClockReason::Deviates;
}

ClockCheck MachineClock::follow() noexcept {
  if (source() != ClockSource::Tsc) return {};
  const std::optional<ClockSample> sample = read_clock_sample();
  if (!sample) return {ClockCheckResult::Disturbed, std::nullopt};
  return follow(*sample, read_ticks());
}

ClockCheck MachineClock::follow(const ClockSample& sample, std::uint64_t now) noexcept {
  if (source() != ClockSource::Tsc) return {};
  const SteerOutcome outcome = steer(steering_, sample);
  switch (outcome.result) {
    case SteerResult::Lost:
      give_up(sample);
      return {ClockCheckResult::Lost, outcome.drift};
    case SteerResult::TooSoon:
      return {ClockCheckResult::TooSoon, outcome.drift};
    case SteerResult::Steered:
      break;
  }
  const TickCurve& curve = outcome.next.curve;
  const auto left = static_cast<std::int64_t>(curve.joint_ticks - now);
  if (time_of(left, curve.before) < kLeastLead) return {ClockCheckResult::Late, outcome.drift};

  const std::chrono::nanoseconds step = sample.wall_offset - wall_offset_;
  if (step > kLeastStep || step < -kLeastStep) wall_offset_ = sample.wall_offset;
  latch_.publish({curve, wall_offset_});
  steering_ = outcome.next;
  return {ClockCheckResult::Followed, outcome.drift};
}

void MachineClock::give_up(const ClockSample& sample) noexcept {
  // The latest time that any reader can have got, and as much as it could get until it sees the change.
  const std::uint64_t lead = ticks_in(kLead, steering_.curve.after);
  floor_.store(time_at(steering_.curve, sample.ticks + lead).count(), std::memory_order_relaxed);
  uses_counter_.store(false, std::memory_order_release);
  reason_ = ClockReason::Drifted;
}

double MachineClock::hertz() const noexcept {
  if (steering_.curve.after.scaled == 0) return 0;
  return 1e9 * static_cast<double>(std::uint64_t{1} << kTickRateBits) /
         static_cast<double>(steering_.curve.after.scaled);
}

std::chrono::nanoseconds MachineClock::fallback() const noexcept {
  return std::max(steady(), std::chrono::nanoseconds{floor_.load(std::memory_order_relaxed)});
}

MachineTime MachineClock::fallback_now() const noexcept {
  return {fallback(), std::chrono::system_clock::now().time_since_epoch()};
}

}  // namespace vigil::monitoring
