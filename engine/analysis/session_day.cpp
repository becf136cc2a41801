#include "engine/analysis/session_day.h"

#include <cstdio>

namespace vigil::engine {

std::string day_of_session(std::int64_t session, orders::Duration session_end) {
  const orders::Timestamp last = begin_of_session(session + 1, session_end) - orders::Duration{1};
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(last)};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

}  // namespace vigil::engine
