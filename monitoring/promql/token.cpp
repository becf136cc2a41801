#include "monitoring/promql/token.h"

#include <algorithm>
#include <array>

#include "monitoring/promql/quoted_text.h"

namespace vigil::monitoring::promql {

namespace {

struct Keyword {
  std::string_view word;
  TokenKind kind;
};

/// Sorted by word.
constexpr std::array kKeywords = std::to_array<Keyword>({
    {"and", TokenKind::And},
    {"atan2", TokenKind::Atan2},
    {"avg", TokenKind::Average},
    {"bool", TokenKind::Bool},
    {"bottomk", TokenKind::BottomK},
    {"by", TokenKind::By},
    {"count", TokenKind::Count},
    {"count_values", TokenKind::CountValues},
    {"end", TokenKind::EndKeyword},
    {"group", TokenKind::Group},
    {"group_left", TokenKind::GroupLeft},
    {"group_right", TokenKind::GroupRight},
    {"ignoring", TokenKind::Ignoring},
    {"inf", TokenKind::Number},
    {"limit_ratio", TokenKind::LimitRatio},
    {"limitk", TokenKind::LimitK},
    {"max", TokenKind::Maximum},
    {"min", TokenKind::Minimum},
    {"nan", TokenKind::Number},
    {"offset", TokenKind::Offset},
    {"on", TokenKind::On},
    {"or", TokenKind::Or},
    {"quantile", TokenKind::Quantile},
    {"start", TokenKind::Start},
    {"stddev", TokenKind::StandardDeviation},
    {"stdvar", TokenKind::StandardVariance},
    {"sum", TokenKind::Sum},
    {"topk", TokenKind::TopK},
    {"unless", TokenKind::Unless},
    {"without", TokenKind::Without},
});
constexpr std::size_t kLongestKeyword = 12;

}  // namespace

TokenKind keyword_kind(std::string_view word) noexcept {
  if (word.size() > kLongestKeyword) return TokenKind::Identifier;
  std::array<char, kLongestKeyword> buffer{};
  std::ranges::transform(word, buffer.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  const std::string_view lower(buffer.data(), word.size());
  const auto found = std::ranges::lower_bound(kKeywords, lower, {}, &Keyword::word);
  return found != kKeywords.end() && found->word == lower ? found->kind : TokenKind::Identifier;
}

std::string token_description(const Token& token) {
  const auto with_kind = [&token](std::string_view kind) {
    const bool cut = token.text.size() > 10 && kind != "identifier" && kind != "metric identifier";
    std::string out{kind};
    out += ' ';
    if (!cut) return out + quoted_text(token.text);
    std::size_t end = 0;
    for (int characters = 0; characters < 10 && end < token.text.size(); ++characters) {
      end += character_at(token.text, end).bytes;
    }
    return out + quoted_text(token.text.substr(0, end)) + "...";
  };
  switch (token.kind) {
    case TokenKind::End:
      return "end of input";
    case TokenKind::Identifier:
      return with_kind("identifier");
    case TokenKind::MetricIdentifier:
      return with_kind("metric identifier");
    case TokenKind::Number:
      return with_kind("number");
    case TokenKind::Duration:
      return with_kind("duration");
    case TokenKind::String:
      return with_kind("string");
    default:
      break;
  }
  const std::string text{token.text};
  if (is_keyword(token.kind)) return '<' + text + '>';
  if (is_operator(token.kind)) return "<op:" + text + '>';
  if (is_aggregation(token.kind)) return "<aggr:" + text + '>';
  return quoted_text(token.text);
}

}  // namespace vigil::monitoring::promql
