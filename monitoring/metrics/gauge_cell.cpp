#include "monitoring/metrics/gauge_cell.h"

#include <algorithm>
#include <cmath>

#include "monitoring/metrics/gauges.h"

namespace vigil::monitoring {

void GaugeCell::left_range(double fresh) noexcept {
  if (GaugeWatch* const listener = watch.load(std::memory_order_acquire)) listener->left(fresh);
}

void ChangedGauges::put(GaugeWatch& gauge) noexcept {
  if (gauge.is_put_.exchange(true, std::memory_order_acq_rel)) return;
  gauge.next_ = first_.load(std::memory_order_relaxed);
  while (!first_.compare_exchange_weak(gauge.next_, &gauge, std::memory_order_release,
                                       std::memory_order_relaxed)) {
  }
}

GaugeWatch* ChangedGauges::next_of(const GaugeWatch& gauge) noexcept {
  return gauge.next_;
}

/// An exchange, not a store: who finds the gauge put has its value seen by the judge.
void ChangedGauges::taken(GaugeWatch& gauge) noexcept {
  gauge.is_put_.exchange(false, std::memory_order_acq_rel);
}

void GaugeWatch::set_quiet(Range range) noexcept {
  quiet_low_.store(range.low);
  quiet_high_.store(range.high);
  is_judged_.store(true);
  publish();
  const double now = cell_.value.load();
  const bool is_as_judged = range == kQuietWhileUnset ? is_unset(now) : now >= range.low && now <= range.high;
  if (!is_as_judged && range != kNeverQuiet) changed_.put(*this);
}

void GaugeWatch::stop_judging() noexcept {
  is_judged_.store(false);
  quiet_low_.store(-kInfinity);
  quiet_high_.store(kInfinity);
  publish();
}

void GaugeWatch::keep_peaks() noexcept {
  if (keeps_peaks_.exchange(true)) return;
  least_.store(kInfinity);
  greatest_.store(-kInfinity);
  publish();
}

GaugeWatch::Peaks GaugeWatch::take_peaks() noexcept {
  const Peaks peaks{least_.exchange(kInfinity), greatest_.exchange(-kInfinity)};
  publish();
  return peaks;
}

void GaugeWatch::left(double fresh) noexcept {
  if (keeps_peaks_.load() && !std::isnan(fresh)) {
    double least = least_.load();
    while (fresh < least && !least_.compare_exchange_weak(least, fresh)) {
    }
    double greatest = greatest_.load();
    while (fresh > greatest && !greatest_.compare_exchange_weak(greatest, fresh)) {
    }
    publish();
  }
  if (!is_judged_.load()) return;
  const Range quiet{quiet_low_.load(), quiet_high_.load()};
  if (fresh >= quiet.low && fresh <= quiet.high) return;
  if (is_unset(fresh) && quiet == kQuietWhileUnset) return;
  changed_.put(*this);
}

GaugeWatch::Range GaugeWatch::intersection() const noexcept {
  return {std::max(quiet_low_.load(), least_.load()), std::min(quiet_high_.load(), greatest_.load())};
}

void GaugeWatch::publish() noexcept {
  Range published;
  do {
    published = intersection();
    cell_.low.store(published.low);
    cell_.high.store(published.high);
  } while (published != intersection());
}

}  // namespace vigil::monitoring
