#include "engine/venue/report_channel.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace vigil::engine {

using orders::Timestamp;

ReportChannel::ReportChannel(const LatencyConfig& latency, const FaultConfig& faults, std::uint64_t seed,
                             std::size_t capacity)
    : latency_(latency),
      faults_(faults),
      capacity_(capacity),
      latency_random_(seed),
      fault_random_(seed ^ 0x6661756c74ULL) {}

void ReportChannel::send(const VenueEvent& event, Timestamp now) {
  ++statistics_.sent;
  if (fault_random_.chance(faults_.drop_report)) {
    ++statistics_.dropped;
    return;
  }
  if (fault_random_.chance(faults_.delay_report)) {
    ++statistics_.delayed;
    if (under_way() >= capacity_) {
      ++statistics_.lost;
      return;
    }
    delayed_.emplace(now + draw_latency(latency_random_, latency_) + faults_.report_delay, event);
    return;
  }
  push(event, now);
  if (fault_random_.chance(faults_.repeat_report)) {
    ++statistics_.repeated;
    push(event, now);
  }
}

void ReportChannel::push(const VenueEvent& event, Timestamp now) {
  if (under_way() >= capacity_) {
    ++statistics_.lost;
    return;
  }
  last_due_ = std::max(last_due_, now + draw_latency(latency_random_, latency_));
  Entry& entry = in_order_.grow_back();
  entry.arrival.due = last_due_;
  entry.arrival.event = event;
  entry.swap_with_next = false;

  if (in_order_.size() >= 2) {
    Entry& before = in_order_[in_order_.size() - 2];
    if (before.swap_with_next) {
      before.swap_with_next = false;
      std::swap(before.arrival.event, in_order_.back().arrival.event);
      ++statistics_.reordered;
      return;  // a report changes places once
    }
  }
  in_order_.back().swap_with_next = fault_random_.chance(faults_.reorder_reports);
}

Timestamp ReportChannel::next_due() const noexcept {
  const Timestamp ordinary = in_order_.empty() ? Timestamp::max() : in_order_.front().arrival.due;
  const Timestamp late = delayed_.empty() ? Timestamp::max() : delayed_.begin()->first;
  return std::min(ordinary, late);
}

ReportChannel::Arrival ReportChannel::take() {
  assert(under_way() > 0);
  if (!in_order_.empty() && in_order_.front().arrival.due == next_due()) {
    const Arrival arrival = in_order_.front().arrival;
    in_order_.pop_front();
    return arrival;
  }
  const auto first = delayed_.begin();
  const Arrival arrival{first->first, first->second};
  delayed_.erase(first);
  return arrival;
}

void ReportChannel::put_back(const Arrival& arrival) {
  in_order_.push_front({arrival, false});
}

}  // namespace vigil::engine
