#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "monitoring/promql/error.h"

namespace vigil::monitoring::promql {

/// The kinds of one group stand together: is_operator() and its relatives compare with the group's ends.
enum class TokenKind : std::uint8_t {
  End,
  Identifier,
  MetricIdentifier,  ///< with a colon
  Number,
  Duration,
  String,
  LeftParenthesis,
  RightParenthesis,
  LeftBrace,
  RightBrace,
  LeftBracket,
  RightBracket,
  Comma,
  Colon,
  Equal,  ///< `=`, only in a matcher
  EqualRegex,
  NotEqualRegex,
  // Operators.
  Add,
  Subtract,
  Multiply,
  Divide,
  Modulo,
  Power,
  Atan2,
  EqualTo,
  NotEqual,
  Less,
  LessOrEqual,
  Greater,
  GreaterOrEqual,
  And,
  Or,
  Unless,
  At,
  // Aggregations.
  Average,
  BottomK,
  Count,
  CountValues,
  Group,
  LimitK,
  LimitRatio,
  Maximum,
  Minimum,
  Quantile,
  StandardDeviation,
  StandardVariance,
  Sum,
  TopK,
  // Keywords.
  Bool,
  By,
  GroupLeft,
  GroupRight,
  Ignoring,
  Offset,
  On,
  Without,
  Start,
  EndKeyword,
};

[[nodiscard]] constexpr bool is_operator(TokenKind kind) noexcept {
  return kind >= TokenKind::Add && kind <= TokenKind::At;
}
[[nodiscard]] constexpr bool is_aggregation(TokenKind kind) noexcept {
  return kind >= TokenKind::Average && kind <= TokenKind::TopK;
}
[[nodiscard]] constexpr bool is_keyword(TokenKind kind) noexcept {
  return kind >= TokenKind::Bool && kind <= TokenKind::Without;
}

struct Token {
  TokenKind kind = TokenKind::End;
  std::string_view text;  ///< as it stands in the expression
  TextRange range;
};

/// A token as messages name it: `identifier "foo"`, `<op:+>`, `end of input`.
[[nodiscard]] std::string token_description(const Token& token);

/// Keywords, operators that are words, aggregations and the numbers inf and nan, in any case; else
/// Identifier.
[[nodiscard]] TokenKind keyword_kind(std::string_view word) noexcept;

}  // namespace vigil::monitoring::promql
