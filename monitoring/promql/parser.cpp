#include "monitoring/promql/parser.h"

#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <utility>

#include "monitoring/promql/check.h"
#include "monitoring/promql/lexer.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/operator_tokens.h"
#include "monitoring/promql/quoted_text.h"

namespace vigil::monitoring::promql {

namespace {

using Node = std::shared_ptr<Expression>;

class Parser {
 public:
  Parser(std::string_view text, RangeEnds ranges) : text_(text), ranges_(ranges), lexer_(text) {}

  ExpressionPtr parse_all() {
    if (peek().kind == TokenKind::End) fail({}, "no expression found in input");
    Node expression = parse_binary(1);
    if (peek().kind != TokenKind::End) unexpected();
    check(*expression, text_, ranges_);
    for (const Node& node : binaries_) settle_matching(*node);
    return expression;
  }

  std::vector<LabelMatcher> parse_matchers() {
    if (peek().kind != TokenKind::LeftBrace && !can_be_metric_name(peek().kind)) unexpected();
    Node selector = parse_vector_selector();
    if (peek().kind != TokenKind::End) unexpected();
    check(*selector, text_, ranges_);
    return std::get<VectorSelector>(selector->node).matchers;
  }

 private:
  // -- Tokens. Read only when they are needed: an error in what was read comes before one behind it.

  const Token& peek() {
    if (!has_token_) {
      token_ = lexer_.next();
      has_token_ = true;
    }
    return token_;
  }
  Token take() {
    Token taken = peek();
    has_token_ = false;
    taken_end_ = taken.range.end;
    return taken;
  }
  bool take_if(TokenKind kind) {
    if (peek().kind != kind) return false;
    take();
    return true;
  }

  [[noreturn]] void fail(TextRange range, const std::string& cause) const {
    throw ParseError(text_, range, cause);
  }
  [[noreturn]] void unexpected_in(std::string_view context, std::string_view expected = {}) {
    std::string cause = "unexpected " + token_description(peek());
    if (!context.empty()) cause += " in " + std::string{context};
    if (!expected.empty()) cause += ", expected " + std::string{expected};
    fail(peek().range, cause);
  }
  [[noreturn]] void unexpected() { unexpected_in(open_aggregations_ > 0 ? "aggregation" : ""); }
  Token expect(TokenKind kind) {
    if (peek().kind != kind) unexpected();
    return take();
  }

  // -- Nodes.

  template <typename T>
  Node make(T node, TextRange range) {
    auto expression = std::make_shared<Expression>();
    expression->node = std::move(node);
    expression->range = range;
    derive_properties(*expression);
    if (expression->depth > kDeepestExpression) {
      fail(range,
           "expression is nested too deeply, at most " + std::to_string(kDeepestExpression) + " levels");
    }
    return expression;
  }

  /// Between what is not two vectors nothing is matched; set operators match many to many.
  static void settle_matching(Expression& expression) {
    auto& binary = std::get<Binary>(expression.node);
    if (binary.left->type != ValueType::Vector || binary.right->type != ValueType::Vector) {
      binary.matching.reset();
    } else if (is_set_operator(binary.op)) {
      binary.matching->cardinality = Cardinality::ManyToMany;
    }
  }

  // -- Operators.

  Node parse_binary(int lowest) {
    const Depth guard(*this);
    Node left = parse_unary();
    while (true) {
      const int binds = precedence(peek().kind);
      if (binds == 0 || binds < lowest) return left;
      Binary binary;
      binary.op = binary_operator(take().kind);
      parse_modifiers(binary);
      Node right = parse_binary(binds == kPowerPrecedence ? binds : binds + 1);
      const TextRange range{left->range.begin, right->range.end};
      binary.left = std::move(left);
      binary.right = std::move(right);
      left = make(std::move(binary), range);
      binaries_.push_back(left);
    }
  }

  void parse_modifiers(Binary& binary) {
    binary.returns_bool = take_if(TokenKind::Bool);
    VectorMatching& matching = binary.matching.emplace();
    matching.on = peek().kind == TokenKind::On;
    if (!matching.on && peek().kind != TokenKind::Ignoring) return;
    take();
    matching.labels = parse_grouping();
    if (take_if(TokenKind::GroupLeft)) {
      matching.cardinality = Cardinality::ManyToOne;
    } else if (take_if(TokenKind::GroupRight)) {
      matching.cardinality = Cardinality::OneToMany;
    } else {
      return;
    }
    if (peek().kind == TokenKind::LeftParenthesis) matching.include = parse_grouping();
  }

  /// A sign binds less than a power: -2 ^ 2 is -4.
  Node parse_unary() {
    if (peek().kind != TokenKind::Add && peek().kind != TokenKind::Subtract) return parse_postfix();
    const Token sign = take();
    const bool negates = sign.kind == TokenKind::Subtract;
    Node operand = parse_binary(kPowerPrecedence);
    const TextRange range{sign.range.begin, operand->range.end};
    if (auto* number = std::get_if<NumberLiteral>(&operand->node)) {
      if (negates) number->value = -number->value;
      operand->range = range;
      return operand;
    }
    return make(Unary{.negates = negates, .operand = std::move(operand)}, range);
  }

  Node parse_postfix() {
    Node expression = parse_primary();
    while (true) {
      switch (peek().kind) {
        case TokenKind::LeftBracket:
          expression = parse_brackets(expression);
          break;
        case TokenKind::Offset:
          parse_offset(*expression);
          break;
        case TokenKind::At:
          parse_at(*expression);
          break;
        default:
          return expression;
      }
    }
  }

  Node parse_primary() {
    switch (peek().kind) {
      case TokenKind::Duration:
        if (durations_are_apart()) return parse_word();
        return parse_number_literal();
      case TokenKind::Number:
        return parse_number_literal();
      case TokenKind::String: {
        const Token token = take();
        return make(StringLiteral{unquote(token)}, token.range);
      }
      case TokenKind::LeftParenthesis: {
        const Token open = take();
        Node inner = parse_binary(1);
        const Token close = expect(TokenKind::RightParenthesis);
        return make(Parenthesis{std::move(inner)}, {open.range.begin, close.range.end});
      }
      case TokenKind::LeftBrace:
        return parse_vector_selector();
      default:
        return parse_word();
    }
  }

  Node parse_number_literal() {
    const Token token = take();
    return make(NumberLiteral{.value = number_of(token), .is_duration = token.kind == TokenKind::Duration},
                token.range);
  }

  /// A duration counts in seconds.
  double number_of(const Token& token) const {
    if (token.kind == TokenKind::Duration) {
      const auto duration = parse_duration(token.text);
      if (!duration) fail(token.range, duration_error(token.text));
      return static_cast<double>(duration->count()) / 1000;
    }
    const std::size_t underscore = token.text.find('_');
    if (underscore != std::string_view::npos && ranges_ == RangeEnds::Closed) {
      fail(token.range, "bad number or duration syntax: " + quoted_text(token.text.substr(0, underscore)));
    }
    const auto number = parse_number(token.text);
    if (number) return *number;
    fail(token.range, "error parsing number: strconv.ParseFloat: parsing " + quoted_text(token.text) + ": " +
                          std::string{number_error(token.text)});
  }

  std::string unquote(const Token& token) const {
    auto text = unquoted_text(token.text);
    if (!text) fail(token.range, "error unquoting string " + quoted_text(token.text) + ": invalid syntax");
    return *std::move(text);
  }

  Node parse_word() {
    const Token word = peek();
    if (!can_be_metric_name(word.kind)) unexpected();
    take();
    const TokenKind next = peek().kind;
    if (is_aggregation(word.kind) &&
        (next == TokenKind::LeftParenthesis || next == TokenKind::By || next == TokenKind::Without)) {
      return parse_aggregation(word);
    }
    if (word.kind == TokenKind::Identifier && next == TokenKind::LeftParenthesis) return parse_call(word);
    return parse_selector_behind(word);
  }

  // -- Calls and aggregations.

  std::vector<Node> parse_arguments(TextRange& range) {
    expect(TokenKind::LeftParenthesis);
    std::vector<Node> arguments;
    if (peek().kind != TokenKind::RightParenthesis) {
      arguments.push_back(parse_binary(1));
      while (peek().kind == TokenKind::Comma) {
        const Token comma = take();
        if (peek().kind == TokenKind::RightParenthesis) {
          fail(comma.range, "trailing commas not allowed in function call args");
        }
        arguments.push_back(parse_binary(1));
      }
    }
    range.end = expect(TokenKind::RightParenthesis).range.end;
    return arguments;
  }

  Node parse_call(const Token& name) {
    TextRange range = name.range;
    std::vector<Node> arguments = parse_arguments(range);
    Call call{.function = find_function(name.text, ranges_), .arguments = {}, .regex = nullptr};
    if (call.function == nullptr) fail(name.range, "unknown function with name " + quoted_text(name.text));
    if (call.function->id == FunctionId::Experimental) {
      fail(name.range, "function " + quoted_text(name.text) + " is not enabled");
    }
    call.arguments.assign(std::move_iterator(arguments.begin()), std::move_iterator(arguments.end()));
    compile_regex(call);
    return make(std::move(call), range);
  }

  static void compile_regex(Call& call) {
    if (call.function->id != FunctionId::LabelReplace || call.arguments.size() != 5) return;
    const auto* pattern = std::get_if<StringLiteral>(&unwrapped(*call.arguments[4]).node);
    if (pattern == nullptr) return;
    try {
      call.regex = std::make_shared<const Regex>(pattern->value);
    } catch (const RegexError&) {
      // Prometheus says so when the expression is evaluated; until then it is one.
    }
  }

  Node parse_aggregation(const Token& name) {
    Aggregation aggregation;
    aggregation.op = aggregation_operator(name.kind);
    TextRange range = name.range;
    ++open_aggregations_;
    const bool grouped = parse_by_or_without(aggregation, range);
    std::vector<Node> arguments = parse_arguments(range);
    --open_aggregations_;
    if (!grouped) parse_by_or_without(aggregation, range);

    if (arguments.empty()) fail(range, "no arguments for aggregate expression provided");
    if (name.kind == TokenKind::LimitK || name.kind == TokenKind::LimitRatio) {
      fail(range,
           std::string{name.kind == TokenKind::LimitK ? "limitk" : "limit_ratio"} +
               "() is experimental and must be enabled with --enable-feature=promql-experimental-functions");
    }
    const std::size_t wanted = takes_parameter(aggregation.op) ? 2 : 1;
    if (arguments.size() != wanted) {
      fail(range, "wrong number of arguments for aggregate expression provided, expected " +
                      std::to_string(wanted) + ", got " + std::to_string(arguments.size()));
    }
    if (wanted == 2) aggregation.parameter = std::move(arguments.front());
    aggregation.expression = std::move(arguments.back());
    return make(std::move(aggregation), range);
  }

  bool parse_by_or_without(Aggregation& aggregation, TextRange& range) {
    if (peek().kind != TokenKind::By && peek().kind != TokenKind::Without) return false;
    aggregation.without = take().kind == TokenKind::Without;
    aggregation.labels = parse_grouping();
    range.end = taken_end_;
    return true;
  }

  /// `(a, "b.c", by)`.
  std::vector<std::string> parse_grouping() {
    constexpr std::string_view kContext = "grouping opts";
    if (!take_if(TokenKind::LeftParenthesis)) unexpected_in(kContext, "\"(\"");
    std::vector<std::string> labels;
    while (peek().kind != TokenKind::RightParenthesis) {
      if (is_quoted_name()) {
        labels.push_back(unquote(take()));
      } else if (can_be_label_name(peek().kind)) {
        labels.emplace_back(take().text);
      } else {
        unexpected_in(kContext, "label");
      }
      if (peek().kind == TokenKind::RightParenthesis) break;
      if (!take_if(TokenKind::Comma)) unexpected_in(kContext, "\",\" or \")\"");
    }
    take();
    return labels;
  }

  // -- Selectors.

  /// Names in quotation marks came with Prometheus 3.
  [[nodiscard]] bool is_quoted_name() {
    return peek().kind == TokenKind::String && ranges_ == RangeEnds::LeftOpen;
  }

  Node parse_vector_selector() {
    if (peek().kind == TokenKind::LeftBrace) {
      VectorSelector selector;
      TextRange range = peek().range;
      parse_matchers_in_braces(selector, range);
      return make(std::move(selector), range);
    }
    return parse_selector_behind(take());
  }

  Node parse_selector_behind(const Token& name) {
    VectorSelector selector{.name = std::string{name.text}, .matchers = {}, .shift = {}};
    TextRange range = name.range;
    if (peek().kind == TokenKind::LeftBrace) parse_matchers_in_braces(selector, range);
    selector.matchers.emplace_back(MatchKind::Equal, std::string{kMetricNameLabel}, selector.name);
    return make(std::move(selector), range);
  }

  void parse_matchers_in_braces(VectorSelector& selector, TextRange& range) {
    constexpr std::string_view kContext = "label matching";
    take();
    while (peek().kind != TokenKind::RightBrace || !selector.matchers.empty()) {
      parse_matcher(selector);
      if (peek().kind == TokenKind::RightBrace) break;
      if (!take_if(TokenKind::Comma)) unexpected_in(kContext, "\",\" or \"}\"");
      if (peek().kind == TokenKind::RightBrace) break;
    }
    range.end = take().range.end;
  }

  void parse_matcher(VectorSelector& selector) {
    constexpr std::string_view kContext = "label matching";
    const bool quoted = is_quoted_name();
    if (!quoted && peek().kind != TokenKind::Identifier) unexpected_in(kContext, "identifier or \"}\"");
    const Token name = take();
    const std::string label = quoted ? unquote(name) : std::string{name.text};
    MatchKind kind = MatchKind::Equal;
    switch (peek().kind) {
      case TokenKind::Equal:
        break;
      case TokenKind::NotEqual:
        kind = MatchKind::NotEqual;
        break;
      case TokenKind::EqualRegex:
        kind = MatchKind::Regex;
        break;
      case TokenKind::NotEqualRegex:
        kind = MatchKind::NotRegex;
        break;
      default:
        if (!quoted) unexpected_in(kContext, "label matching operator");
        // A quoted text alone is the metric's name.
        selector.matchers.emplace_back(MatchKind::Equal, std::string{kMetricNameLabel}, label);
        return;
    }
    take();
    if (peek().kind != TokenKind::String) unexpected_in(kContext, "string");
    const Token value = take();
    try {
      selector.matchers.emplace_back(kind, label, unquote(value));
    } catch (const RegexError& error) {
      fail({name.range.begin, value.range.end}, std::string{"error parsing regexp: "} + error.what());
    }
  }

  // -- Brackets, offset, @.

  static constexpr std::string_view kDurationExpression = "experimental duration expression is not enabled";

  /// Prometheus 2: a duration is no number, and a number no duration.
  [[nodiscard]] bool durations_are_apart() const noexcept { return ranges_ == RangeEnds::Closed; }

  /// As Prometheus 2 has it: nothing but a duration, which only an offset may negate.
  double parse_plain_duration(std::string_view context, bool may_be_negative) {
    const double sign = may_be_negative && take_if(TokenKind::Subtract) ? -1 : 1;
    if (!may_be_negative && peek().kind == TokenKind::Number) {
      fail(peek().range, "missing unit character in duration");
    }
    if (peek().kind != TokenKind::Duration) unexpected_in(context, "duration");
    return sign * number_of(take());
  }

  /// A number of seconds or a duration, with a sign. Anything longer is Prometheus' experiment.
  double parse_seconds(std::string_view context, std::string_view expected) {
    const std::uint32_t begin = peek().range.begin;
    const auto experimental = [&] { fail({begin, peek().range.end}, std::string{kDurationExpression}); };
    if (peek().kind == TokenKind::LeftParenthesis) experimental();
    double sign = 1;
    if (peek().kind == TokenKind::Subtract || peek().kind == TokenKind::Add) {
      sign = take().kind == TokenKind::Subtract ? -1 : 1;
      if (peek().kind == TokenKind::LeftParenthesis) experimental();
    }
    if (peek().kind != TokenKind::Number && peek().kind != TokenKind::Duration)
      unexpected_in(context, expected);
    const Token token = take();
    const double seconds = sign * number_of(token);
    constexpr double kMost = 9223372036.0;  // 64 bits of nanoseconds
    if (!(std::fabs(seconds) <= kMost)) fail(token.range, "duration out of range");
    return seconds;
  }
  static std::chrono::milliseconds milliseconds_of(double seconds) {
    return std::chrono::milliseconds{std::llround(seconds * 1000)};
  }

  std::chrono::milliseconds parse_range(std::string_view context, std::string_view expected) {
    const TextRange range = peek().range;
    const double seconds =
        durations_are_apart() ? parse_plain_duration(context, false) : parse_seconds(context, expected);
    const TokenKind next = peek().kind;
    const bool goes_on = next != TokenKind::At && is_operator(next) && !durations_are_apart();
    if (goes_on) fail(range, std::string{kDurationExpression});
    if (seconds <= 0) fail(range, "duration must be greater than 0");
    return milliseconds_of(seconds);
  }

  Node parse_brackets(const Node& expression) {
    const Token open = take();
    const auto range = parse_range("subquery or range selector", "number or duration");
    TextRange whole = expression->range;
    if (take_if(TokenKind::Colon)) {
      Subquery subquery{.expression = expression, .range = range, .step = {}, .shift = {}};
      if (peek().kind != TokenKind::RightBracket) {
        subquery.step = parse_range("subquery selector", "number or duration or \"]\"");
        if (peek().kind != TokenKind::RightBracket) unexpected_in("subquery selector", "\"]\"");
      }
      whole.end = take().range.end;
      return make(std::move(subquery), whole);
    }
    if (peek().kind != TokenKind::RightBracket) unexpected_in("subquery or range", "\":\" or \"]\"");
    const Token close = take();
    whole.end = close.range.end;
    const TextRange brackets{open.range.begin, close.range.end};
    auto* selector = std::get_if<VectorSelector>(&expression->node);
    if (selector == nullptr) fail(brackets, "ranges only allowed for vector selectors");
    if (selector->shift.offset.count() != 0) fail(brackets, "no offset modifiers allowed before range");
    if (selector->shift.fixed != FixedTime::None) fail(brackets, "no @ modifiers allowed before range");
    return make(MatrixSelector{.selector = std::move(*selector), .range = range}, whole);
  }

  /// Where offset and @ of an expression go; nullptr if it takes none.
  static TimeShift* shift_of(Expression& expression) {
    if (auto* selector = std::get_if<VectorSelector>(&expression.node)) return &selector->shift;
    if (auto* selector = std::get_if<MatrixSelector>(&expression.node)) return &selector->selector.shift;
    if (auto* subquery = std::get_if<Subquery>(&expression.node)) return &subquery->shift;
    return nullptr;
  }
  TimeShift& shift_of(Expression& expression, std::string_view modifier) const {
    TimeShift* shift = shift_of(expression);
    if (shift != nullptr) return *shift;
    fail(expression.range,
         std::string{modifier} +
             " modifier must be preceded by an instant vector selector or range vector selector "
             "or a subquery");
  }

  void parse_offset(Expression& expression) {
    take();
    const auto offset =
        milliseconds_of(durations_are_apart() ? parse_plain_duration("offset", true)
                                              : parse_seconds("offset", "number or duration"));
    TimeShift& shift = shift_of(expression, "offset");
    if (shift.offset.count() != 0) fail(expression.range, "offset may not be set multiple times");
    shift.offset = offset;
    expression.range.end = taken_end_;
  }

  void parse_at(Expression& expression) {
    take();
    TimeShift fixed;
    if (peek().kind == TokenKind::Start || peek().kind == TokenKind::EndKeyword) {
      fixed.fixed = take().kind == TokenKind::Start ? FixedTime::QueryStart : FixedTime::QueryEnd;
      for (const TokenKind wanted : {TokenKind::LeftParenthesis, TokenKind::RightParenthesis}) {
        if (peek().kind != wanted) unexpected_in("@", "timestamp");
        take();
      }
    } else {
      double sign = 1;
      if (peek().kind == TokenKind::Subtract || peek().kind == TokenKind::Add) {
        sign = take().kind == TokenKind::Subtract ? -1 : 1;
      }
      const bool is_timestamp =
          peek().kind == TokenKind::Number || (peek().kind == TokenKind::Duration && !durations_are_apart());
      if (!is_timestamp) unexpected_in("@", "timestamp");
      fixed.fixed = FixedTime::Timestamp;
      fixed.timestamp = timestamp_of(sign * number_of(take()), expression);
    }
    TimeShift& shift = shift_of(expression, "@");
    if (shift.fixed != FixedTime::None) fail(expression.range, "@ <timestamp> may not be set multiple times");
    shift.fixed = fixed.fixed;
    shift.timestamp = fixed.timestamp;
    expression.range.end = taken_end_;
    derive_properties(expression);
  }

  SampleTime timestamp_of(double seconds, const Expression& expression) const {
    // The bound is that of 64 bits of milliseconds, less what windows and offsets reach beyond.
    constexpr double kMost = 4e15;
    if (std::fabs(seconds) <= kMost) return std::llround(seconds * 1000);
    char number[400];
    std::snprintf(number, sizeof number, "%f", seconds);
    const std::string text = std::isfinite(seconds) ? std::string{number} : number_text(seconds);
    fail(expression.range, "timestamp out of bounds for @ modifier: " + text);
  }

  /// Counts open calls of parse_binary(): parentheses and signs nest before there is a node.
  struct Depth {
    explicit Depth(Parser& p) : parser(p) {
      if (++parser.depth_ <= kDeepestExpression) return;
      parser.fail(
          {static_cast<std::uint32_t>(parser.text_.size()), static_cast<std::uint32_t>(parser.text_.size())},
          "expression is nested too deeply, at most " + std::to_string(kDeepestExpression) + " levels");
    }
    ~Depth() { --parser.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    Parser& parser;
  };

  std::string_view text_;
  RangeEnds ranges_;
  Lexer lexer_;
  Token token_;
  bool has_token_ = false;
  std::uint32_t taken_end_ = 0;
  int open_aggregations_ = 0;
  int depth_ = 0;
  std::vector<Node> binaries_;
};

void require_size(std::string_view text) {
  if (text.size() <= std::numeric_limits<std::uint32_t>::max()) return;
  throw ParseError(text, {}, "expression is longer than 4 GiB");
}

}  // namespace

ExpressionPtr parse(std::string_view text, RangeEnds ranges) {
  require_size(text);
  return Parser{text, ranges}.parse_all();
}

std::vector<LabelMatcher> parse_selector(std::string_view text) {
  require_size(text);
  return Parser{text, RangeEnds::LeftOpen}.parse_matchers();
}

}  // namespace vigil::monitoring::promql
