#include "monitoring/promql/lexer.h"

#include <cstdint>
#include <cstdio>

#include "monitoring/promql/characters.h"
#include "monitoring/promql/quoted_text.h"

namespace vigil::monitoring::promql {

namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";

/// `U+0071 'q'`.
std::string code_point(char32_t character) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "U+%04X", static_cast<unsigned>(character));
  return buffer + std::string{" "} + quoted_character(character);
}

}  // namespace

char Lexer::peek(std::size_t ahead) const noexcept {
  return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
}

bool Lexer::peek_is(std::string_view set) const noexcept {
  return !at_end() && set.find(text_[at_]) != std::string_view::npos;
}

bool Lexer::accept(std::string_view set) noexcept {
  if (!peek_is(set)) return false;
  ++at_;
  return true;
}

void Lexer::accept_run(std::string_view set) noexcept {
  while (accept(set)) {
  }
}

void Lexer::skip_space_and_comments() noexcept {
  while (true) {
    accept_run(kSpace);
    // Inside brackets a comment is an unexpected character, as it is for Prometheus.
    if (peek() != '#' || bracket_open_) return;
    while (!at_end() && peek() != '\n' && peek() != '\r') ++at_;
  }
}

Token Lexer::token(TokenKind kind) const noexcept {
  return {.kind = kind,
          .text = text_.substr(start_, at_ - start_),
          .range = {static_cast<std::uint32_t>(start_), static_cast<std::uint32_t>(at_)}};
}

Token Lexer::advance(std::size_t bytes, TokenKind kind) noexcept {
  at_ += bytes;
  return token(kind);
}

void Lexer::fail(const std::string& cause) const {
  throw ParseError(text_, {static_cast<std::uint32_t>(start_), static_cast<std::uint32_t>(text_.size())},
                   cause);
}

void Lexer::fail_at_character(std::string_view what, std::size_t at) const {
  if (at >= text_.size()) fail(std::string{what} + quoted_character(0xFFFD));
  fail(std::string{what} + quoted_character(character_at(text_, at).value));
}

Token Lexer::next() {
  skip_space_and_comments();
  start_ = at_;
  if (brace_open_) return inside_braces();
  if (bracket_open_) return inside_brackets();
  return outside();
}

Token Lexer::inside_braces() {
  if (at_end()) fail("unexpected end of input inside braces");
  const char c = peek();
  if (is_letter(c)) return word(true);
  switch (c) {
    case ',':
      return advance(1, TokenKind::Comma);
    case '"':
    case '\'':
    case '`':
      return quoted();
    case '=':
      if (peek(1) == '~') return advance(2, TokenKind::EqualRegex);
      return advance(1, TokenKind::Equal);
    case '!':
      if (peek(1) == '~') return advance(2, TokenKind::NotEqualRegex);
      if (peek(1) == '=') return advance(2, TokenKind::NotEqual);
      fail_at_character("unexpected character after '!' inside braces: ", at_ + 1);
    case '{':
      fail_at_character("unexpected left brace ", at_);
    case '}':
      brace_open_ = false;
      return advance(1, TokenKind::RightBrace);
    default:
      fail_at_character("unexpected character inside braces: ", at_);
  }
}

Token Lexer::inside_brackets() {
  if (at_end())
    fail(duration_seen_ ? "unclosed left bracket" : "unexpected end of input in duration expression");
  const char c = peek();
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
    duration_seen_ = true;
    return number_or_duration();
  }
  switch (c) {
    case ']':
      bracket_open_ = false;
      return advance(1, TokenKind::RightBracket);
    case ':':
      if (!duration_seen_) {
        ++start_;
        fail("unexpected colon before duration in duration expression");
      }
      if (colon_seen_) fail_at_character("unexpected colon ", at_);
      colon_seen_ = true;
      return advance(1, TokenKind::Colon);
    case '[':
      fail_at_character("unexpected left bracket ", at_);
    case '(':
    case ')':
      return parenthesis();
    case '+':
      return advance(1, TokenKind::Add);
    case '-':
      return advance(1, TokenKind::Subtract);
    case '*':
      return advance(1, TokenKind::Multiply);
    case '/':
      return advance(1, TokenKind::Divide);
    case '%':
      return advance(1, TokenKind::Modulo);
    case '^':
      return advance(1, TokenKind::Power);
    default:
      fail_at_character("unexpected character in duration expression: ", at_);
  }
}

Token Lexer::parenthesis() {
  if (peek() == '(') {
    ++parentheses_;
    return advance(1, TokenKind::LeftParenthesis);
  }
  if (--parentheses_ < 0) {
    const std::size_t at = at_;
    start_ = at + 1;
    fail_at_character("unexpected right parenthesis ", at);
  }
  return advance(1, TokenKind::RightParenthesis);
}

Token Lexer::outside() {
  if (at_end()) {
    if (parentheses_ != 0) fail("unclosed left parenthesis");
    return token(TokenKind::End);
  }
  const char c = peek();
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number_or_duration();
  if (is_letter(c) || c == ':') return word(false);
  switch (c) {
    case '"':
    case '\'':
    case '`':
      return quoted();
    case '(':
    case ')':
      return parenthesis();
    case '{':
      brace_open_ = true;
      return advance(1, TokenKind::LeftBrace);
    case '[':
      bracket_open_ = true;
      duration_seen_ = false;
      colon_seen_ = false;
      return advance(1, TokenKind::LeftBracket);
    case ']':
      fail_at_character("unexpected right bracket ", at_);
    default:
      return symbol();
  }
}

Token Lexer::symbol() {
  switch (peek()) {
    case ',':
      return advance(1, TokenKind::Comma);
    case '*':
      return advance(1, TokenKind::Multiply);
    case '/':
      return advance(1, TokenKind::Divide);
    case '%':
      return advance(1, TokenKind::Modulo);
    case '+':
      return advance(1, TokenKind::Add);
    case '-':
      return advance(1, TokenKind::Subtract);
    case '^':
      return advance(1, TokenKind::Power);
    case '@':
      return advance(1, TokenKind::At);
    case '=':
      if (peek(1) == '=') return advance(2, TokenKind::EqualTo);
      if (peek(1) == '~') fail_at_character("unexpected character after '=': ", at_ + 1);
      return advance(1, TokenKind::Equal);
    case '!':
      if (peek(1) != '=') fail_at_character("unexpected character after '!': ", at_ + 1);
      return advance(2, TokenKind::NotEqual);
    case '<':
      if (peek(1) == '=') return advance(2, TokenKind::LessOrEqual);
      return advance(1, TokenKind::Less);
    case '>':
      if (peek(1) == '=') return advance(2, TokenKind::GreaterOrEqual);
      return advance(1, TokenKind::Greater);
    default:
      fail_at_character("unexpected character: ", at_);
  }
}

Token Lexer::word(bool in_braces) noexcept {
  bool colon = false;
  while (!at_end() && (is_word(peek()) || (!in_braces && peek() == ':'))) {
    colon = colon || peek() == ':';
    ++at_;
  }
  // Keywords are names where only names can stand.
  if (in_braces) return token(TokenKind::Identifier);
  if (colon) return token(TokenKind::MetricIdentifier);
  return token(keyword_kind(text_.substr(start_, at_ - start_)));
}

Token Lexer::quoted() {
  const char quote = peek();
  ++at_;
  const bool raw = quote == '`';
  while (true) {
    if (at_end()) fail(raw ? "unterminated raw string" : "unterminated quoted string");
    const char c = peek();
    if (c == '\n' && !raw) fail("unterminated quoted string");
    if (c == quote) return advance(1, TokenKind::String);
    if (c == '\\' && !raw) {
      ++at_;
      check_escape(quote);
      continue;
    }
    const Character character = character_at(text_, at_);
    if (character.value == 0xFFFD) fail("invalid UTF-8 rune");
    at_ += character.bytes;
  }
}

/// Passes over an escape, behind its backslash.
void Lexer::check_escape(char quote) {
  if (at_end()) fail("escape sequence not terminated");
  const char kind = peek();
  if (kind == quote || std::string_view{"abfnrtv\\"}.find(kind) != std::string_view::npos) {
    ++at_;
    return;
  }
  int digits = 0;
  std::string_view permitted = kHexDigits;
  if (kind >= '0' && kind <= '7') {
    digits = 3;
    permitted = "01234567";
  } else {
    if (kind == 'x') digits = 2;
    if (kind == 'u') digits = 4;
    if (kind == 'U') digits = 8;
    if (digits == 0) fail("unknown escape sequence " + code_point(character_at(text_, at_).value));
    ++at_;
  }
  const bool octal = digits == 3;
  std::uint64_t value = 0;
  for (; digits > 0; --digits) {
    if (at_end()) fail("escape sequence not terminated");
    if (!peek_is(permitted)) {
      fail("illegal character " + code_point(character_at(text_, at_).value) + " in escape sequence");
    }
    const char digit = peek();
    const int worth = is_digit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
    value = value * (octal ? 8 : 16) + static_cast<std::uint64_t>(worth);
    ++at_;
  }
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  if (value > (octal ? 0xFFU : 0x10FFFFU) || surrogate) {
    fail("escape sequence is an invalid Unicode code point");
  }
}

Token Lexer::number_or_duration() {
  if (scan_number()) return token(TokenKind::Number);
  if (scan_duration_behind_number()) return token(TokenKind::Duration);
  fail("bad number or duration syntax: " + quoted_text(text_.substr(start_, at_ - start_)));
}

/// Digits with points, exponents and underscores, in so far as a parser of numbers might take them; the word
/// must end with them.
bool Lexer::scan_number() noexcept {
  std::string_view digits = kDigits;
  if (accept("0") && accept("xX")) {
    accept("_");
    digits = kHexDigits;
  }
  accept(".");
  accept(digits);
  const bool hexadecimal = digits.size() > kDigits.size();
  bool point_seen = false;
  bool exponent_seen = false;
  while (peek_is(digits) || peek_is("._eE")) {
    if ((peek_is(".") && point_seen) || (peek_is("eE") && exponent_seen)) {
      ++at_;
      return false;
    }
    if (accept(".")) {
      point_seen = true;
      if (accept("_.") || hexadecimal) return false;
    } else if (accept("eE")) {
      exponent_seen = true;
      accept("+-");
      if (accept("._eE") || at_end()) return false;
    } else if (accept("_")) {
      if (accept("._eE") || at_end()) return false;
    } else {
      accept_run(digits);
    }
  }
  return !is_word(peek());
}

bool Lexer::scan_duration_behind_number() noexcept {
  if (!accept("smhdwy")) return false;
  // Units that do not exist, as hs, are for the parser of durations.
  accept("s");
  while (accept(kDigits)) {
    accept_run(kDigits);
    if (!accept("smhdw")) return false;
    accept("s");
  }
  return !is_word(peek());
}

}  // namespace vigil::monitoring::promql
