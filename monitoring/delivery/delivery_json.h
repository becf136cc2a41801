#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "monitoring/delivery/alert.h"
#include "monitoring/delivery/alert_history.h"
#include "monitoring/delivery/notification.h"
#include "monitoring/delivery/silences.h"

namespace vigil::monitoring {

// The JSON of what is kept on disk and shown by the API. What is written is read back the same; text that is
// not UTF-8 is repaired. Reading gives nullopt for what is not of that form.

struct SavedAlert {
  Alert alert;
  bool is_resolved = false;
  friend bool operator==(const SavedAlert&, const SavedAlert&) = default;
};
[[nodiscard]] std::string alert_json(const SavedAlert& saved);
[[nodiscard]] std::optional<SavedAlert> parse_alert(std::string_view text);

[[nodiscard]] std::string notification_json(const Notification& notification);
[[nodiscard]] std::optional<Notification> parse_notification(std::string_view text);

[[nodiscard]] std::string memo_json(const GroupMemo& memo);
[[nodiscard]] std::optional<GroupMemo> parse_memo(std::string_view text);

/// As Alertmanager's API shows and takes a silence: id, matchers [{name, value, isRegex, isEqual}], startsAt,
/// endsAt, createdBy, comment.
[[nodiscard]] std::string silence_json(const Silence& silence);
/// The silence, or in `fault` what must be otherwise ("endsAt: must be ...").
struct ParsedSilence {
  std::optional<Silence> silence = {};
  std::string fault = {};
};
[[nodiscard]] ParsedSilence parse_silence(std::string_view text);

[[nodiscard]] std::string history_json(const HistoryEntry& entry);
[[nodiscard]] std::optional<HistoryEntry> parse_history(std::string_view text);

}  // namespace vigil::monitoring
