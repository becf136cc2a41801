#include "monitoring/delivery/alert_grouping.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "monitoring/delivery/delivery_json.h"
#include "monitoring/http/digest.h"

namespace vigil::monitoring {
namespace {

/// A memo outlives its repeat interval by this: a group that fires again soon is still known.
constexpr SampleTime kMemoRetention = SampleTime{5} * 24 * 3600 * 1000;

bool is_subset(const std::vector<std::uint64_t>& part, const std::vector<std::uint64_t>& whole) {
  return std::ranges::includes(whole, part);
}

bool has(const std::vector<std::uint64_t>& sorted, std::uint64_t fingerprint) {
  return std::ranges::binary_search(sorted, fingerprint);
}

bool has_common(const std::vector<std::uint64_t>& some, const std::vector<std::uint64_t>& sorted) {
  return std::ranges::any_of(some, [&](std::uint64_t fingerprint) { return has(sorted, fingerprint); });
}

std::vector<std::uint64_t> without(const std::vector<std::uint64_t>& all,
                                   const std::vector<std::uint64_t>& left_out) {
  std::vector<std::uint64_t> rest;
  std::ranges::set_difference(all, left_out, std::back_inserter(rest));
  return rest;
}

enum class Saying : std::uint8_t { Nothing, News, Repeat };

/// Alertmanager's rule of deduplication (its DedupStage), but that a resolution alone is news only of what
/// was told to fire.
Saying saying(const GroupMemo* last, const GroupMemo& current, bool send_resolved,
              SampleTime repeat_interval) {
  if (last == nullptr) return current.firing.empty() ? Saying::Nothing : Saying::News;
  if (!is_subset(current.firing, last->firing)) return Saying::News;
  if (current.firing.empty()) {
    return has_common(current.resolved, last->firing) ? Saying::News : Saying::Nothing;
  }
  if (send_resolved && !is_subset(current.resolved, last->resolved)) return Saying::News;
  // Where the clock was set back nobody knows how long ago that was: it is said again.
  const SampleTime ago = current.time - last->time;
  return ago >= repeat_interval || ago < 0 ? Saying::Repeat : Saying::Nothing;
}

/// Of all that it says: a clock that was set back may come to the same time with other news.
std::string key_of(const Notification& notification) {
  return sha256_hex(notification_json(notification)).substr(0, 32);
}

}  // namespace

AlertGrouping::AlertGrouping(RouteTree routes, std::vector<InhibitionRule> inhibition,
                             std::vector<GroupedReceiver> receivers, const GroupingLimits& limits)
    : routes_(std::move(routes)),
      rules_(std::move(inhibition)),
      receivers_(std::move(receivers)),
      limits_(limits) {}

AlertGrouping::Taken AlertGrouping::take(const Alert& alert, SampleTime now) {
  const std::uint64_t fingerprint = alert.fingerprint();
  const bool is_resolved = alert.is_resolved(now);
  const auto found = alerts_.find(fingerprint);
  if (found == alerts_.end()) {
    if (alerts_.size() >= limits_.alerts) {
      ++suppressed_.refused;
      return Taken::Refused;
    }
    const auto added = alerts_.emplace(fingerprint, Known{.alert = alert, .is_resolved = is_resolved}).first;
    changed_.insert(fingerprint);
    put_into_groups(fingerprint, added->second, now);
    return Taken::News;
  }

  Known& known = found->second;
  const bool is_same_state =
      known.is_resolved == is_resolved && (!is_resolved || known.alert.starts_at == alert.starts_at);
  const bool is_same_text = known.alert.annotations == alert.annotations &&
                            known.alert.starts_at == alert.starts_at &&
                            known.alert.generator_url == alert.generator_url;
  if (is_same_state && is_resolved) {
    ++suppressed_.duplicate;
    return Taken::Duplicate;
  }
  known.alert = alert;
  known.is_resolved = is_resolved;
  if (!is_same_state || !is_same_text) changed_.insert(fingerprint);
  if (is_same_state) {
    ++suppressed_.duplicate;
    return Taken::Duplicate;
  }
  put_into_groups(fingerprint, known, now);
  return Taken::News;
}

void AlertGrouping::restore(Alert alert, bool is_resolved, SampleTime now) {
  const std::uint64_t fingerprint = alert.fingerprint();
  if (alerts_.size() >= limits_.alerts && !alerts_.contains(fingerprint)) {
    ++suppressed_.refused;
    return;
  }
  if (!is_resolved && alert.ends_at != 0) {
    alert.ends_at = std::max(alert.ends_at, now + limits_.restart_grace.count());
  }
  const auto [place, is_new] =
      alerts_.insert_or_assign(fingerprint, Known{.alert = std::move(alert), .is_resolved = is_resolved});
  put_into_groups(fingerprint, place->second, now);
}

void AlertGrouping::restore(std::string_view receiver, std::string_view group_key, const GroupMemo& memo) {
  remember(std::string{receiver}, std::string{group_key}, memo);
}

void AlertGrouping::put_into_groups(std::uint64_t fingerprint, const Known& known, SampleTime now) {
  for (const std::size_t number : routes_.match(known.alert.labels)) {
    const Route& route = routes_.at(number);
    const Labels labels = route.group_labels(known.alert.labels);
    const auto [place, is_new] = groups_.try_emplace({number, labels});
    Group& group = place->second;
    if (is_new) {
      group.key = route.key + ':' + series_text(labels);
      group.next = now + route.group_wait.count();
      // It has been firing for that long, unheard of: before a restart, or while there was no room.
      if (known.alert.starts_at + route.group_wait.count() <= now) group.next = now;
    }
    if (group.alerts.try_emplace(fingerprint, Mute::None).second) ++alerts_.at(fingerprint).groups;
  }
}

std::optional<SampleTime> AlertGrouping::next_due() const {
  std::optional<SampleTime> next;
  for (const auto& [id, group] : groups_) next = std::min(next.value_or(group.next), group.next);
  return next;
}

void AlertGrouping::hurry(SampleTime now) {
  for (auto& [id, group] : groups_) {
    if (!group.was_looked_at) group.next = std::min(group.next, now);
  }
}

std::vector<Notification> AlertGrouping::due(SampleTime now, const Silences& silences) {
  std::vector<Notification> notifications;
  keep_waits_short(now);
  const auto next = next_due();
  if (!next || *next > now) return notifications;
  resolve_outdated(now);
  const Inhibition inhibition = inhibition_now();
  for (auto each = groups_.begin(); each != groups_.end();) {
    auto& [id, group] = *each;
    if (group.next > now) {
      ++each;
      continue;
    }
    if (auto notification = look_at(id, group, now, silences, inhibition)) {
      notifications.push_back(std::move(*notification));
    }
    group.was_looked_at = true;
    group.next = now + routes_.at(id.first).group_interval.count();
    each = group.alerts.empty() ? groups_.erase(each) : std::next(each);
  }
  forget_resolved(now);
  return notifications;
}

/// A clock that was set back lets no group wait for longer than it ever does.
void AlertGrouping::keep_waits_short(SampleTime now) {
  for (auto& [id, group] : groups_) {
    const Route& route = routes_.at(id.first);
    const auto longest = group.was_looked_at ? route.group_interval : route.group_wait;
    group.next = std::min(group.next, now + longest.count());
  }
}

void AlertGrouping::resolve_outdated(SampleTime now) {
  for (auto& [fingerprint, known] : alerts_) {
    if (known.is_resolved || !known.alert.is_resolved(now)) continue;
    known.is_resolved = true;
    changed_.insert(fingerprint);
  }
}

void AlertGrouping::forget_resolved(SampleTime now) {
  std::erase_if(alerts_, [&](const auto& each) {
    const auto& [fingerprint, known] = each;
    if (!known.is_resolved || known.groups > 0) return false;
    if (known.alert.ends_at + limits_.resolved_retention.count() > now) return false;
    changed_.insert(fingerprint);
    return true;
  });
  std::erase_if(memos_, [&](const auto& each) { return each.second.time + kMemoRetention <= now; });
}

Inhibition AlertGrouping::inhibition_now() const {
  Inhibition inhibition(rules_);
  if (rules_.empty()) return inhibition;
  for (const auto& [fingerprint, known] : alerts_) {
    if (!known.is_resolved) inhibition.add(known.alert.labels);
  }
  return inhibition;
}

std::optional<Notification> AlertGrouping::look_at(const GroupId& id, Group& group, SampleTime now,
                                                   const Silences& silences, const Inhibition& inhibition) {
  const Route& route = routes_.at(id.first);
  const auto place = memos_.find({route.receiver, group.key});
  const GroupMemo* last = place == memos_.end() ? nullptr : &place->second;

  GroupMemo current{.time = now};
  std::vector<std::uint64_t> done;
  std::vector<std::uint64_t> still_known;  // kept back, but the receiver was told that they fire, and they do
  for (auto& [fingerprint, mute] : group.alerts) {
    const Known& known = alerts_.at(fingerprint);
    if (known.is_resolved) done.push_back(fingerprint);
    const Mute before = mute;
    mute = silences.silencing(known.alert.labels, now) != nullptr ? Mute::Silenced
           : inhibition.inhibits(known.alert.labels)              ? Mute::Inhibited
                                                                  : Mute::None;
    if (mute != before && mute == Mute::Silenced) ++suppressed_.silenced;
    if (mute != before && mute == Mute::Inhibited) ++suppressed_.inhibited;
    const bool was_told = last != nullptr && has(last->firing, fingerprint);
    if (mute != Mute::None && was_told && !known.is_resolved) still_known.push_back(fingerprint);
    if (mute != Mute::None && !(was_told && known.is_resolved)) continue;
    (known.is_resolved ? current.resolved : current.firing).push_back(fingerprint);
  }

  std::optional<Notification> notification;
  const bool sends = sends_resolved(route.receiver);
  const Saying what = saying(last, current, sends, route.repeat_interval.count());
  const bool has_any = !current.firing.empty() || !current.resolved.empty();
  if (has_any && what != Saying::Nothing) {
    notification = compose(id, group, current);
    notification->is_repeat = what == Saying::Repeat;
    if (notification->alerts.size() + notification->truncated > 1) {
      suppressed_.aggregated += notification->alerts.size() + notification->truncated - 1;
    }
    // What was said to be resolved before and is still known stays said.
    if (last != nullptr) {
      for (const std::uint64_t fingerprint : last->resolved) {
        const auto known = alerts_.find(fingerprint);
        if (known == alerts_.end() || !known->second.is_resolved) continue;
        if (!has(current.resolved, fingerprint)) notification->memo.resolved.push_back(fingerprint);
      }
      std::ranges::sort(notification->memo.resolved);
    }
    std::ranges::copy(still_known, std::back_inserter(notification->memo.firing));
    std::ranges::sort(notification->memo.firing);
  } else if (last != nullptr && !sends && has_common(current.resolved, last->firing)) {
    // Nobody is told, but if it fires again it is news.
    GroupMemo memo{.firing = without(last->firing, current.resolved), .time = last->time};
    notification = compose(id, {.key = group.key}, std::move(memo));
    notification->alerts.clear();
  }
  if (notification) {
    notification->idempotency_key = key_of(*notification);
    remember(route.receiver, group.key, notification->memo);
  }
  for (const std::uint64_t fingerprint : done) {
    group.alerts.erase(fingerprint);
    --alerts_.at(fingerprint).groups;
  }
  return notification;
}

void AlertGrouping::remember(const std::string& receiver, const std::string& group_key,
                             const GroupMemo& memo) {
  memos_.insert_or_assign({receiver, group_key}, memo);
  if (memos_.size() <= limits_.alerts) return;
  memos_.erase(std::ranges::min_element(memos_, {}, [](const auto& each) { return each.second.time; }));
}

Notification AlertGrouping::compose(const GroupId& id, const Group& group, GroupMemo memo) const {
  const Route& route = routes_.at(id.first);
  Notification notification{
      .receiver = route.receiver, .group_key = group.key, .group_labels = id.second, .time = memo.time};
  const auto add = [&](const std::vector<std::uint64_t>& fingerprints, bool are_resolved) {
    std::vector<Alert> alerts;
    for (const std::uint64_t fingerprint : fingerprints) {
      alerts.push_back(alerts_.at(fingerprint).alert);
      if (!are_resolved) alerts.back().ends_at = 0;
    }
    std::ranges::sort(alerts, [](const Alert& a, const Alert& b) {
      return a.name() != b.name() ? a.name() < b.name() : a.labels < b.labels;
    });
    std::ranges::move(alerts, std::back_inserter(notification.alerts));
  };
  add(memo.firing, false);
  if (sends_resolved(route.receiver)) add(memo.resolved, true);
  if (notification.alerts.size() > limits_.alerts_a_notification) {
    notification.truncated = notification.alerts.size() - limits_.alerts_a_notification;
    notification.alerts.resize(limits_.alerts_a_notification);
  }
  notification.memo = std::move(memo);
  return notification;
}

bool AlertGrouping::sends_resolved(std::string_view receiver) const {
  const auto found = std::ranges::find(receivers_, receiver, &GroupedReceiver::name);
  return found == receivers_.end() || found->send_resolved;
}

std::vector<AlertGrouping::Change> AlertGrouping::take_changes() {
  std::vector<Change> changes;
  for (const std::uint64_t fingerprint : changed_) {
    Change change{.fingerprint = fingerprint};
    if (const auto known = alerts_.find(fingerprint); known != alerts_.end()) {
      change.alert = known->second.alert;
      change.is_resolved = known->second.is_resolved;
    }
    changes.push_back(std::move(change));
  }
  changed_.clear();
  return changes;
}

std::vector<AlertGrouping::Change> AlertGrouping::everything() const {
  std::vector<Change> all;
  for (const auto& [fingerprint, known] : alerts_) {
    all.push_back({.fingerprint = fingerprint, .alert = known.alert, .is_resolved = known.is_resolved});
  }
  return all;
}

AlertGrouping::Mute AlertGrouping::is_muted(const Labels& labels, SampleTime now,
                                            const Silences& silences) const {
  return are_muted({labels}, now, silences).front();
}

std::vector<AlertGrouping::Mute> AlertGrouping::are_muted(const std::vector<Labels>& labels, SampleTime now,
                                                          const Silences& silences) const {
  const Inhibition inhibition = inhibition_now();
  std::vector<Mute> mutes;
  for (const Labels& each : labels) {
    const bool is_silenced = silences.silencing(each, now) != nullptr;
    mutes.push_back(is_silenced ? Mute::Silenced : inhibition.inhibits(each) ? Mute::Inhibited : Mute::None);
  }
  return mutes;
}

}  // namespace vigil::monitoring
