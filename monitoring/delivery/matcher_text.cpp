#include "monitoring/delivery/matcher_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "monitoring/utf8.h"

namespace vigil::monitoring {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::string_view kForm =
    R"(be matchers such as severity="critical", team!=infra, job=~"a|b" or job!~"a|b")";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpaces) - begin + 1);
}

/// The parts between commas that stand in no quotes. What comes after the last comma may be missing.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  bool is_quoted = false;
  bool is_escaped = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ',' && !is_quoted) {
      parts.push_back(trimmed(text.substr(begin, i - begin)));
      begin = i + 1;
    }
    if (c == '"' && !is_escaped) is_quoted = !is_quoted;
    is_escaped = c == '\\' && !is_escaped;
  }
  if (const std::string_view last = trimmed(text.substr(begin)); !last.empty()) parts.push_back(last);
  return parts;
}

std::size_t name_length(std::string_view text) {
  const auto is_first = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
  };
  if (text.empty() || !is_first(text.front())) return 0;
  const auto end = std::ranges::find_if(text, [&](char c) { return !is_first(c) && (c < '0' || c > '9'); });
  return static_cast<std::size_t>(end - text.begin());
}

/// nullopt: a quote that stands alone.
std::optional<std::string> value_of(std::string_view raw) {
  const bool is_quoted = raw.starts_with('"');
  if (is_quoted) raw.remove_prefix(1);
  std::string value;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const bool is_last = i + 1 == raw.size();
    if (raw[i] == '"') return is_quoted && is_last ? std::optional{value} : std::nullopt;
    if (raw[i] != '\\' || is_last) {
      value += raw[i];
      continue;
    }
    const char next = raw[++i];
    if (next != 'n' && next != '"' && next != '\\') value += '\\';
    value += next == 'n' ? '\n' : next;
  }
  return is_quoted ? std::nullopt : std::optional{value};
}

std::optional<LabelMatcher> matcher_of(std::string_view part) {
  static constexpr std::array<std::pair<std::string_view, MatchKind>, 4> kOperators{
      {{"=~", MatchKind::Regex},
       {"!~", MatchKind::NotRegex},
       {"!=", MatchKind::NotEqual},
       {"=", MatchKind::Equal}}};
  const std::size_t length = name_length(part);
  if (length == 0) return std::nullopt;
  const std::string_view rest = trimmed(part.substr(length));
  for (const auto& [text, kind] : kOperators) {
    if (!rest.starts_with(text)) continue;
    auto value = value_of(trimmed(rest.substr(text.size())));
    if (!value) return std::nullopt;
    return LabelMatcher{kind, std::string{part.substr(0, length)}, std::move(*value)};
  }
  return std::nullopt;
}

}  // namespace

ParsedMatchers parse_matchers(std::string_view text) {
  if (!is_utf8(text)) return {.fault = "be text in UTF-8"};
  std::string_view inner = trimmed(text);
  if (inner.starts_with('{') != inner.ends_with('}')) return {.fault = std::string{kForm}};
  if (inner.starts_with('{')) inner = inner.substr(1, inner.size() - 2);
  ParsedMatchers parsed;
  try {
    for (const std::string_view part : parts_of(inner)) {
      auto matcher = matcher_of(part);
      if (!matcher) return {.fault = std::string{kForm}};
      parsed.matchers.push_back(std::move(*matcher));
    }
  } catch (const RegexError& error) {
    return {.fault = std::string{"have regular expressions behind =~ and !~ ("} + error.what() + ")"};
  }
  return parsed;
}

}  // namespace vigil::monitoring
