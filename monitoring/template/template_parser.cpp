#include "monitoring/template/template_parser.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "monitoring/template/go_format.h"
#include "monitoring/template/go_literal.h"
#include "monitoring/template/template_error.h"
#include "monitoring/template/template_lexer.h"
#include "monitoring/template/template_value.h"

namespace vigil::monitoring::text_template {

namespace {

using MutableNode = std::unique_ptr<Node>;

MutableNode make_node(NodeType type, std::uint32_t position) {
  auto node = std::make_unique<Node>();
  node->type = type;
  node->position = position;
  return node;
}

std::vector<std::string> split_at_dots(std::string_view text) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t dot = text.find('.');
    out.emplace_back(text.substr(0, dot));
    if (dot == std::string_view::npos) return out;
    text.remove_prefix(dot + 1);
  }
}

class Parser {
 public:
  Parser(std::string_view name, std::string_view text, bool (*is_function)(std::string_view))
      : name_(name), tokens_(lex_template(text)), is_function_(is_function) {}

  TemplateSet run() {
    Scope scope{.name = name_};
    scope_ = &scope;
    auto root = make_node(NodeType::List, peek().position);
    while (peek().type != TokenType::EndOfText) {
      if (peek().type == TokenType::LeftDelimiter) {
        Token delimiter = next();
        if (next_non_space().type == TokenType::Define) {
          parse_definition();
          continue;
        }
        back_up(std::move(delimiter));
      }
      MutableNode node = text_or_action();
      if (node->type == NodeType::End || node->type == NodeType::Else) {
        fail("unexpected %s", {text_value(node_text(*node))});
      }
      root->children.push_back(std::move(node));
    }
    add(name_, std::move(root));
    return std::move(set_);
  }

 private:
  /// What belongs to one template of the text.
  struct Scope {
    std::string name;
    std::vector<std::string> variables{"$"};
    int ranges = 0;       ///< how many are open
    int action_line = 0;  ///< where the action that is read began; 0: none
  };
  /// Counts how deep blocks and parentheses are nested.
  class Level {
   public:
    explicit Level(Parser& parser) : parser_(parser) {
      if (++parser_.level_ > kMaxTemplateNesting) {
        parser_.fail("exceeded maximum nesting (%v)", {make_int(kMaxTemplateNesting)});
      }
    }
    ~Level() { --parser_.level_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser& parser_;
  };

  // Up to three tokens can be put back. Messages tell the line of the one in the first place.
  Token read() {
    if (at_ < tokens_.size()) return tokens_[at_++];
    return {};
  }
  const Token& next() {
    if (waiting_ > 0) {
      --waiting_;
    } else {
      token_[0] = read();
    }
    return token_[waiting_];
  }
  void back_up() { ++waiting_; }
  /// Puts back two; the one that was read last is in its place still.
  void back_up(Token first) {
    token_[1] = std::move(first);
    waiting_ = 2;
  }
  void back_up(Token first, Token second) {
    token_[1] = std::move(second);
    token_[2] = std::move(first);
    waiting_ = 3;
  }
  const Token& peek() {
    if (waiting_ > 0) return token_[waiting_ - 1];
    waiting_ = 1;
    token_[0] = read();
    return token_[0];
  }
  const Token& next_non_space() {
    for (;;) {
      const Token& token = next();
      if (token.type != TokenType::Space) return token;
    }
  }
  const Token& peek_non_space() {
    const Token& token = next_non_space();
    back_up();
    return token;
  }

  [[noreturn]] void fail(std::string_view format, std::initializer_list<Value> arguments = {}) {
    throw TemplateError("template: " + name_ + ':' + std::to_string(token_[0].line) + ": " +
                        go_sprintf(format, std::span(arguments.begin(), arguments.size())));
  }
  [[noreturn]] void unexpected(const Token& token, std::string_view context) {
    if (token.type != TokenType::Error)
      fail("unexpected %s in %s", {text_value(token_text(token)), text_value(context)});
    std::string where;
    if (scope_->action_line != 0 && scope_->action_line != token.line) {
      where = token.text.ends_with(" action") ? " started at " : " in action started at ";
      where += name_ + ':' + std::to_string(scope_->action_line);
    }
    fail("%s%s", {text_value(token.text), text_value(where)});
  }
  Token expect(TokenType type, std::string_view context) {
    Token token = next_non_space();
    if (token.type != type) unexpected(token, context);
    return token;
  }

  void add(const std::string& name, NodePtr root) {
    NodePtr& known = set_[name];
    if (known == nullptr || is_empty_list(*known)) {
      known = std::move(root);
    } else if (!is_empty_list(*root)) {
      fail("template: multiple definition of template %q", {text_value(name)});
    }
  }

  /// The rest of a template that is defined inside the text, up to its end.
  void parse_body(Scope& scope, std::string_view context) {
    Scope* const outer = std::exchange(scope_, &scope);
    auto [list, end] = item_list();
    if (end->type != NodeType::End) {
      fail("unexpected %s in %s", {text_value(node_text(*end)), text_value(context)});
    }
    add(scope.name, std::move(list));
    scope_ = outer;
  }

  void parse_definition() {
    constexpr std::string_view kContext = "define clause";
    Scope scope;
    Scope* const outer = std::exchange(scope_, &scope);
    scope.name = template_name(Token(next_non_space()), kContext);
    expect(TokenType::RightDelimiter, kContext);
    scope_ = outer;
    parse_body(scope, kContext);
  }

  std::pair<MutableNode, MutableNode> item_list() {
    const Level level(*this);
    auto list = make_node(NodeType::List, peek_non_space().position);
    while (peek_non_space().type != TokenType::EndOfText) {
      MutableNode node = text_or_action();
      if (node->type == NodeType::End || node->type == NodeType::Else)
        return {std::move(list), std::move(node)};
      list->children.push_back(std::move(node));
    }
    fail("unexpected EOF");
  }

  MutableNode text_or_action() {
    const Token token = next_non_space();
    if (token.type == TokenType::Text) {
      auto node = make_node(NodeType::Text, token.position);
      node->text = token.text;
      return node;
    }
    if (token.type != TokenType::LeftDelimiter) unexpected(token, "input");
    scope_->action_line = token.line;
    MutableNode node = action();
    scope_->action_line = 0;
    return node;
  }

  MutableNode action() {
    const Token token = next_non_space();
    switch (token.type) {
      case TokenType::Block:
        return block_control();
      case TokenType::Break:
        return loop_control(token, NodeType::Break, "{{break}}");
      case TokenType::Continue:
        return loop_control(token, NodeType::Continue, "{{continue}}");
      case TokenType::Else:
        return else_control();
      case TokenType::End:
        return make_node(NodeType::End, expect(TokenType::RightDelimiter, "end").position);
      case TokenType::If:
        return branch(NodeType::If, "if");
      case TokenType::Range:
        return branch(NodeType::Range, "range");
      case TokenType::With:
        return branch(NodeType::With, "with");
      case TokenType::Template:
        return template_control();
      default:
        break;
    }
    back_up();
    auto node = make_node(NodeType::Action, peek().position);
    node->pipe = pipeline("command", TokenType::RightDelimiter);
    return node;
  }

  MutableNode loop_control(const Token& word, NodeType type, const std::string& name) {
    const Token token = next_non_space();
    if (token.type != TokenType::RightDelimiter) unexpected(token, name);
    if (scope_->ranges == 0) fail(name + " outside {{range}}");
    return make_node(type, word.position);
  }

  MutableNode else_control() {
    const Token& token = peek_non_space();
    if (token.type == TokenType::If) return make_node(NodeType::Else, token.position);
    return make_node(NodeType::Else, expect(TokenType::RightDelimiter, "else").position);
  }

  MutableNode branch(NodeType type, std::string_view context) {
    const Level level(*this);
    const std::size_t variables = scope_->variables.size();
    auto node = make_node(type, 0);
    node->pipe = pipeline(context, TokenType::RightDelimiter);
    node->position = node->pipe->position;
    if (type == NodeType::Range) ++scope_->ranges;
    auto [list, end] = item_list();
    if (type == NodeType::Range) --scope_->ranges;
    node->list = std::move(list);
    if (end->type == NodeType::Else) {
      const bool chained = type == NodeType::If && peek().type == TokenType::If;
      node->else_list = chained ? chained_branch(end->position) : last_branch();
    }
    scope_->variables.resize(variables);
    return node;
  }

  /// What is behind `else if`: a list of one branch, which reads the end for both.
  MutableNode chained_branch(std::uint32_t position) {
    next();
    auto list = make_node(NodeType::List, position);
    list->children.push_back(branch(NodeType::If, "if"));
    return list;
  }
  MutableNode last_branch() {
    auto [list, end] = item_list();
    if (end->type != NodeType::End) fail("expected end; found %s", {text_value(node_text(*end))});
    return std::move(list);
  }

  std::string template_name(const Token& token, std::string_view context) {
    if (token.type != TokenType::String && token.type != TokenType::RawString) unexpected(token, context);
    auto name = unquoted_go_string(token.text);
    if (!name) fail("%s", {text_value("invalid syntax")});
    return *name;
  }

  MutableNode template_control() {
    constexpr std::string_view kContext = "template clause";
    const Token token = next_non_space();
    auto node = make_node(NodeType::Template, token.position);
    node->text = template_name(token, kContext);
    if (next_non_space().type != TokenType::RightDelimiter) {
      back_up();
      node->pipe = pipeline(kContext, TokenType::RightDelimiter);
    }
    return node;
  }

  MutableNode block_control() {
    constexpr std::string_view kContext = "block clause";
    const Token token = next_non_space();
    auto node = make_node(NodeType::Template, token.position);
    node->text = template_name(token, kContext);
    node->pipe = pipeline(kContext, TokenType::RightDelimiter);
    Scope scope{.name = node->text};
    parse_body(scope, kContext);
    return node;
  }

  MutableNode variable_node(std::uint32_t position, std::string_view text) {
    auto node = make_node(NodeType::Variable, position);
    node->names = split_at_dots(text);
    return node;
  }
  void declare(Node& pipe, const Token& variable) {
    pipe.declarations.push_back(variable_node(variable.position, variable.text));
    scope_->variables.push_back(variable.text);
  }

  /// `$x :=`, `$x =`, `$i, $x :=` at the beginning of a pipeline.
  void read_declarations(Node& pipe, std::string_view context) {
    while (peek_non_space().type == TokenType::Variable) {
      const Token variable = next();
      const Token behind = peek();
      const Token following = peek_non_space();
      if (following.type == TokenType::Assign || following.type == TokenType::Declare) {
        pipe.flag = following.type == TokenType::Assign;
        next_non_space();
        return declare(pipe, variable);
      }
      if (following.type == TokenType::Character && following.text == ",") {
        next_non_space();
        declare(pipe, variable);
        if (context != "range" || pipe.declarations.size() >= 2) {
          fail("too many declarations in %s", {text_value(context)});
        }
        const TokenType type = peek_non_space().type;
        if (type != TokenType::Variable && type != TokenType::RightDelimiter &&
            type != TokenType::RightParenthesis) {
          fail("range can only initialize variables");
        }
        continue;
      }
      if (behind.type == TokenType::Space) return back_up(variable, behind);
      return back_up(variable);
    }
  }

  MutableNode pipeline(std::string_view context, TokenType end) {
    const Level level(*this);
    auto pipe = make_node(NodeType::Pipe, peek_non_space().position);
    read_declarations(*pipe, context);
    for (;;) {
      const Token token = next_non_space();
      if (token.type == end) {
        check_pipeline(*pipe, context);
        return pipe;
      }
      switch (token.type) {
        case TokenType::Bool:
        case TokenType::CharacterConstant:
        case TokenType::Complex:
        case TokenType::Dot:
        case TokenType::Field:
        case TokenType::Identifier:
        case TokenType::Number:
        case TokenType::Nil:
        case TokenType::RawString:
        case TokenType::String:
        case TokenType::Variable:
        case TokenType::LeftParenthesis:
          back_up();
          pipe->children.push_back(command());
          break;
        default:
          unexpected(token, context);
      }
    }
  }

  void check_pipeline(const Node& pipe, std::string_view context) {
    if (pipe.children.empty()) fail("missing value for %s", {text_value(context)});
    for (std::size_t stage = 1; stage < pipe.children.size(); ++stage) {
      switch (pipe.children[stage]->children.front()->type) {
        case NodeType::Bool:
        case NodeType::Dot:
        case NodeType::Nil:
        case NodeType::Number:
        case NodeType::String:
          fail("non executable command in pipeline stage %d",
               {make_int(static_cast<std::int64_t>(stage) + 1)});
        default:
          break;
      }
    }
  }

  NodePtr command() {
    auto node = make_node(NodeType::Command, peek_non_space().position);
    for (;;) {
      peek_non_space();
      if (NodePtr word = operand(); word != nullptr) node->children.push_back(std::move(word));
      const Token token = next();
      if (token.type == TokenType::Space) continue;
      if (token.type == TokenType::RightDelimiter || token.type == TokenType::RightParenthesis) {
        back_up();
      } else if (token.type != TokenType::Pipe) {
        unexpected(token, "operand");
      }
      break;
    }
    if (node->children.empty()) fail("empty command");
    return node;
  }

  NodePtr operand() {
    MutableNode node = term();
    if (node == nullptr || peek().type != TokenType::Field) return node;
    const std::uint32_t position = peek().position;
    std::vector<std::string> names;
    while (peek().type == TokenType::Field) names.push_back(next().text.substr(1));
    switch (node->type) {
      case NodeType::Field:
      case NodeType::Variable:
        node->position = position;
        node->names.insert(node->names.end(), names.begin(), names.end());
        return node;
      case NodeType::Bool:
      case NodeType::String:
      case NodeType::Number:
      case NodeType::Nil:
      case NodeType::Dot:
        fail("unexpected . after term %q", {text_value(node_text(*node))});
      default:
        break;
    }
    auto chain = make_node(NodeType::Chain, position);
    chain->names = std::move(names);
    chain->children.push_back(std::move(node));
    return chain;
  }

  /// nullptr: what follows is none, and is left there.
  MutableNode term() {
    const Token token = next_non_space();
    switch (token.type) {
      case TokenType::Identifier: {
        if (!is_function_(token.text)) fail("function %q not defined", {text_value(token.text)});
        auto node = make_node(NodeType::Identifier, token.position);
        node->text = token.text;
        return node;
      }
      case TokenType::Dot:
        return make_node(NodeType::Dot, token.position);
      case TokenType::Nil:
        return make_node(NodeType::Nil, token.position);
      case TokenType::Variable: {
        if (std::ranges::find(scope_->variables, token.text) == scope_->variables.end()) {
          fail("undefined variable %q", {text_value(token.text)});
        }
        return variable_node(token.position, token.text);
      }
      case TokenType::Field: {
        auto node = make_node(NodeType::Field, token.position);
        node->names = split_at_dots(std::string_view(token.text).substr(1));
        return node;
      }
      case TokenType::Bool: {
        auto node = make_node(NodeType::Bool, token.position);
        node->flag = token.text == "true";
        return node;
      }
      case TokenType::CharacterConstant:
      case TokenType::Complex:
      case TokenType::Number:
        return number_node(token);
      case TokenType::LeftParenthesis:
        return pipeline("parenthesized pipeline", TokenType::RightParenthesis);
      case TokenType::String:
      case TokenType::RawString: {
        auto node = make_node(NodeType::String, token.position);
        node->text = token.text;
        auto value = unquoted_go_string(token.text);
        if (!value) fail("%s", {text_value("invalid syntax")});
        node->value = std::move(*value);
        return node;
      }
      default:
        back_up();
        return nullptr;
    }
  }

  MutableNode number_node(const Token& token) {
    auto node = make_node(NodeType::Number, token.position);
    node->text = token.text;
    try {
      node->number = parse_number_literal(token.text);
    } catch (const std::invalid_argument& error) {
      fail("%s", {text_value(error.what())});
    }
    return node;
  }

  std::string name_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::array<Token, 3> token_;
  std::size_t waiting_ = 0;
  bool (*is_function_)(std::string_view);
  TemplateSet set_;
  Scope* scope_ = nullptr;
  int level_ = 0;
};

}  // namespace

TemplateSet parse_template(std::string_view name, std::string_view text,
                           bool (*is_function)(std::string_view)) {
  return Parser(name, text, is_function).run();
}

}  // namespace vigil::monitoring::text_template
