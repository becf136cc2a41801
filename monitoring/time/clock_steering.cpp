#include "monitoring/time/clock_steering.h"

#include <algorithm>

namespace vigil::monitoring {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kMillion = 1'000'000;
/// Within which a correction is meant to be done, where samples come more often.
constexpr std::chrono::nanoseconds kHorizon = std::chrono::seconds{1};
constexpr TickRate kFastest{(std::int64_t{1} << kTickRateBits) / 10};  // 10 GHz
constexpr TickRate kSlowest{(std::int64_t{1} << kTickRateBits) * 10};  // 100 MHz

struct Span {
  std::uint64_t ticks = 0;
  std::chrono::nanoseconds time{};
};

/// Nothing where a clock stood still or ran backwards.
std::optional<Span> span_between(const ClockSample& from, const ClockSample& to) noexcept {
  if (static_cast<std::int64_t>(to.ticks - from.ticks) <= 0 || to.monotonic <= from.monotonic)
    return std::nullopt;
  return Span{to.ticks - from.ticks, to.monotonic - from.monotonic};
}

bool is_plausible(TickRate rate) noexcept {
  return rate >= kFastest && rate <= kSlowest;
}

std::int64_t parts_per_million(TickRate rate, TickRate base) noexcept {
  return static_cast<std::int64_t>(static_cast<Wide>(rate.scaled - base.scaled) * kMillion / base.scaled);
}

}  // namespace

std::optional<TickRate> calibrate(const ClockSample& first, const ClockSample& second,
                                  const ClockSample& third) noexcept {
  const auto one = span_between(first, second);
  const auto two = span_between(second, third);
  if (!one || !two || std::min(one->time, two->time) < kShortestCalibration) return std::nullopt;

  const TickRate rate_one = rate_over(one->ticks, one->time);
  const TickRate rate_two = rate_over(two->ticks, two->time);
  if (!is_plausible(rate_one) || !is_plausible(rate_two)) return std::nullopt;

  const std::int64_t deviation = parts_per_million(rate_one, rate_two);
  if (deviation > kMostDeviationPpm || deviation < -kMostDeviationPpm) return std::nullopt;
  return rate_over(one->ticks + two->ticks, one->time + two->time);
}

Steering start_steering(const ClockSample& sample, TickRate rate) noexcept {
  return {{sample.ticks, sample.monotonic, rate, rate}, sample};
}

SteerOutcome steer(const Steering& steering, const ClockSample& sample) noexcept {
  SteerOutcome outcome;
  outcome.next = steering;
  outcome.drift = time_at(steering.curve, sample.ticks) - sample.monotonic;
  const auto span = span_between(steering.last, sample);
  if (!span || outcome.drift > kMostDrift || outcome.drift < -kMostDrift) return outcome;
  if (span->time < kShortestSpan) {
    outcome.result = SteerResult::TooSoon;
    return outcome;
  }

  const TickRate rate = rate_over(span->ticks, span->time);
  const TickCurve straight = bend(steering.curve, sample.ticks + ticks_in(kLead, rate), rate);
  const auto to_joint = static_cast<std::int64_t>(straight.joint_ticks - sample.ticks);
  const std::chrono::nanoseconds ahead = straight.joint - (sample.monotonic + time_of(to_joint, rate));

  const std::int64_t horizon = std::max(span->time, kHorizon).count();
  const std::int64_t most = horizon / kMillion * kMostSlewPpm;
  const std::int64_t correction = std::clamp(-ahead.count(), -most, most);
  const TickRate after{
      static_cast<std::int64_t>(static_cast<Wide>(rate.scaled) * (horizon + correction) / horizon)};

  outcome.result = SteerResult::Steered;
  outcome.next = {{straight.joint_ticks, straight.joint, straight.before, after}, sample};
  return outcome;
}

}  // namespace vigil::monitoring
