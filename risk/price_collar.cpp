#include "risk/price_collar.h"

#include <algorithm>

namespace vigil::risk {

using orders::Duration;
using orders::Int128;
using orders::Measure;
using orders::Price;
using orders::Unit;

Measure deviation(Price price, Price reference) noexcept {
  Int128 distance = static_cast<Int128>(price.raw()) - reference.raw();
  if (distance < 0) distance = -distance;
  Int128 size = reference.raw();
  if (size < 0) size = -size;
  if (size == 0) return {};
  return {Unit::BasisPoints, distance * 10'000 * orders::kScale / size};
}

Measure measure_basis_points(std::uint32_t basis_points) noexcept {
  return {Unit::BasisPoints, static_cast<Int128>(basis_points) * orders::kScale};
}

namespace {

Duration slot_width(Duration period) noexcept {
  constexpr auto kWhole = static_cast<std::int64_t>(ReferenceRange::kSlots - 1);
  const std::int64_t length = std::max<std::int64_t>(period.count(), 1);
  return Duration{length / kWhole + (length % kWhole != 0 ? 1 : 0)};
}

ReferenceRange::Range joined(ReferenceRange::Range a, ReferenceRange::Range b) noexcept {
  return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

}  // namespace

ReferenceRange::ReferenceRange(Duration period) noexcept : width_(slot_width(period)) {}

void ReferenceRange::fill(Range range) noexcept {
  slots_.fill(range);
  settled_ = range;
}

void ReferenceRange::join_settled() noexcept {
  const std::size_t first = (present_ + 1) % kSlots;
  Range range = slots_[first];
  for (std::size_t i = 0; i < kSlots; ++i) {
    if (i != present_) range = joined(range, slots_[i]);
  }
  settled_ = range;
}

void ReferenceRange::advance(Duration now) noexcept {
  if (now < slot_end_) return;
  const std::int64_t steps = (now - slot_end_).count() / width_.count() + 1;
  slot_end_ += width_ * steps;
  // The last reference stayed in force, so it is part of every slot begun since.
  if (steps >= static_cast<std::int64_t>(kSlots)) {
    fill({last_, last_});
    return;
  }
  for (std::int64_t i = 0; i < steps; ++i) {
    present_ = (present_ + 1) % kSlots;
    slots_[present_] = {last_, last_};
  }
  join_settled();
}

void ReferenceRange::observe(Price reference, Duration now) noexcept {
  if (!any_) {
    any_ = true;
    slot_end_ = now + width_;
    fill({reference, reference});
  }
  advance(now);
  slots_[present_] = joined(slots_[present_], {reference, reference});
  last_ = reference;
}

std::optional<ReferenceRange::Range> ReferenceRange::over_period(Duration now) noexcept {
  if (!any_) return std::nullopt;
  advance(now);
  return joined(settled_, slots_[present_]);
}

void ReferenceRange::set_period(Duration period) noexcept {
  const Duration width = slot_width(period);
  if (width == width_) return;
  const Duration slot_start = slot_end_ - width_;
  width_ = width;
  if (!any_) return;
  const Range seen = joined(settled_, slots_[present_]);
  slot_end_ = slot_start + width_;
  slots_.fill({last_, last_});
  settled_ = {last_, last_};
  slots_[present_] = seen;
}

}  // namespace vigil::risk
