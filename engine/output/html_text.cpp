#include "engine/output/html_text.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>

namespace vigil::engine {
namespace {

constexpr std::string_view kMinus = "−";

/// Commas between thousands of the whole part.
std::string apart(std::string_view digits) {
  const std::size_t whole = std::min(digits.find('.'), digits.size());
  std::string text;
  for (std::size_t i = 0; i < whole; ++i) {
    if (i > 0 && (whole - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  text += digits.substr(whole);
  return text;
}

bool is_zero(std::string_view digits) {
  return digits.find_first_not_of("0.") == std::string_view::npos;
}

/// Of the size of a finite value.
std::string digits_of(double value, int decimals) {
  constexpr double kLongest = 1e15;
  char text[64];
  const double size = std::abs(value);
  const bool is_huge = size >= kLongest;
  if (is_huge) {
    std::snprintf(text, sizeof text, "%.3e", size);
    return text;
  }
  std::snprintf(text, sizeof text, "%.*f", decimals, size);
  return apart(text);
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += c == '\n' || c == '\t' ? " " : "\uFFFD";
        } else {
          out += c;
        }
    }
  }
  return out;
}

std::string shown(std::optional<double> value, int decimals) {
  if (!value || !std::isfinite(*value)) return std::string{kUnknownText};
  std::string digits = digits_of(*value, decimals);
  if (*value >= 0 || is_zero(digits)) return digits;
  return std::string{kMinus} + digits;
}

std::string shown_plain(std::optional<double> value) {
  std::string text = shown(value, 8);
  if (text.find('.') == std::string::npos || text.find('e') != std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string shown_signed(std::optional<double> value, int decimals) {
  std::string text = shown(value, decimals);
  if (value && *value > 0 && std::isfinite(*value) && !is_zero(text)) text.insert(0, "+");
  return text;
}

std::string shown_percent(std::optional<double> ratio, int decimals) {
  return ratio && std::isfinite(*ratio) ? shown(100 * *ratio, decimals) + " %" : std::string{kUnknownText};
}

std::string shown_count(const Json& value) {
  return shown(number_of(value), 0);
}

std::string shown_time(const Json& nanoseconds) {
  if (!nanoseconds.is_number_integer()) return std::string{kUnknownText};
  const auto time = orders::timestamp_from_nanoseconds(nanoseconds.get<std::int64_t>());
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  char text[48];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text + shown_time_of_day(nanoseconds.get<std::int64_t>());
}

std::string shown_time_of_day(std::int64_t nanoseconds) {
  const auto time = orders::timestamp_from_nanoseconds(nanoseconds);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time - day).count();
  char text[24];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  return text;
}

const Json& member(const Json& json, std::string_view name) {
  static const Json kNull;
  if (!json.is_object()) return kNull;
  const auto found = json.find(std::string{name});
  return found == json.end() ? kNull : *found;
}

std::optional<double> number_of(const Json& json) {
  if (json.is_number()) return json.get<double>();
  if (!json.is_string()) return std::nullopt;
  const auto& text = json.get_ref<const std::string&>();
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

double number_or_nan(const Json& json) {
  return number_of(json).value_or(std::numeric_limits<double>::quiet_NaN());
}

std::string text_of(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  return json.is_null() ? std::string{} : json.dump();
}

std::string HtmlTable::html() const {
  if (rows_.empty()) return {};
  std::string out = "<div class=\"scroll\"><table><thead><tr>";
  for (const Column& column : columns_) {
    out += column.is_number ? "<th class=\"n\">" : "<th>";
    out += html_escaped(column.name);
    if (!column.unit.empty()) out += " <span class=\"unit\">" + html_escaped(column.unit) + "</span>";
    out += "</th>";
  }
  out += "</tr></thead><tbody>\n";
  for (const auto& row : rows_) {
    out += "<tr>";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      out += columns_[i].is_number ? "<td class=\"n\">" : "<td>";
      out += html_escaped(row[i].empty() ? std::string{kUnknownText} : row[i]) + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace vigil::engine
