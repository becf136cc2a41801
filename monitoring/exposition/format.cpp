#include "monitoring/exposition/format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace vigil::monitoring {
namespace {

struct FormatNames {
  std::string_view label;
  std::string_view content_type;
};
constexpr std::array<FormatNames, 3> kFormats{{
    {"text", "text/plain; version=0.0.4; charset=utf-8"},
    {"openmetrics", "application/openmetrics-text; version=1.0.0; charset=utf-8"},
    {"protobuf",
     "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"},
}};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// The text before `separator`, which is taken off `rest` together with it.
std::string_view next(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::string_view unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  return text.substr(1, text.size() - 2);
}

/// One media range with its parameters.
struct Range {
  std::string_view type;
  std::string_view version = {}, proto = {}, encoding = {};
  double weight = 1;
};

Range parse_range(std::string_view text) {
  Range range{.type = next(text, ';')};
  while (!text.empty()) {
    std::string_view parameter = next(text, ';');
    const std::string_view name = next(parameter, '=');
    const std::string_view value = unquoted(trimmed(parameter));
    if (is_same(name, "version")) range.version = value;
    if (is_same(name, "proto")) range.proto = value;
    if (is_same(name, "encoding")) range.encoding = value;
    if (is_same(name, "q")) {
      double weight = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), weight);
      const bool is_number = error == std::errc{} && end == value.data() + value.size();
      range.weight = is_number && weight >= 0 && weight <= 1 ? weight : 0;
    }
  }
  return range;
}

/// What we have for a range, if anything.
std::optional<ExpositionFormat> format_of(const Range& range) {
  if (is_same(range.type, "application/openmetrics-text")) {
    if (range.version.empty() || range.version == "1.0.0") return ExpositionFormat::OpenMetrics;
    return std::nullopt;
  }
  if (is_same(range.type, "application/vnd.google.protobuf")) {
    if (range.proto == "io.prometheus.client.MetricFamily" && range.encoding == "delimited") {
      return ExpositionFormat::Protobuf;
    }
    return std::nullopt;
  }
  const bool is_text = is_same(range.type, "text/plain") || range.type == "text/*" || range.type == "*/*";
  if (is_text && (range.version.empty() || range.version == "0.0.4")) return ExpositionFormat::Text;
  return std::nullopt;
}

}  // namespace

std::string_view to_string(ExpositionFormat format) noexcept {
  return kFormats[static_cast<std::size_t>(format)].label;
}

std::string_view content_type(ExpositionFormat format) noexcept {
  return kFormats[static_cast<std::size_t>(format)].content_type;
}

ExpositionFormat negotiated_format(std::string_view accept) {
  ExpositionFormat best = ExpositionFormat::Text;
  double weight = 0;
  while (!accept.empty()) {
    const Range range = parse_range(next(accept, ','));
    const auto format = format_of(range);
    if (!format || range.weight <= weight) continue;
    best = *format;
    weight = range.weight;
  }
  return best;
}

}  // namespace vigil::monitoring
