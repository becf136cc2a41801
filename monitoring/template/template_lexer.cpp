#include "monitoring/template/template_lexer.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "monitoring/template/character_class.h"
#include "monitoring/template/go_format.h"
#include "monitoring/template/template_value.h"

namespace vigil::monitoring::text_template {

namespace {

constexpr std::string_view kLeft = "{{";
constexpr std::string_view kRight = "}}";
constexpr std::string_view kSpaces = " \t\r\n";
/// A dash and the space that belongs to it.
constexpr std::size_t kTrimMarker = 2;
constexpr char32_t kEnd = 0xFFFFFFFF;

constexpr std::pair<std::string_view, TokenType> kKeywords[] = {
    {"block", TokenType::Block},
    {"break", TokenType::Break},
    {"continue", TokenType::Continue},
    {"define", TokenType::Define},
    {"else", TokenType::Else},
    {"end", TokenType::End},
    {"if", TokenType::If},
    {"nil", TokenType::Nil},
    {"range", TokenType::Range},
    {"template", TokenType::Template},
    {"with", TokenType::With},
    {"true", TokenType::Bool},
    {"false", TokenType::Bool},
};

bool is_blank(char32_t character) {
  return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

bool has_left_trim_marker(std::string_view text) {
  return text.size() >= kTrimMarker && text[0] == '-' && is_blank(static_cast<unsigned char>(text[1]));
}
bool has_right_trim_marker(std::string_view text) {
  return text.size() >= kTrimMarker && is_blank(static_cast<unsigned char>(text[0])) && text[1] == '-';
}

/// One pass over a text. Lines are counted exactly as Go's lexer does, which tells them in its messages.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> run() {
    while (state_ != State::Done) step();
    return std::move(tokens_);
  }

 private:
  enum class State : std::uint8_t { Text, LeftDelimiter, RightDelimiter, Action, Done };

  void step() {
    switch (state_) {
      case State::Text:
        return lex_text();
      case State::LeftDelimiter:
        return lex_left_delimiter();
      case State::RightDelimiter:
        return lex_right_delimiter();
      case State::Action:
        return lex_action();
      case State::Done:
        return;
    }
  }

  [[nodiscard]] std::string_view rest() const { return text_.substr(std::min(at_, text_.size())); }
  [[nodiscard]] std::string_view pending() const { return text_.substr(start_, at_ - start_); }
  void count_pending_lines() { line_ += static_cast<int>(std::ranges::count(pending(), '\n')); }

  char32_t next() {
    if (at_ >= text_.size()) {
      at_end_ = true;
      return kEnd;
    }
    const Utf8Character character = decode_utf8(text_, at_);
    at_ += character.bytes;
    if (character.value == '\n') ++line_;
    return character.value;
  }
  void back_up() {
    if (at_end_ || at_ == 0) return;
    const Utf8Character character = decode_last_utf8(text_.substr(0, at_));
    at_ -= character.bytes;
    if (character.value == '\n') --line_;
  }
  char32_t peek() {
    const char32_t character = next();
    back_up();
    return character;
  }
  void emit(TokenType type) {
    tokens_.push_back({type, static_cast<std::uint32_t>(start_), std::string(pending()), start_line_});
    start_ = at_;
    start_line_ = line_;
  }
  void ignore() {
    count_pending_lines();
    start_ = at_;
    start_line_ = line_;
  }
  bool accept(std::string_view valid) {
    const char32_t character = next();
    if (character < 0x80 && valid.find(static_cast<char>(character)) != std::string_view::npos) return true;
    back_up();
    return false;
  }
  void accept_run(std::string_view valid) {
    while (accept(valid)) {
    }
  }
  void fail(std::string_view format, std::initializer_list<Value> arguments = {}) {
    tokens_.push_back({TokenType::Error, static_cast<std::uint32_t>(start_),
                       go_sprintf(format, std::span(arguments.begin(), arguments.size())), start_line_});
    state_ = State::Done;
  }
  static Value shown(char32_t character) { return make_int(character); }

  void lex_text() {
    const std::size_t found = rest().find(kLeft);
    std::size_t trimmed = 0;
    if (found == std::string_view::npos) {
      at_ = text_.size();
    } else {
      at_ += found;
      if (has_left_trim_marker(rest().substr(kLeft.size()))) {
        const std::size_t kept = pending().find_last_not_of(kSpaces);
        trimmed = pending().size() - (kept == std::string_view::npos ? 0 : kept + 1);
      }
    }
    at_ -= trimmed;
    if (at_ > start_) {
      count_pending_lines();
      emit(TokenType::Text);
    }
    at_ += trimmed;
    if (found == std::string_view::npos) {
      emit(TokenType::EndOfText);
      state_ = State::Done;
      return;
    }
    ignore();
    state_ = State::LeftDelimiter;
  }

  void lex_left_delimiter() {
    at_ += kLeft.size();
    const std::size_t marker = has_left_trim_marker(rest()) ? kTrimMarker : 0;
    if (rest().substr(marker).starts_with("/*")) {
      at_ += marker;
      ignore();
      return lex_comment();
    }
    emit(TokenType::LeftDelimiter);
    at_ += marker;
    ignore();
    parentheses_ = 0;
    state_ = State::Action;
  }

  struct RightDelimiter {
    bool found = false;
    bool trims = false;
  };
  [[nodiscard]] RightDelimiter right_delimiter() const {
    if (has_right_trim_marker(rest()) && rest().substr(kTrimMarker).starts_with(kRight)) return {true, true};
    return {rest().starts_with(kRight), false};
  }
  void skip_spaces() { at_ += std::min(rest().find_first_not_of(kSpaces), rest().size()); }

  void lex_comment() {
    at_ += 2;
    const std::size_t end = rest().find("*/");
    if (end == std::string_view::npos) return fail("unclosed comment");
    at_ += end + 2;
    const RightDelimiter delimiter = right_delimiter();
    if (!delimiter.found) return fail("comment ends before closing delimiter");
    if (delimiter.trims) at_ += kTrimMarker;
    at_ += kRight.size();
    if (delimiter.trims) skip_spaces();
    ignore();
    state_ = State::Text;
  }

  void lex_right_delimiter() {
    const bool trims = has_right_trim_marker(rest());
    if (trims) {
      at_ += kTrimMarker;
      ignore();
    }
    at_ += kRight.size();
    emit(TokenType::RightDelimiter);
    if (trims) {
      skip_spaces();
      ignore();
    }
    state_ = State::Text;
  }

  void lex_action() {
    if (right_delimiter().found) {
      if (parentheses_ > 0) return fail("unclosed left paren");
      state_ = State::RightDelimiter;
      return;
    }
    const char32_t character = next();
    if (character == kEnd) return fail("unclosed action");
    if (is_blank(character)) {
      back_up();
      return lex_space();
    }
    switch (character) {
      case '=':
        return emit(TokenType::Assign);
      case ':':
        if (next() != '=') return fail("expected :=");
        return emit(TokenType::Declare);
      case '|':
        return emit(TokenType::Pipe);
      case '"':
        return lex_quoted('"', TokenType::String, "unterminated quoted string");
      case '\'':
        return lex_quoted('\'', TokenType::CharacterConstant, "unterminated character constant");
      case '`':
        return lex_raw_quoted();
      case '$':
        return lex_field(TokenType::Variable);
      case '(':
        emit(TokenType::LeftParenthesis);
        ++parentheses_;
        return;
      case ')':
        emit(TokenType::RightParenthesis);
        if (--parentheses_ < 0) fail("unexpected right paren %#U", {shown(character)});
        return;
      case '.':
        if (at_ < text_.size() && (text_[at_] < '0' || text_[at_] > '9')) return lex_field(TokenType::Field);
        break;
      default:
        break;
    }
    if (character == '.' || character == '+' || character == '-' || (character >= '0' && character <= '9')) {
      back_up();
      return lex_number();
    }
    if (is_alphanumeric(character)) {
      back_up();
      return lex_identifier();
    }
    if (character > ' ' && character < 0x7F) return emit(TokenType::Character);
    fail("unrecognized character in action: %#U", {shown(character)});
  }

  void lex_space() {
    int spaces = 0;
    while (is_blank(peek())) {
      next();
      ++spaces;
    }
    const std::string_view last = text_.substr(at_ - 1);
    if (has_right_trim_marker(last) && last.substr(kTrimMarker).starts_with(kRight)) {
      back_up();  // the last space belongs to the marker
      if (spaces == 1) {
        state_ = State::RightDelimiter;
        return;
      }
    }
    emit(TokenType::Space);
  }

  bool at_terminator() {
    const char32_t character = peek();
    if (is_blank(character) || character == kEnd) return true;
    if (character < 0x80 &&
        std::string_view(".,|:)(").find(static_cast<char>(character)) != std::string_view::npos) {
      return true;
    }
    return rest().starts_with(kRight);
  }

  void lex_identifier() {
    char32_t character = next();
    while (is_alphanumeric(character)) character = next();
    back_up();
    if (!at_terminator()) return fail("bad character %#U", {shown(character)});
    for (const auto& [word, type] : kKeywords) {
      if (word == pending()) return emit(type);
    }
    emit(TokenType::Identifier);
  }

  void lex_field(TokenType type) {
    if (at_terminator()) return emit(type == TokenType::Field ? TokenType::Dot : type);
    char32_t character = next();
    while (is_alphanumeric(character)) character = next();
    back_up();
    if (!at_terminator()) return fail("bad character %#U", {shown(character)});
    emit(type);
  }

  void lex_quoted(char32_t quote, TokenType type, std::string_view unterminated) {
    for (;;) {
      char32_t character = next();
      if (character == quote) return emit(type);
      if (character == '\\') {
        character = next();
        if (character != kEnd && character != '\n') continue;
      }
      if (character == kEnd || character == '\n') return fail(unterminated);
    }
  }

  void lex_raw_quoted() {
    for (;;) {
      const char32_t character = next();
      if (character == '`') return emit(TokenType::RawString);
      if (character == kEnd) return fail("unterminated raw quoted string");
    }
  }

  void lex_number() {
    const bool good = scan_number();
    if (!good) return fail("bad number syntax: %q", {make_string(std::string(pending()))});
    const char32_t sign = peek();
    if (sign != '+' && sign != '-') return emit(TokenType::Number);
    if (!scan_number() || text_[at_ - 1] != 'i') {
      return fail("bad number syntax: %q", {make_string(std::string(pending()))});
    }
    emit(TokenType::Complex);
  }

  bool scan_number() {
    static constexpr std::string_view kDecimal = "0123456789_";
    accept("+-");
    std::string_view digits = kDecimal;
    bool hexadecimal = false;
    if (accept("0")) {
      if (accept("xX")) {
        digits = "0123456789abcdefABCDEF_";
        hexadecimal = true;
      } else if (accept("oO")) {
        digits = "01234567_";
      } else if (accept("bB")) {
        digits = "01_";
      }
    }
    accept_run(digits);
    if (accept(".")) accept_run(digits);
    const bool decimal = digits.size() == kDecimal.size();
    if ((decimal && accept("eE")) || (hexadecimal && accept("pP"))) {
      accept("+-");
      accept_run(kDecimal);
    }
    accept("i");
    if (!is_alphanumeric(peek())) return true;
    next();
    return false;
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  State state_ = State::Text;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  int line_ = 1;
  int start_line_ = 1;
  int parentheses_ = 0;
  bool at_end_ = false;
};

}  // namespace

std::vector<Token> lex_template(std::string_view text) {
  return Lexer(text).run();
}

std::string token_text(const Token& token) {
  if (token.type == TokenType::EndOfText) return "EOF";
  if (token.type == TokenType::Error) return token.text;
  if (token.type >= TokenType::Block) return '<' + token.text + '>';
  const Value text = make_string(token.text);
  return go_sprintf(token.text.size() > 10 ? "%.10q..." : "%q", std::span(&text, 1));
}

}  // namespace vigil::monitoring::text_template
