#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "orders/time.h"

namespace vigil::engine {

/// Sessions are a day long and follow one another: this is the number of the one in which a time lies.
/// `session_end`: a time of day, UTC; the instant itself belongs to the session that begins.
[[nodiscard]] constexpr std::int64_t session_of(orders::Timestamp time,
                                                orders::Duration session_end) noexcept {
  return std::chrono::floor<std::chrono::days>(time - session_end).time_since_epoch().count();
}

/// When a session begins; the one before ends then.
[[nodiscard]] constexpr orders::Timestamp begin_of_session(std::int64_t session,
                                                           orders::Duration session_end) noexcept {
  return orders::Timestamp{std::chrono::days{session} + session_end};
}

/// The date, UTC, of the session's last instant, as "2026-01-31": with an end at 17:00 what begins on Friday
/// at 17:00 is Saturday's.
[[nodiscard]] std::string day_of_session(std::int64_t session, orders::Duration session_end);

}  // namespace vigil::engine
