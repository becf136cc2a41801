#include <string>
#include <string_view>
#include <variant>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/promql/parser.h"
#include "monitoring/promql/printer.h"
#include "promql_expressions.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::promql;

namespace {

std::string error_of(std::string_view text) {
  try {
    return "parsed: " + to_string(*parse(text));
  } catch (const ParseError& error) {
    return error.what();
  }
}
std::string printed(std::string_view text) {
  return to_string(*parse(text));
}

struct Refused {
  std::string_view text;
  std::string_view error;  ///< without the words `parse error`
};
void check_refused(std::initializer_list<Refused> cases) {
  for (const Refused& refused : cases) {
    const std::size_t space = refused.error.find(' ');
    const std::string expected = std::string{refused.error.substr(0, space)} + " parse error" +
                                 std::string{refused.error.substr(space)};
    const std::size_t colon = expected.find(" parse error ");
    const std::string wanted = expected.substr(0, colon) + " parse error: " + expected.substr(colon + 13);
    INFO(std::string{refused.text});
    CHECK(error_of(refused.text) == wanted);
  }
}

}  // namespace

TEST_CASE("an error of the lexer says where the text stops being PromQL") {
  check_refused({
      {"up{job='x'", "1:11: unexpected end of input inside braces"},
      {"(up", "1:4: unclosed left parenthesis"},
      {"up)", "1:4: unexpected right parenthesis ')'"},
      {"up]", "1:3: unexpected right bracket ']'"},
      {"up[5m", "1:6: unclosed left bracket"},
      {"up[5m[", "1:6: unexpected left bracket '['"},
      {"up[", "1:4: unexpected end of input in duration expression"},
      {"up[x]", "1:4: unexpected character in duration expression: 'x'"},
      {"up[1m:1m:1m]", "1:9: unexpected colon ':'"},
      {"up{{", "1:4: unexpected left brace '{'"},
      {"up{a!b}", "1:5: unexpected character after '!' inside braces: 'b'"},
      {"up{a=5}", "1:6: unexpected character inside braces: '5'"},
      {"up ! 1", "1:4: unexpected character after '!': ' '"},
      {"up =~ 1", "1:4: unexpected character after '=': '~'"},
      {"up\n  + ?", "2:5: unexpected character: '?'"},
      {"\"up", "1:1: unterminated quoted string"},
      {"'up\n'", "1:1: unterminated quoted string"},
      {"`up", "1:1: unterminated raw string"},
      {R"("\q")", "1:1: unknown escape sequence U+0071 'q'"},
      {R"("\xg0")", "1:1: illegal character U+0067 'g' in escape sequence"},
      {R"("\400")", "1:1: escape sequence is an invalid Unicode code point"},
      {R"("\uD800")", "1:1: escape sequence is an invalid Unicode code point"},
      {"\"\xff\"", "1:1: invalid UTF-8 rune"},
      {"1.2.3", "1:1: bad number or duration syntax: \"1.2.\""},
      {"5mx", "1:1: bad number or duration syntax: \"5m\""},
      {"1__0", "1:1: bad number or duration syntax: \"1__\""},
  });
}

TEST_CASE("an error of the parser says what was found and what was expected") {
  check_refused({
      {"", "1:1: no expression found in input"},
      {"# only a comment", "1:1: no expression found in input"},
      {"up down", "1:4: unexpected identifier \"down\""},
      {"1 +", "1:4: unexpected end of input"},
      {"* 1", "1:1: unexpected <op:*>"},
      {"bool", "1:1: unexpected <bool>"},
      {"up + group_left down", "1:6: unexpected <group_left>"},
      {"sum(up down)", "1:8: unexpected identifier \"down\" in aggregation"},
      {"sum by up", "1:8: unexpected identifier \"up\" in grouping opts, expected \"(\""},
      {"sum by (a b) (up)", "1:11: unexpected identifier \"b\" in grouping opts, expected \",\" or \")\""},
      {"sum by (5) (up)", "1:9: unexpected number \"5\" in grouping opts, expected label"},
      {"up{a}", "1:5: unexpected \"}\" in label matching, expected label matching operator"},
      {"up{a=}", "1:6: unexpected \"}\" in label matching, expected string"},
      {"up{,}", "1:4: unexpected \",\" in label matching, expected identifier or \"}\""},
      {"up{a='b' c='d'}", "1:10: unexpected identifier \"c\" in label matching, expected \",\" or \"}\""},
      {"up[]", "1:4: unexpected \"]\" in subquery or range selector, expected number or duration"},
      {"up[5m 5m]", "1:7: unexpected duration \"5m\" in subquery or range, expected \":\" or \"]\""},
      {"up[5m:5m 5m]", "1:10: unexpected duration \"5m\" in subquery selector, expected \"]\""},
      {"up offset x", "1:11: unexpected identifier \"x\" in offset, expected number or duration"},
      {"up @ x", "1:6: unexpected identifier \"x\" in @, expected timestamp"},
      {"up @ start", "1:11: unexpected end of input in @, expected timestamp"},
      {"5m5h", "1:1: not a valid duration string: \"5m5h\""},
      {"up[300000y]", "1:4: duration out of range"},
      {"1e400", "1:1: error parsing number: strconv.ParseFloat: parsing \"1e400\": value out of range"},
  });
}

TEST_CASE("an expression whose parts do not fit is refused where they do not") {
  check_refused({
      {"{}", "1:1: vector selector must contain at least one non-empty matcher"},
      {"{a=~'.*'}", "1:1: vector selector must contain at least one non-empty matcher"},
      {"up{__name__='x'}", "1:1: metric name must not be set twice: \"up\" or \"x\""},
      {"{'up', \"x\"}", "1:1: metric name must not be set twice: \"up\" or \"x\""},
      {"rate(up)", "1:6: expected type range vector in call to function \"rate\", got instant vector"},
      {"rate()", "1:1: expected 1 argument(s) in call to \"rate\", got 0"},
      {"round(up, 1, 2)", "1:1: expected at most 2 argument(s) in call to \"round\", got 3"},
      {"label_join(up)", "1:1: expected at least 3 argument(s) in call to \"label_join\", got 1"},
      {"rate(up[5m],)", "1:12: trailing commas not allowed in function call args"},
      {"nothing(up)", "1:1: unknown function with name \"nothing\""},
      {"holt_winters(up[5m], 0.5, 0.5)", "1:1: unknown function with name \"holt_winters\""},
      {"sum()", "1:1: no arguments for aggregate expression provided"},
      {"topk(up)", "1:1: wrong number of arguments for aggregate expression provided, expected 2, got 1"},
      {"count_values(1, up)", "1:14: expected type string in aggregation parameter, got scalar"},
      {"sum(up[5m])", "1:5: expected type instant vector in aggregation expression, got range vector"},
      {"1 == 1", "1:3: comparisons between scalars must use BOOL modifier"},
      {"up + bool up", "1:4: bool modifier can only be used on comparison operators"},
      {"up and 1", "1:1: set operator \"and\" not allowed in binary scalar expression"},
      {"1 + on(a) up", "1:1: vector matching only allowed between instant vectors"},
      {"up and on(a) group_left up", "1:1: no grouping allowed for \"and\" operation"},
      {"up  * on(a) group_left(a) up", "1:5: label \"a\" must not occur in ON and GROUP clause at once"},
      {"'a' + 1", "1:1: binary expression must contain only scalar and instant vector types"},
      {"-up[5m]",
       "1:1: unary expression only allowed on expressions of type scalar or instant vector, got \"range "
       "vector\""},
      {"(up[5m])[5m:]", "1:1: subquery is only allowed on instant vector, got matrix instead"},
      {"(up)[5m]", "1:5: ranges only allowed for vector selectors"},
      {"up offset 5m[5m]", "1:13: no offset modifiers allowed before range"},
      {"up @ 1[5m]", "1:7: no @ modifiers allowed before range"},
      {"up offset 5m offset 5m", "1:1: offset may not be set multiple times"},
      {"up @ 1 @ end()", "1:1: @ <timestamp> may not be set multiple times"},
      {"1 offset 5m",
       "1:1: offset modifier must be preceded by an instant vector selector or range vector selector or a "
       "subquery"},
      {"sum(up) @ 1",
       "1:1: @ modifier must be preceded by an instant vector selector or range vector selector or a "
       "subquery"},
      {"up @ Inf", "1:1: timestamp out of bounds for @ modifier: +Inf"},
      {"up[0s]", "1:4: duration must be greater than 0"},
      {"up[5m:0]", "1:7: duration must be greater than 0"},
  });
  CHECK(error_of("up{a=~'('}").starts_with("1:4: parse error: error parsing regexp: missing )"));
}

TEST_CASE("what Prometheus counts as experimental is refused in its words") {
  check_refused({
      {"up[5m+1m]", "1:4: experimental duration expression is not enabled"},
      {"up offset (1m)", "1:11: experimental duration expression is not enabled"},
      {"mad_over_time(up[5m])", "1:1: function \"mad_over_time\" is not enabled"},
      {"double_exponential_smoothing(up[5m], 0.5, 0.5)",
       "1:1: function \"double_exponential_smoothing\" is not enabled"},
      {"limitk(2, up)",
       "1:1: limitk() is experimental and must be enabled with "
       "--enable-feature=promql-experimental-functions"},
  });
}

TEST_CASE("an expression prints as Prometheus prints it") {
  CHECK(printed("up") == "up");
  CHECK(printed("{b='x',a=~\"y\"}") == "{a=~\"y\",b=\"x\"}");
  CHECK(printed("{\"my.metric\", \"my.label\"='x'}") == "{\"my.label\"=\"x\",__name__=\"my.metric\"}");
  CHECK(printed("rate( up [1h30m] @ 12.5 offset 5m )") == "rate(up[1h30m] @ 12.500 offset 5m)");
  CHECK(printed("max_over_time(rate(up[5m])[1h:] offset -1w)") ==
        "max_over_time(rate(up[5m])[1h:] offset -1w)");
  CHECK(printed("SUM(up) BY (a, b)") == "sum by (a, b) (up)");
  CHECK(printed("sum by () (up)") == "sum(up)");
  CHECK(printed("sum without () (up)") == "sum without () (up)");
  CHECK(printed("a- ignoring ( ) b") == "a - b");
  CHECK(printed("a > BOOL ON(x) GROUP_LEFT b") == "a > bool on (x) group_left () b");
  CHECK(printed("-1 ^ 2") == "-1 ^ 2");
  CHECK(printed("- -5m + 1e3 + .5 + inf") == "5m + 1000 + 0.5 + +Inf");
  CHECK(printed("'\\x41\\u00e9\\n\"'") == "\"Aé\\n\\\"\"");
  CHECK(printed("sum by (\"a b\", by) (up)") == "sum by (\"a b\", by) (up)");
  CHECK(printed("up # a comment\n + 1") == "up + 1");
}

TEST_CASE("operators bind as in Prometheus") {
  const auto shape = [](std::string_view text) {
    // Parenthesises what belongs together.
    struct Shape {
      static std::string of(const Expression& e) {
        if (const auto* binary = std::get_if<Binary>(&e.node)) {
          return '(' + of(*binary->left) + std::string{to_string(binary->op)} + of(*binary->right) + ')';
        }
        if (const auto* unary = std::get_if<Unary>(&e.node)) return "(-" + of(*unary->operand) + ')';
        return to_string(e);
      }
    };
    return Shape::of(*parse(text));
  };
  CHECK(shape("a + b * c") == "(a+(b*c))");
  CHECK(shape("a - b - c") == "((a-b)-c)");
  CHECK(shape("a ^ b ^ c") == "(a^(b^c))");
  CHECK(shape("-a ^ b") == "(-(a^b))");
  CHECK(shape("-a * b") == "((-a)*b)");
  CHECK(shape("a ^ -b * c") == "((a^(-b))*c)");
  CHECK(shape("a or b and c unless d") == "(aor((bandc)unlessd))");
  CHECK(shape("a + b == c") == "((a+b)==c)");
  CHECK(shape("a atan2 b % c") == "((aatan2b)%c)");
}

TEST_CASE("an expression says its type, what it selects and whether an instant's values decide it") {
  CHECK(parse("1 + 2")->type == ValueType::Scalar);
  CHECK(parse("'x'")->type == ValueType::String);
  CHECK(parse("up + 2")->type == ValueType::Vector);
  CHECK(parse("up[5m]")->type == ValueType::Matrix);

  const ExpressionPtr expression = parse("sum(rate(a[5m])) / on() b{x='y'} > scalar(c)");
  const auto found = selectors(*expression);
  REQUIRE(found.size() == 3);
  CHECK(found[0]->name == "a");
  CHECK(to_string(*found[1]) == "b{x=\"y\"}");
  CHECK(found[2]->matchers.front().value() == "c");

  CHECK(parse("sum(up @ 5) + 1")->is_step_invariant);
  CHECK(parse("sum_over_time(up[5m:1m] @ end())")->is_step_invariant);
  CHECK_FALSE(parse("timestamp(up @ 5)")->is_step_invariant);
  CHECK_FALSE(parse("up @ 5 + time()")->is_step_invariant);
}

TEST_CASE("the words of the language are names of metrics and labels where only names can stand") {
  for (const char* text : {"sum", "by", "and", "offset", "start", "topk", "without", "sum{by='x', on='y'}"}) {
    INFO(text);
    CHECK(parse(text)->type == ValueType::Vector);
  }
  CHECK(printed("sum by (sum, offset, bool) (by)") == "sum by (sum, offset, bool) (by)");
}

TEST_CASE("nesting has a bound") {
  const auto nested = [](int levels) {
    return std::string(static_cast<std::size_t>(levels), '(') + "up" +
           std::string(static_cast<std::size_t>(levels), ')');
  };
  CHECK(parse(nested(kDeepestExpression - 1))->depth == kDeepestExpression);
  CHECK(error_of(nested(kDeepestExpression + 1))
            .ends_with("expression is nested too deeply, at most 500 levels"));
  std::string chain = "up";
  for (int at = 0; at < kDeepestExpression; ++at) chain += " + up";
  CHECK(error_of(chain).ends_with("expression is nested too deeply, at most 500 levels"));
  CHECK(error_of(std::string(100'000, '-') + "1").ends_with("at most 500 levels"));
}

TEST_CASE("a selector alone gives its matchers") {
  const auto matchers = parse_selector("up{job!~'a|b'}");
  REQUIRE(matchers.size() == 2);
  CHECK(matchers[0].text() == "job!~\"a|b\"");
  CHECK(matchers[1].text() == "__name__=\"up\"");
  CHECK_THROWS_AS((void)parse_selector("up[5m]"), ParseError);
  CHECK_THROWS_AS((void)parse_selector("sum(up)"), ParseError);
  CHECK_THROWS_AS((void)parse_selector("{}"), ParseError);
}

TEST_CASE("what is printed parses to the same expression") {
  const bool held = rc::check("parse(print(e)) prints as e", [] {
    const int depth = *rc::gen::inRange(0, 5);
    const std::string text =
        *rc::gen::arbitrary<bool>() ? DrawnExpression::vector(depth) : DrawnExpression::scalar(depth);
    RC_LOG() << text << '\n';
    ExpressionPtr first;
    try {
      first = parse(text);
    } catch (const ParseError& error) {
      // A shift behind something that takes none, two scalars compared: drawn, refused, of no interest.
      RC_DISCARD(error.what());
    }
    const std::string once = to_string(*first);
    RC_ASSERT(to_string(*parse(once)) == once);
    RC_ASSERT(parse(once)->type == first->type);
  });
  CHECK(held);
}
