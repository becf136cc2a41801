#include "monitoring/slo/slo_definition.h"

#include <algorithm>

#include "monitoring/promql/number_text.h"

namespace vigil::monitoring {

namespace {

bool is_word_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Where the quoted text that begins at `begin` ends: behind its closing quote, or at the end of `text`.
std::size_t end_of_quoted(std::string_view text, std::size_t begin) noexcept {
  const char quote = text[begin];
  for (std::size_t at = begin + 1; at < text.size(); ++at) {
    if (text[at] == quote) return at + 1;
    if (text[at] == '\\' && quote != '`') ++at;
  }
  return text.size();
}

}  // namespace

std::string_view to_string(SloKind kind) noexcept {
  switch (kind) {
    case SloKind::Ratio:
      return "ratio";
    case SloKind::Value:
      return "value";
    case SloKind::Count:
      return "count";
  }
  return "unknown";
}

bool is_burn_window(std::chrono::milliseconds window) noexcept {
  return std::ranges::any_of(kBurnRateTiers, [&](const BurnRateTier& tier) {
    return tier.long_window == window || tier.short_window == window;
  });
}

bool operator==(const SloDefinition& a, const SloDefinition& b) {
  return a.name == b.name && a.description == b.description && a.kind == b.kind && a.target == b.target &&
         a.at_most == b.at_most && a.compliance_period == b.compliance_period &&
         a.measurement_window == b.measurement_window && a.value_text == b.value_text &&
         a.total_text == b.total_text;
}

std::vector<std::chrono::milliseconds> slo_windows(SloKind kind, std::chrono::milliseconds measurement_window,
                                                   std::chrono::milliseconds compliance_period) {
  std::vector<std::chrono::milliseconds> windows{measurement_window, compliance_period};
  if (kind != SloKind::Count) {
    for (const BurnRateTier& tier : kBurnRateTiers) {
      windows.push_back(tier.long_window);
      windows.push_back(tier.short_window);
    }
  }
  std::ranges::sort(windows);
  windows.erase(std::unique(windows.begin(), windows.end()), windows.end());
  return windows;
}

std::string with_window(std::string_view text, std::chrono::milliseconds window) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const bool is_quote = text[at] == '"' || text[at] == '\'' || text[at] == '`';
    std::size_t end = at + 1;
    if (is_quote) {
      end = end_of_quoted(text, at);
    } else if (text[at] == '#') {  // a comment
      end = std::min(text.find('\n', at), text.size());
    } else if (is_word_letter(text[at])) {
      while (end < text.size() && is_word_letter(text[end])) ++end;
    }
    const std::string_view piece = text.substr(at, end - at);
    if (piece == kWindowWord) {
      out += promql::duration_text(window);
    } else {
      out += piece;
    }
    at = end;
  }
  return out;
}

}  // namespace vigil::monitoring
