#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "monitoring/delivery/alert.h"
#include "monitoring/delivery/inhibition.h"
#include "monitoring/delivery/notification.h"
#include "monitoring/delivery/routing.h"
#include "monitoring/delivery/silences.h"

namespace vigil::monitoring {

struct GroupingLimits {
  std::size_t alerts = 10'000;              ///< known at once; a further one is refused
  std::size_t alerts_a_notification = 500;  ///< those beyond are counted in it, not shown
  /// How long a resolved alert is known, so that hearing of it again says nothing new.
  std::chrono::milliseconds resolved_retention = std::chrono::minutes{15};
  /// How long an alert that fired before a restart fires without being heard of.
  std::chrono::milliseconds restart_grace = std::chrono::minutes{5};
};

/// A receiver as grouping sees it.
struct GroupedReceiver {
  std::string name;
  bool send_resolved = true;
};

/// How often something kept an alert from being told on its own.
struct SuppressedCounts {
  std::uint64_t duplicate = 0;   ///< heard of again without news
  std::uint64_t aggregated = 0;  ///< told in one notification with others: those beyond the first
  std::uint64_t silenced = 0;    ///< each time it begins
  std::uint64_t inhibited = 0;   ///< each time it begins
  std::uint64_t refused = 0;     ///< for want of room
};

/// Turns alerts into notifications as Alertmanager does: routes, groups, waits, repeats after a while what
/// still fires, says nothing twice, and keeps back what is silenced or inhibited. One difference: the
/// resolution of an alert that a receiver was told of reaches it even if the alert is muted by then, so that
/// no incident stays open. Time is an argument; nothing happens between calls. One thread.
class AlertGrouping {
 public:
  /// `receivers`: those that routes may name, and more.
  AlertGrouping(RouteTree routes, std::vector<InhibitionRule> inhibition,
                std::vector<GroupedReceiver> receivers, const GroupingLimits& limits);

  enum class Taken : std::uint8_t { News, Duplicate, Refused };
  Taken take(const Alert& alert, SampleTime now);

  /// What was known before a restart, before the first `take`: an alert that fired fires for a while yet.
  void restore(Alert alert, bool is_resolved, SampleTime now);
  void restore(std::string_view receiver, std::string_view group_key, const GroupMemo& memo);

  /// Looks at the groups whose time has come.
  [[nodiscard]] std::vector<Notification> due(SampleTime now, const Silences& silences);
  /// Ends the wait of groups that nobody was told of yet: before an end.
  void hurry(SampleTime now);
  /// When `due` may have something next; nullopt: not before something is taken.
  [[nodiscard]] std::optional<SampleTime> next_due() const;

  /// An alert whose record on disk is out of date; without an alert: it is known no more.
  struct Change {
    std::uint64_t fingerprint = 0;
    std::optional<Alert> alert = {};
    bool is_resolved = false;
  };
  /// Since the last call.
  [[nodiscard]] std::vector<Change> take_changes();
  /// All that is known, as changes.
  [[nodiscard]] std::vector<Change> everything() const;

  enum class Mute : std::uint8_t { None, Silenced, Inhibited };
  [[nodiscard]] Mute is_muted(const Labels& labels, SampleTime now, const Silences& silences) const;
  /// The same for each of several.
  [[nodiscard]] std::vector<Mute> are_muted(const std::vector<Labels>& labels, SampleTime now,
                                            const Silences& silences) const;

  [[nodiscard]] const SuppressedCounts& suppressed() const noexcept { return suppressed_; }
  [[nodiscard]] std::size_t alerts() const noexcept { return alerts_.size(); }
  [[nodiscard]] std::size_t groups() const noexcept { return groups_.size(); }

 private:
  struct Known {
    Alert alert;
    bool is_resolved = false;  ///< when it was last looked at
    std::size_t groups = 0;    ///< that have it
  };
  using GroupId = std::pair<std::size_t, Labels>;  ///< route and group labels
  struct Group {
    std::string key = {};
    SampleTime next = 0;
    bool was_looked_at = false;
    std::map<std::uint64_t, Mute> alerts = {};  ///< and how they were muted at the last look
  };

  void put_into_groups(std::uint64_t fingerprint, const Known& known, SampleTime now);
  void keep_waits_short(SampleTime now);
  void resolve_outdated(SampleTime now);
  void forget_resolved(SampleTime now);
  [[nodiscard]] Inhibition inhibition_now() const;
  [[nodiscard]] std::optional<Notification> look_at(const GroupId& id, Group& group, SampleTime now,
                                                    const Silences& silences, const Inhibition& inhibition);
  /// Beyond the limit the oldest memo leaves: its group would be told of once more.
  void remember(const std::string& receiver, const std::string& group_key, const GroupMemo& memo);
  [[nodiscard]] Notification compose(const GroupId& id, const Group& group, GroupMemo memo) const;
  [[nodiscard]] bool sends_resolved(std::string_view receiver) const;

  RouteTree routes_;
  std::vector<InhibitionRule> rules_;
  std::vector<GroupedReceiver> receivers_;
  GroupingLimits limits_;
  std::map<std::uint64_t, Known> alerts_;  ///< by fingerprint
  std::map<GroupId, Group> groups_;
  std::map<std::pair<std::string, std::string>, GroupMemo> memos_;  ///< by receiver and group key
  std::set<std::uint64_t> changed_;
  SuppressedCounts suppressed_;
};

}  // namespace vigil::monitoring
