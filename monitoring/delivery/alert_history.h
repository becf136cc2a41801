#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/delivery/alert.h"

namespace vigil::monitoring {

enum class AlertState : std::uint8_t { Pending, Firing, Resolved };
[[nodiscard]] std::string_view to_string(AlertState state) noexcept;  // "pending", "firing", "resolved"
[[nodiscard]] std::optional<AlertState> parse_alert_state(std::string_view text) noexcept;

/// What became of telling one receiver about a change.
struct NotifiedReceiver {
  std::string receiver;
  bool is_delivered = false;  ///< false: given up
  SampleTime time = 0;
  friend bool operator==(const NotifiedReceiver&, const NotifiedReceiver&) = default;
};

/// One change of an alert's state.
struct HistoryEntry {
  std::uint64_t number = 0;  ///< given by the history, ascending
  SampleTime time = 0;
  AlertState state = AlertState::Pending;
  Labels labels = {};
  Labels annotations = {};
  double value = 0;                       ///< of the rule's expression
  std::chrono::milliseconds duration{0};  ///< that it was in the state before
  std::vector<NotifiedReceiver> notified = {};
};

/// What is asked of the history; what is not set asks for everything.
struct HistoryQuery {
  std::optional<SampleTime> from = {}, to = {};  ///< both included
  std::string name = {};                         ///< of the alert
  std::optional<AlertState> state = {};
  std::size_t limit = 1000;
};

/// The last changes of alerts' states: at most `kCapacity`, the oldest leaves first. One thread.
class AlertHistory {
 public:
  static constexpr std::size_t kCapacity = 1000;
  static constexpr std::size_t kMaxNotified = 32;  ///< receivers noted in one entry

  /// Gives the entry its number.
  const HistoryEntry& add(HistoryEntry entry);
  /// One of before a restart, which has its number; one whose number is known takes its place.
  void restore(HistoryEntry entry);
  /// Notes an outcome in the latest entry about this alert in this state, once a receiver. nullptr: there is
  /// none, or it knows already.
  const HistoryEntry* note(std::uint64_t fingerprint, AlertState state, NotifiedReceiver outcome);

  /// The latest first.
  [[nodiscard]] std::vector<HistoryEntry> query(const HistoryQuery& asked) const;
  [[nodiscard]] const std::deque<HistoryEntry>& entries() const noexcept { return entries_; }

 private:
  std::deque<HistoryEntry> entries_;  ///< by number
  std::uint64_t next_ = 1;
};

}  // namespace vigil::monitoring
