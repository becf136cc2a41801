#include "engine/incidents/incident_bundle.h"

#include <bit>
#include <chrono>
#include <string_view>

#include "monitoring/log/json_line.h"
#include "monitoring/promql/number_text.h"

namespace vigil::engine {
namespace {

using monitoring::append_json_string;

std::string number(std::int64_t value) {
  return std::to_string(value);
}

/// A document that is written by hand, since its parts are documents already.
class Document {
 public:
  void member(std::string_view name, std::string_view json) {
    text_ += text_.empty() ? '{' : ',';
    append_json_string(text_, name);
    text_ += ':';
    text_ += json.empty() ? "null" : json;
  }
  template <typename List, typename Show>
  void list(std::string_view name, const List& elements, const Show& show) {
    std::string json = "[";
    for (const auto& element : elements) {
      if (json.size() > 1) json += ",\n";
      show(json, element);
    }
    json += ']';
    member(name, json);
  }
  [[nodiscard]] std::string end() {
    text_ += "}\n";
    return std::move(text_);
  }

 private:
  std::string text_;
};

void append_document(std::string& out, const std::string& json) {
  out += json;
}

void append_trigger(std::string& out, const IncidentTrigger& trigger) {
  out += "{\"kind\":";
  append_json_string(out, to_string(trigger.kind));
  out += ",\"time\":" + number(orders::nanoseconds_of(trigger.time)) + ",\"what\":";
  append_json_string(out, trigger.what);
  out += '}';
}

void append_labels(std::string& out, const monitoring::Labels& labels) {
  out += '{';
  bool is_first = true;
  for (const auto& [name, value] : labels) {
    if (!is_first) out += ',';
    is_first = false;
    append_json_string(out, name);
    out += ':';
    append_json_string(out, value);
  }
  out += '}';
}

bool is_same(double a, double b) noexcept {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

void append_samples(std::string& out, std::span<const monitoring::Sample> samples) {
  out += '[';
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const bool is_inner = i > 0 && i + 1 < samples.size();
    if (is_inner && is_same(samples[i - 1].value, samples[i].value) &&
        is_same(samples[i].value, samples[i + 1].value)) {
      continue;
    }
    if (out.back() != '[') out += ',';
    out += '[' + number(samples[i].time) + ",\"";
    out += monitoring::promql::sample_value_text(samples[i].value);
    out += "\"]";
  }
  out += ']';
}

monitoring::SampleTime milliseconds_of(orders::Timestamp time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

void append_series(std::string& out, const monitoring::StoredSeries& series, monitoring::SampleRange range) {
  std::vector<monitoring::Sample> buffer;
  const monitoring::SeriesValues values = series.values(range, monitoring::RollUpColumn::Last, buffer);
  if (values.samples.empty()) return;
  if (out.size() > 1) out += ",\n";
  out += "{\"labels\":";
  append_labels(out, series.labels());
  out += ",\"samples\":";
  append_samples(out, values.samples);
  out += '}';
}

std::string views_json(const IncidentViews& views) {
  Document document;
  document.member("status", views.status);
  document.member("risk", views.risk);
  document.member("positions", views.positions);
  document.member("orders", views.orders);
  std::string text = document.end();
  text.pop_back();
  return text;
}

}  // namespace

std::string incident_bundle(const IncidentParts& parts) {
  const Incident& incident = parts.incident;
  std::vector<std::string> notes = parts.journal.notes;
  const auto note_left_out = [&notes](std::uint64_t count, std::string_view what) {
    if (count > 0)
      notes.push_back(std::string{what} + ": " + std::to_string(count) + " earlier ones left out");
  };
  note_left_out(parts.journal.events_left_out, "events");
  note_left_out(parts.journal.quotes_left_out, "quotes");
  note_left_out(incident.further_triggers, "triggers");
  if (parts.history == nullptr) notes.emplace_back("metrics: there is no history");

  Document document;
  std::string id;
  append_json_string(id, incident.id);
  document.member("id", id);
  document.list("triggers", incident.triggers, append_trigger);
  document.member("from", number(orders::nanoseconds_of(incident.from)));
  document.member("to", number(orders::nanoseconds_of(incident.to)));
  document.list("notes", notes,
                [](std::string& out, const std::string& note) { append_json_string(out, note); });
  document.member("state", parts.journal.state);
  document.member("views", views_json(parts.views));
  document.list("events", parts.journal.events, append_document);
  document.list("quotes", parts.journal.quotes, append_document);
  document.list("traces", parts.journal.traces, append_document);
  document.list("log", parts.log, append_document);
  std::string metrics = "[";
  if (parts.history != nullptr) {
    const monitoring::SampleRange range{milliseconds_of(incident.from + parts.history_ahead),
                                        milliseconds_of(incident.to + parts.history_ahead)};
    for (const auto& series : parts.history->select({}, range)) append_series(metrics, *series, range);
  }
  metrics += ']';
  document.member("metrics", metrics);
  return document.end();
}

}  // namespace vigil::engine
