#include "engine/config/config_values.h"

#include <algorithm>

#include "engine/config/value_text.h"

namespace vigil::engine {
namespace {

using orders::Duration;

bool same_in_any_case(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::string range_text(const std::string& from, const std::string& to) {
  return "from " + from + " to " + to;
}

}  // namespace

void read_boolean(const YamlValue& value, bool& out) {
  const std::string* text = value.scalar("be true or false");
  if (text == nullptr) return;
  if (*text == "true") {
    out = true;
  } else if (*text == "false") {
    out = false;
  } else {
    value.refuse("be true or false");
  }
}

void read_text(const YamlValue& value, std::string& out) {
  const std::string* text = value.scalar("be a text");
  if (text == nullptr) return;
  const bool printable = std::none_of(
      text->begin(), text->end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (!printable) return value.refuse("be a text without control characters");
  out = *text;
}

bool is_name(std::string_view text) noexcept {
  if (text.empty() || text.size() > 40) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-/:").find(c) != std::string_view::npos;
  });
}

void read_name(const YamlValue& value, std::string& out) {
  if (!value.given()) return value.require();
  constexpr std::string_view kMust = "be a name: 1 to 40 letters, digits or . _ - / :";
  const std::string* text = value.scalar(kMust);
  if (text == nullptr) return;
  if (!is_name(*text)) return value.refuse(kMust);
  if (*text == "default" || *text == "all" || *text == kNone) {
    return value.refuse("be a name other than the words default, all and none");
  }
  out = *text;
}

void read_whole(const YamlValue& value, std::uint64_t& out, std::uint64_t from, std::uint64_t to) {
  const std::string must = "be a whole number " + range_text(std::to_string(from), std::to_string(to));
  const std::string* text = value.scalar(must);
  if (text == nullptr) return;
  const auto parsed = parse_whole(*text);
  if (!parsed || *parsed < from || *parsed > to) return value.refuse(must);
  out = *parsed;
}

void read_limit(const YamlValue& value, std::optional<std::uint32_t>& out, std::uint64_t from,
                std::uint64_t to) {
  if (value.holds(kNone)) {
    out.reset();
    return;
  }
  std::uint64_t limit = 0;
  read_whole(value, limit, from, to);
  if (limit != 0) out = static_cast<std::uint32_t>(limit);
}

void read_real(const YamlValue& value, double& out, double from, double to) {
  const std::string must = "be a number " + range_text(real_text(from), real_text(to));
  const std::string* text = value.scalar(must);
  if (text == nullptr) return;
  const auto parsed = parse_real(*text);
  if (!parsed || *parsed < from || *parsed > to) return value.refuse(must);
  out = *parsed;
}

void read_bounds(const YamlValue& value, std::vector<double>& out, Sign sign) {
  constexpr std::size_t kMost = 200;
  if (!value.given()) return;
  std::vector<double> bounds;
  for (const YamlValue& element : value.elements()) {
    const std::string* text = element.scalar("be a number");
    if (text == nullptr) return;
    const auto bound = parse_real(*text);
    if (!bound) return element.refuse("be a number");
    if (sign == Sign::NotNegative && *bound < 0) return element.refuse("not be negative");
    if (sign == Sign::Positive && *bound <= 0) return element.refuse("be positive");
    if (!bounds.empty() && *bound <= bounds.back()) {
      return element.refuse("be above the bound before it (" + real_text(bounds.back()) + ")");
    }
    bounds.push_back(*bound);
  }
  if (!value.is_list()) return;  // noted by elements(), or empty
  if (bounds.empty() || bounds.size() > kMost) {
    return value.refuse("be a list of 1 to 200 numbers", "one of " + std::to_string(bounds.size()));
  }
  out = std::move(bounds);
}

void read_duration(const YamlValue& value, Duration& out, Duration from, Duration to) {
  constexpr std::string_view kMust = "be a duration such as 250ms, 5s, 1m or 2h";
  const std::string* text = value.scalar(kMust);
  if (text == nullptr) return;
  const auto parsed = parse_duration(*text);
  if (!parsed) return value.refuse(kMust);
  if (*parsed < from || *parsed > to) {
    return value.refuse("be a duration " + range_text(duration_text(from), duration_text(to)));
  }
  out = *parsed;
}

void read_time_of_day(const YamlValue& value, Duration& out) {
  constexpr std::string_view kMust = "be a time of day in UTC, HH:MM or HH:MM:SS";
  const std::string* text = value.scalar(kMust);
  if (text == nullptr) return;
  const auto parsed = parse_time_of_day(*text);
  if (!parsed) return value.refuse(kMust);
  out = *parsed;
}

std::optional<orders::Int128> decimal_of(const YamlValue& value, Sign sign, orders::Int128 from,
                                         orders::Int128 to) {
  constexpr std::string_view kMust = "be a decimal number such as 12.5";
  const auto refused = [&](std::string_view must) -> std::optional<orders::Int128> {
    value.refuse(must);
    return std::nullopt;
  };
  const std::string* text = value.scalar(kMust);
  if (text == nullptr) return std::nullopt;
  const orders::ParsedDecimal parsed = orders::parse_decimal(*text, orders::kScaleDigits);
  switch (parsed.error) {
    case orders::ParseError::None:
      break;
    case orders::ParseError::Empty:
    case orders::ParseError::NotADecimal:
      return refused(kMust);
    case orders::ParseError::TooManyDecimals:
      return refused("have at most 8 decimals");
    case orders::ParseError::OutOfRange:
      return refused("be nearer to zero");
  }
  if (parsed.raw < from || parsed.raw > to) {
    const orders::Int128 most = to / orders::kScale * orders::kScale;
    return refused("be at most " + orders::decimal_string(most, orders::kScaleDigits) + " away from zero");
  }
  if (sign == Sign::Positive && parsed.raw <= 0) return refused("be positive");
  if (sign == Sign::NotNegative && parsed.raw < 0) return refused("not be negative");
  return parsed.raw;
}

std::string word_list(const std::vector<std::string>& words) {
  constexpr std::size_t kShown = 12;
  std::string text;
  for (std::size_t i = 0; i < words.size() && i < kShown; ++i) {
    if (i > 0) text += ", ";
    text += words[i];
  }
  if (words.size() > kShown) text += ", ...";
  return text;
}

std::optional<std::size_t> choice_of(const YamlValue& value, const std::vector<std::string>& words) {
  const std::string must = (words.size() == 1 ? "be " : "be one of ") + word_list(words);
  const std::string* text = value.scalar(must);
  if (text == nullptr) return std::nullopt;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (same_in_any_case(words[i], *text)) return i;
  }
  value.refuse(must);
  return std::nullopt;
}

}  // namespace vigil::engine
