#include "engine/monitor/alert_notes.h"

#include <chrono>
#include <string>

#include "monitoring/log/json_line.h"

namespace vigil::engine {

AlertNote note_of(const monitoring::HistoryEntry& entry) {
  AlertNote note;
  switch (entry.state) {
    case monitoring::AlertState::Pending:
      note.state = AlertNote::State::Pending;
      break;
    case monitoring::AlertState::Firing:
      note.state = AlertNote::State::Firing;
      break;
    case monitoring::AlertState::Resolved:
      note.state = AlertNote::State::Resolved;
      break;
  }
  constexpr std::string_view kName = "alertname";
  note.name = decltype(note.name)::truncated(entry.labels.value(kName));
  std::string labels;
  for (const auto& [name, value] : entry.labels) {
    if (name == kName) continue;
    labels += labels.empty() ? "{" : ",";
    labels += name;
    labels += '=';
    monitoring::append_json_string(labels, value);
  }
  if (!labels.empty()) labels += '}';
  note.labels = decltype(note.labels)::truncated(labels);
  note.value = entry.value;
  note.since = orders::Timestamp{std::chrono::milliseconds{entry.time}};
  return note;
}

}  // namespace vigil::engine
