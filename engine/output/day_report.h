#pragma once

#include "engine/analysis/day_book.h"
#include "engine/views/json_parts.h"

namespace vigil::engine {

/// A session as the book has it, until `end`, and how things stood then. `is_over`: the session has ended.
/// `computed`: since the start, of which the book knows how it was at the session's begin.
[[nodiscard]] Json day_report_json(const EngineConfig& config, const DayBook& book, const Closing& closing,
                                   const DayBook::Computed& computed, orders::Timestamp end, bool is_over);

}  // namespace vigil::engine
