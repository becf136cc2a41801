#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::monitoring::text_template {

enum class TokenType : std::uint8_t {
  Error,  ///< the last token; its text is the cause
  Bool,
  Character,  ///< a printable one without a meaning of its own
  CharacterConstant,
  Complex,
  Assign,
  Declare,
  EndOfText,
  Field,  ///< with its dot
  Identifier,
  LeftDelimiter,
  LeftParenthesis,
  Number,
  Pipe,
  RawString,  ///< with its quotes
  RightDelimiter,
  RightParenthesis,
  Space,
  String,  ///< with its quotes
  Text,
  Variable,  ///< with its dollar sign
  // The keywords.
  Block,
  Break,
  Continue,
  Dot,
  Define,
  Else,
  End,
  If,
  Nil,
  Range,
  Template,
  With,
};
struct Token {
  TokenType type = TokenType::Error;
  std::uint32_t position = 0;  ///< bytes from the beginning of the text
  std::string text;
  int line = 0;  ///< from 1; 0 behind the last token
};

/// The tokens of a template, trim markers and comments already applied; the last is EndOfText or Error.
[[nodiscard]] std::vector<Token> lex_template(std::string_view text);

/// How messages show a token.
[[nodiscard]] std::string token_text(const Token& token);

}  // namespace vigil::monitoring::text_template
