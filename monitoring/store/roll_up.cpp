#include "monitoring/store/roll_up.h"

#include <cmath>
#include <optional>

namespace vigil::monitoring {

namespace {

struct Period {
  SampleTime time = 0;
  double last = 0;
  double minimum = 0;
  double maximum = 0;
  double sum = 0;
  double count = 0;

  void add(const Period& other) {
    const bool has_number = !std::isnan(minimum);
    if (!has_number || other.minimum < minimum) minimum = other.minimum;
    if (!has_number || other.maximum > maximum) maximum = other.maximum;
    time = other.time;
    last = other.last;
    sum += other.sum;
    count += other.count;
  }
};

/// Collects what one period leaves and writes it down when another begins.
class Roller {
 public:
  Roller(SampleTime period, RollUp& out) : period_(period), out_(out) {}
  ~Roller() { flush(); }
  Roller(const Roller&) = delete;
  Roller& operator=(const Roller&) = delete;

  void add(const Period& value) {
    begin(value.time);
    end_.reset();
    if (open_) {
      open_->add(value);
    } else {
      open_ = value;
    }
  }
  void end_at(SampleTime time) {
    begin(time);
    end_ = time;
  }

 private:
  void begin(SampleTime time) {
    const SampleTime start = period_start(time, period_);
    if (start != start_) flush();
    start_ = start;
  }
  void flush() {
    if (open_) write({open_->last, open_->minimum, open_->maximum, open_->sum, open_->count}, open_->time);
    if (end_) write({kStaleMarker, kStaleMarker, kStaleMarker, kStaleMarker, kStaleMarker}, *end_);
    open_.reset();
    end_.reset();
  }
  void write(const std::array<double, 5>& values, SampleTime time) {
    for (std::size_t i = 0; i < values.size(); ++i) out_[i].push_back({.time = time, .value = values[i]});
  }

  SampleTime period_;
  RollUp& out_;
  SampleTime start_ = 0;
  std::optional<Period> open_;
  std::optional<SampleTime> end_;
};

}  // namespace

void roll_up(std::span<const Sample> samples, SampleTime period, RollUp& out) {
  Roller roller(period, out);
  for (const Sample& sample : samples) {
    if (is_stale(sample.value)) {
      roller.end_at(sample.time);
      continue;
    }
    roller.add({.time = sample.time,
                .last = sample.value,
                .minimum = sample.value,
                .maximum = sample.value,
                .sum = sample.value,
                .count = 1});
  }
}

void roll_up(const RollUp& finer, SampleTime period, RollUp& out) {
  Roller roller(period, out);
  const auto value = [&](RollUpColumn column, std::size_t i) { return finer[place_of(column)][i].value; };
  const std::vector<Sample>& last = finer[place_of(RollUpColumn::Last)];
  for (std::size_t i = 0; i < last.size(); ++i) {
    if (is_stale(last[i].value)) {
      roller.end_at(last[i].time);
      continue;
    }
    roller.add({.time = last[i].time,
                .last = last[i].value,
                .minimum = value(RollUpColumn::Minimum, i),
                .maximum = value(RollUpColumn::Maximum, i),
                .sum = value(RollUpColumn::Sum, i),
                .count = value(RollUpColumn::Count, i)});
  }
}

}  // namespace vigil::monitoring
