#include "engine/feed/fields.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

namespace vigil::engine {
namespace {

constexpr std::int64_t kFirstNanosecondOf2200 = 7'258'118'400'000'000'000;
constexpr orders::Price kMaxPrice{45'000'000'000};

bool read_decimal(std::string_view field, std::string_view text, std::int64_t& raw, LineFault& fault) {
  const auto parsed = orders::parse_decimal(text, orders::kScaleDigits);
  switch (parsed.error) {
    case orders::ParseError::None:
      break;
    case orders::ParseError::TooManyDecimals:
      return fault.set(field, "have at most 8 decimals", text);
    case orders::ParseError::OutOfRange:
      return fault.set(field, "be between -92233720368 and 92233720368", text);
    case orders::ParseError::Empty:
    case orders::ParseError::NotADecimal:
      return fault.set(field, "be a decimal number such as 12.5", text);
  }
  if (parsed.raw > std::numeric_limits<std::int64_t>::max() ||
      parsed.raw < std::numeric_limits<std::int64_t>::min()) {
    return fault.set(field, "be between -92233720368 and 92233720368", text);
  }
  raw = static_cast<std::int64_t>(parsed.raw);
  return true;
}

}  // namespace

std::size_t split_columns(std::string_view line, std::span<std::string_view> columns) noexcept {
  std::size_t count = 0;
  for (;;) {
    const std::size_t comma = line.find(',');
    if (count < columns.size()) columns[count] = line.substr(0, comma);
    ++count;
    if (comma == std::string_view::npos) return count;
    line.remove_prefix(comma + 1);
  }
}

bool read_columns(std::string_view line, std::span<std::string_view> columns, LineFault& fault) {
  const std::size_t count = split_columns(line, columns);
  if (count == columns.size()) return true;
  return fault.set("columns", "be " + std::to_string(columns.size()), std::to_string(count));
}

void expect_header(LineReader& lines, std::string_view header) {
  std::string_view line;
  const LineStatus status = lines.next(line);
  if (status == LineStatus::End) throw FeedError(lines.path(), 0, "must not be empty");
  if (status == LineStatus::Line && line == header) return;
  throw FeedError(lines.path(), 1, "header: must be \"" + std::string(header) + "\", was " + in_quotes(line));
}

bool read_integer(std::string_view field, std::string_view text, std::int64_t minimum, std::int64_t maximum,
                  std::int64_t& value, LineFault& fault) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc{} && stop == end && number >= minimum && number <= maximum) {
    value = number;
    return true;
  }
  return fault.set(field, "be an integer from " + std::to_string(minimum) + " to " + std::to_string(maximum),
                   text);
}

bool read_timestamp(std::string_view field, std::string_view text, orders::Timestamp& value,
                    LineFault& fault) {
  std::int64_t nanoseconds = 0;
  if (!read_integer(field, text, 0, kFirstNanosecondOf2200 - 1, nanoseconds, fault)) {
    return fault.set(field, "be whole nanoseconds since 1970 (UTC), before the year 2200", text);
  }
  value = orders::timestamp_from_nanoseconds(nanoseconds);
  return true;
}

bool read_price(std::string_view field, std::string_view text, orders::Price& value, LineFault& fault) {
  std::int64_t raw = 0;
  if (!read_decimal(field, text, raw, fault)) return false;
  if (raw > kMaxPrice.raw() || raw < -kMaxPrice.raw()) {
    return fault.set(field, "be between -45000000000 and 45000000000", text);
  }
  value = orders::Price::from_raw(raw);
  return true;
}

bool read_quantity(std::string_view field, std::string_view text, orders::Quantity& value, LineFault& fault) {
  std::int64_t raw = 0;
  if (!read_decimal(field, text, raw, fault)) return false;
  value = orders::Quantity::from_raw(raw);
  return true;
}

bool read_names(const Directory& directory, std::string_view venue, std::string_view symbol,
                orders::VenueId& venue_id, orders::InstrumentId& instrument_id, LineFault& fault) {
  const auto known_venue = directory.venue(venue);
  if (!known_venue) return fault.set("venue", kMustBeVenue, venue);
  const auto known_instrument = directory.instrument(symbol);
  if (!known_instrument) return fault.set("symbol", kMustBeInstrument, symbol);
  venue_id = *known_venue;
  instrument_id = *known_instrument;
  return true;
}

bool is_valid_name(std::string_view name) noexcept {
  constexpr std::size_t kLongest = 32;
  return !name.empty() && name.size() <= kLongest && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c <= '~' && c != '"' && c != ',' && c != '\\';
  });
}

int written_decimals(std::string_view number) noexcept {
  const std::size_t point = number.find('.');
  if (point == std::string_view::npos) return 0;
  return static_cast<int>(
      std::min(number.size() - point - 1, static_cast<std::size_t>(orders::kScaleDigits)));
}

}  // namespace vigil::engine
