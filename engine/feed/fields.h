#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/feed/directory.h"
#include "engine/feed/feed_error.h"
#include "engine/feed/line_reader.h"
#include "orders/decimal.h"
#include "orders/time.h"

namespace vigil::engine {

/// Splits a line at its commas; there is no quoting. Returns how many columns the line has; those beyond
/// columns.size() are not stored.
std::size_t split_columns(std::string_view line, std::span<std::string_view> columns) noexcept;

/// Splits and demands exactly columns.size() columns.
[[nodiscard]] bool read_columns(std::string_view line, std::span<std::string_view> columns, LineFault& fault);

/// Takes the first line, which must be exactly this. Throws FeedError, also for an empty file.
void expect_header(LineReader& lines, std::string_view header);

/// Each reads one field: true and the value, or false and the fault.
[[nodiscard]] bool read_integer(std::string_view field, std::string_view text, std::int64_t minimum,
                                std::int64_t maximum, std::int64_t& value, LineFault& fault);
/// Nanoseconds since 1970, UTC. Ends before the year 2200, so that a time-out added to it still fits.
[[nodiscard]] bool read_timestamp(std::string_view field, std::string_view text, orders::Timestamp& value,
                                  LineFault& fault);
/// Any sign; within +-45e9, so that the difference of two always fits.
[[nodiscard]] bool read_price(std::string_view field, std::string_view text, orders::Price& value,
                              LineFault& fault);
[[nodiscard]] bool read_quantity(std::string_view field, std::string_view text, orders::Quantity& value,
                                 LineFault& fault);

/// The ids of two names; false and the fault where the directory does not have one.
[[nodiscard]] bool read_names(const Directory& directory, std::string_view venue, std::string_view symbol,
                              orders::VenueId& venue_id, orders::InstrumentId& instrument_id,
                              LineFault& fault);
inline constexpr std::string_view kMustBeInstrument = "be a configured instrument";
inline constexpr std::string_view kMustBeVenue = "be a configured venue";

/// A symbol's or a venue's name is 1 to 32 printable ASCII characters without space, quote, comma, backslash.
[[nodiscard]] bool is_valid_name(std::string_view name) noexcept;

/// Decimals written in a number that was read: "12.50" has 2. At most orders::kScaleDigits.
[[nodiscard]] int written_decimals(std::string_view number) noexcept;

}  // namespace vigil::engine
