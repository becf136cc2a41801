#pragma once

#include <string>
#include <string_view>

#include "monitoring/promql/token.h"

namespace vigil::monitoring::promql {

/// Cuts an expression into tokens; comments and white space are passed over. What a character means depends
/// on the braces and brackets around it. The text must outlive the lexer and its tokens.
class Lexer {
 public:
  explicit Lexer(std::string_view text) noexcept : text_(text) {}

  /// The next token; End again and again at the end. Throws ParseError, where it stands, for what is no
  /// token.
  [[nodiscard]] Token next();

 private:
  [[nodiscard]] bool at_end() const noexcept { return at_ >= text_.size(); }
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept;
  [[nodiscard]] bool peek_is(std::string_view set) const noexcept;
  bool accept(std::string_view set) noexcept;
  void accept_run(std::string_view set) noexcept;
  void skip_space_and_comments() noexcept;
  [[nodiscard]] Token token(TokenKind kind) const noexcept;
  /// One or two characters, then the token.
  [[nodiscard]] Token advance(std::size_t bytes, TokenKind kind) noexcept;
  [[noreturn]] void fail(const std::string& cause) const;
  /// `what`, then the character at `at` in quotes.
  [[noreturn]] void fail_at_character(std::string_view what, std::size_t at) const;

  [[nodiscard]] Token inside_braces();
  [[nodiscard]] Token inside_brackets();
  [[nodiscard]] Token outside();
  [[nodiscard]] Token parenthesis();
  [[nodiscard]] Token symbol();
  [[nodiscard]] Token word(bool in_braces) noexcept;
  [[nodiscard]] Token quoted();
  void check_escape(char quote);
  [[nodiscard]] Token number_or_duration();
  [[nodiscard]] bool scan_number() noexcept;
  [[nodiscard]] bool scan_duration_behind_number() noexcept;

  std::string_view text_;
  std::size_t start_ = 0;  ///< of the token that is read
  std::size_t at_ = 0;
  int parentheses_ = 0;
  bool brace_open_ = false;
  bool bracket_open_ = false;
  bool duration_seen_ = false;  ///< in these brackets
  bool colon_seen_ = false;
};

}  // namespace vigil::monitoring::promql
