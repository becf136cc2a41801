#include "engine/incidents/incident.h"

#include <chrono>

#include <fmt/format.h>

namespace vigil::engine {
namespace {

// 20261122T130455.123Z-
constexpr std::size_t kTimeLength = 21;

}  // namespace

std::string incident_id(const IncidentTrigger& trigger) {
  using namespace std::chrono;
  const auto day = floor<days>(trigger.time);
  const year_month_day date{day};
  const hh_mm_ss time{floor<milliseconds>(trigger.time - day)};
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}.{:03}Z-{}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count(), to_string(trigger.kind));
}

bool is_incident_id(std::string_view text) noexcept {
  if (text.size() <= kTimeLength || text.find_first_not_of("0123456789T.Z-") != kTimeLength) return false;
  return text.substr(kTimeLength).find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
}

}  // namespace vigil::engine
