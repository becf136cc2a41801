#include "monitoring/store/sample_cycle.h"

#include <bit>
#include <cassert>

#include "monitoring/store/byte_codec.h"

// A record: number of the cycle, 1 if it tells everything anew (else 0), time i64, then three lists, each
// with its count: new slots (slot, count of labels, their names and values), values that changed (slot, bits
// u64), slots that ended. All slots that live and are in no list have the value they had before.

namespace vigil::monitoring {

namespace {

constexpr std::uint64_t kMostSlots = 10'000'000;

void put_labels(std::string& out, const Labels& labels) {
  put_varint(out, labels.size());
  for (const Label label : labels) {
    put_text(out, label.name);
    put_text(out, label.value);
  }
}

/// Fails the reader for what are no labels.
Labels labels_of(ByteReader& reader, bool& is_right) {
  std::vector<Label> labels;
  std::uint64_t left = reader.varint();
  is_right = is_right && left <= reader.left();
  for (; is_right && left > 0; --left) {
    const std::string_view name = reader.text();
    const std::string_view value = reader.text();
    const bool is_next = !value.empty() && (labels.empty() || labels.back().name < name);
    is_right = is_next && !reader.has_failed();
    labels.push_back({name, value});
  }
  return is_right ? Labels{labels} : Labels{};
}

}  // namespace

SampleCycle::SampleCycle(std::uint64_t number, Head& head, CycleKeeper& keeper)
    : number_(number), head_(head), keeper_(keeper) {}

bool SampleCycle::begin(SampleTime time) {
  if (time <= time_) return false;
  time_ = time;
  ++turn_;
  const SampleTime segment = keeper_.begin_turn(time);
  is_full_ = segment != segment_;
  segment_ = segment;
  if (is_full_) {
    for (Place& place : places_) place.is_logged = false;
  }
  samples_ = refused_ = without_room_ = 0;
  new_.clear();
  values_.clear();
  ended_.clear();
  new_count_ = value_count_ = ended_count_ = 0;
  return true;
}

SampleCycle::Slot SampleCycle::take_slot(const Labels& labels) {
  Slot slot = static_cast<Slot>(places_.size());
  if (free_.empty()) {
    places_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  places_[slot] = {};
  places_[slot].labels = labels;
  return slot;
}

void SampleCycle::release(Slot slot) {
  assert(slot < places_.size() && !places_[slot].is_released);
  places_[slot].is_released = true;
}

void SampleCycle::put(Slot slot, double value) {
  Place& place = places_[slot];
  assert(!place.is_released && place.turn != turn_);
  if (!find_series(place)) {
    ++without_room_;
    return;
  }
  const HeadSeries::Appended appended = place.series->append({.time = time_, .value = value});
  if (appended == HeadSeries::Appended::OutOfOrder) {
    ++refused_;
    return;
  }
  ++samples_;
  place.turn = turn_;
  const bool was_alive = place.is_alive;
  place.is_alive = true;
  const bool is_known = place.is_logged;
  log_labels(slot);
  if (!is_known || !was_alive || appended == HeadSeries::Appended::Changed) write(slot, value);
}

bool SampleCycle::put(const Labels& labels, double value) {
  const auto [known, is_new] = found_.try_emplace(labels, kNoSlot);
  if (is_new) {
    known->second = take_slot(labels);
    places_[known->second].is_found = true;
  }
  if (places_[known->second].turn == turn_) return false;
  put(known->second, value);
  return true;
}

void SampleCycle::end() {
  for (Slot slot = 0; slot < places_.size(); ++slot) {
    Place& place = places_[slot];
    if (place.turn == turn_) continue;
    if (place.is_alive) {
      place.is_alive = false;
      if (find_series(place)) {
        static_cast<void>(place.series->append({.time = time_, .value = kStaleMarker}));
      }
      log_labels(slot);
      put_varint(ended_, slot);
      ++ended_count_;
    }
    if (place.is_released || place.is_found) free(slot);
  }
  std::string record;
  put_varint(record, number_);
  put_varint(record, is_full_ ? 1 : 0);
  put_fixed(record, time_);
  put_varint(record, new_count_);
  record += new_;
  put_varint(record, value_count_);
  record += values_;
  put_varint(record, ended_count_);
  record += ended_;
  keeper_.appended(samples_);
  if (refused_ > 0) keeper_.dropped_out_of_order(refused_);
  if (without_room_ > 0) keeper_.dropped_no_room(without_room_);
  keeper_.end_turn(segment_, std::move(record));
}

bool SampleCycle::find_series(Place& place) {
  if (place.series == nullptr || place.series->is_removed()) place.series = head_.find_or_add(place.labels);
  return place.series != nullptr;
}

void SampleCycle::log_labels(Slot slot) {
  Place& place = places_[slot];
  if (place.is_logged) return;
  put_varint(new_, slot);
  put_labels(new_, place.labels);
  ++new_count_;
  place.is_logged = true;
}

void SampleCycle::write(Slot slot, double value) {
  put_varint(values_, slot);
  put_fixed(values_, std::bit_cast<std::uint64_t>(value));
  ++value_count_;
}

void SampleCycle::free(Slot slot) {
  Place& place = places_[slot];
  if (place.is_found) found_.erase(place.labels);
  place = {};
  free_.push_back(slot);
}

bool SampleCycle::Replay::take(std::string_view record) {
  ByteReader reader(record);
  const std::uint64_t number = reader.varint();
  const bool is_full = reader.varint() == 1;
  const auto time = reader.fixed<SampleTime>();

  struct New {
    std::uint64_t slot;
    Labels labels;
  };
  struct Value {
    std::uint64_t slot;
    double value;
  };
  std::vector<New> added;
  std::vector<Value> values;
  std::vector<std::uint64_t> ended;
  bool is_right = true;
  for (std::uint64_t left = reader.varint(); left > 0 && is_right && !reader.has_failed(); --left) {
    const std::uint64_t slot = reader.varint();
    is_right = slot < kMostSlots;
    added.push_back({.slot = slot, .labels = labels_of(reader, is_right)});
  }
  for (std::uint64_t left = reader.varint(); left > 0 && !reader.has_failed(); --left) {
    const std::uint64_t slot = reader.varint();
    values.push_back({.slot = slot, .value = std::bit_cast<double>(reader.fixed<std::uint64_t>())});
  }
  for (std::uint64_t left = reader.varint(); left > 0 && !reader.has_failed(); --left) {
    ended.push_back(reader.varint());
  }
  if (!is_right || reader.has_failed() || !reader.is_at_end()) return false;

  std::vector<Series>& series = cycles_[number];
  if (is_full) series.clear();
  for (const New& entry : added) {
    if (entry.slot >= series.size()) series.resize(entry.slot + 1);
    series[entry.slot] = {.labels = entry.labels, .target = nullptr};
  }
  for (const Value& entry : values) {
    if (entry.slot >= series.size() || series[entry.slot].labels.empty()) continue;
    Series& of = series[entry.slot];
    of.value = entry.value;
    of.is_alive = true;
  }
  for (const std::uint64_t slot : ended) {
    if (slot < series.size()) series[slot].is_alive = false;
  }
  for (Series& each : series) {
    if (each.is_alive) target_.append(each.labels, {.time = time, .value = each.value}, each.target);
  }
  // Last: a series that ended in one slot may go on in another.
  for (const std::uint64_t slot : ended) {
    if (slot >= series.size() || series[slot].labels.empty()) continue;
    target_.append(series[slot].labels, {.time = time, .value = kStaleMarker}, series[slot].target);
  }
  return true;
}

}  // namespace vigil::monitoring
