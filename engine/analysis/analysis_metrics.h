#pragma once

#include <array>
#include <string_view>

#include "monitoring/metrics/definition.h"

namespace vigil::engine::metric {

inline constexpr std::array<std::string_view, 1> kNoteLabels{"kind"};

inline constexpr monitoring::MetricDefinition kAnalysisNotes{
    "analysis_notes_total", monitoring::MetricType::Counter, "1",
    "Quotes, fills, ended orders, values and what else the core tells the analysis, taken in by it.",
    kNoteLabels};
inline constexpr monitoring::MetricDefinition kAnalysisNotesDropped{
    "analysis_notes_dropped_total", monitoring::MetricType::Counter, "1",
    "Notes that the core could not hand to the analysis because its buffer was full: they are missing from "
    "execution quality, performance, the durations of orders and bookings and the day's report, and from "
    "nothing else.",
    kNoteLabels};
inline constexpr monitoring::MetricDefinition kAnalysisWaiting{
    "analysis_waiting_bytes",
    monitoring::MetricType::Gauge,
    "bytes",
    "What waited for the analysis when it last looked.",
    {}};
inline constexpr monitoring::MetricDefinition kAnalysisCapacity{
    "analysis_capacity_bytes",
    monitoring::MetricType::Gauge,
    "bytes",
    "What can wait for the analysis. Absent where it is done within the event (a replay).",
    {}};

}  // namespace vigil::engine::metric
