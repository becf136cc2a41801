#pragma once

#include <string>
#include <vector>

#include "engine/incidents/incident.h"
#include "engine/incidents/journal_window.h"
#include "monitoring/store/sample_source.h"

namespace vigil::engine {

/// What the engine said of itself when it was noticed; each a JSON document, "" where it did not answer.
struct IncidentViews {
  std::string status;
  std::string risk;
  std::string positions;
  std::string orders;
};

/// The parts of a bundle.
struct IncidentParts {
  const Incident& incident;
  IncidentViews views;
  JournalWindow journal;
  std::vector<std::string> log;                       ///< lines of JSON
  const monitoring::SampleSource* history = nullptr;  ///< none: no metrics
  orders::Duration history_ahead{};                   ///< its time is ahead of the wall clock's by this
};

/// One JSON document:
///
///   id, triggers [{kind, time, what}], from, to (nanoseconds UTC),
///   state   what the engine knew at the first trigger, by its journal; null without one
///   views   status, risk, positions, orders as it answered when the trigger was noticed
///   events, quotes   records of the journal, as `vigil journal dump` prints them
///   traces  orders something happened to, with the times of their stages
///   log     its entries
///   metrics [{labels, samples [[milliseconds, "value"]]}]; of equal samples in a row the first and the last
///   notes   what is missing, and why
[[nodiscard]] std::string incident_bundle(const IncidentParts& parts);

}  // namespace vigil::engine
