#include "monitoring/delivery/alert_history.h"

#include <algorithm>
#include <array>
#include <utility>

namespace vigil::monitoring {
namespace {

constexpr std::array<std::string_view, 3> kNames{"pending", "firing", "resolved"};

bool answers(const HistoryEntry& entry, const HistoryQuery& asked) {
  if (asked.from && entry.time < *asked.from) return false;
  if (asked.to && entry.time > *asked.to) return false;
  if (asked.state && entry.state != *asked.state) return false;
  return asked.name.empty() || entry.labels.value(kAlertNameLabel) == asked.name;
}

}  // namespace

std::string_view to_string(AlertState state) noexcept {
  return kNames[static_cast<std::size_t>(state)];
}

std::optional<AlertState> parse_alert_state(std::string_view text) noexcept {
  const auto found = std::ranges::find(kNames, text);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<AlertState>(found - kNames.begin());
}

const HistoryEntry& AlertHistory::add(HistoryEntry entry) {
  entry.number = next_++;
  entries_.push_back(std::move(entry));
  if (entries_.size() > kCapacity) entries_.pop_front();
  return entries_.back();
}

void AlertHistory::restore(HistoryEntry entry) {
  const auto place = std::ranges::lower_bound(entries_, entry.number, {}, &HistoryEntry::number);
  next_ = std::max(next_, entry.number + 1);
  if (place != entries_.end() && place->number == entry.number) {
    *place = std::move(entry);
    return;
  }
  entries_.insert(place, std::move(entry));
  if (entries_.size() > kCapacity) entries_.pop_front();
}

const HistoryEntry* AlertHistory::note(std::uint64_t fingerprint, AlertState state,
                                       NotifiedReceiver outcome) {
  const auto found = std::find_if(entries_.rbegin(), entries_.rend(), [&](const HistoryEntry& entry) {
    return entry.state == state && entry.labels.hash() == fingerprint;
  });
  if (found == entries_.rend()) return nullptr;
  const auto known = std::ranges::find(found->notified, outcome.receiver, &NotifiedReceiver::receiver);
  if (known != found->notified.end() || found->notified.size() >= kMaxNotified) return nullptr;
  found->notified.push_back(std::move(outcome));
  return &*found;
}

std::vector<HistoryEntry> AlertHistory::query(const HistoryQuery& asked) const {
  std::vector<HistoryEntry> found;
  for (auto entry = entries_.rbegin(); entry != entries_.rend() && found.size() < asked.limit; ++entry) {
    if (answers(*entry, asked)) found.push_back(*entry);
  }
  return found;
}

}  // namespace vigil::monitoring
