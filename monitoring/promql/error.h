#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vigil::monitoring::promql {

/// A piece of an expression's text, in bytes from its beginning; `end` is behind the last.
struct TextRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  friend bool operator==(const TextRange&, const TextRange&) = default;
};

/// `line:column`, both from 1, of a byte of a text.
[[nodiscard]] std::string position_text(std::string_view text, std::size_t at);

/// A text that is no expression. what() is as Prometheus words it: `1:5: parse error: unexpected "}"`.
class ParseError : public std::runtime_error {
 public:
  ParseError(std::string_view text, TextRange range, const std::string& cause);

  [[nodiscard]] TextRange range() const noexcept { return range_; }
  /// Without the position.
  [[nodiscard]] const std::string& cause() const noexcept { return cause_; }

 private:
  TextRange range_;
  std::string cause_;
};

/// Why an evaluation ended without a result.
enum class EvaluationFailure : std::uint8_t {
  Execution,       ///< the expression and the data do not fit: many-to-many matching, a bad argument
  TooManySamples,  ///< the budget of samples is used up
  Timeout,         ///< the deadline of the query is over
  Canceled,        ///< nobody waits for the result any more
};

/// what() is as Prometheus words it.
class EvaluationError : public std::runtime_error {
 public:
  EvaluationError(EvaluationFailure failure, const std::string& cause)
      : std::runtime_error(cause), failure_(failure) {}
  explicit EvaluationError(const std::string& cause) : EvaluationError(EvaluationFailure::Execution, cause) {}

  [[nodiscard]] EvaluationFailure failure() const noexcept { return failure_; }

 private:
  EvaluationFailure failure_;
};

}  // namespace vigil::monitoring::promql
