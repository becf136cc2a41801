#include "monitoring/template/template_executor.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "monitoring/template/go_format.h"
#include "monitoring/template/template_error.h"
#include "monitoring/template/template_function.h"
#include "monitoring/template/template_value.h"
#include "monitoring/template/time_methods.h"

namespace vigil::monitoring::text_template {

namespace {

/// How a node ended: `break` and `continue` leave the nodes around them up to the range.
enum class Flow : std::uint8_t { Next, Break, Continue };

bool can_be_nil(Type type) {
  switch (kind_of(type)) {
    case Kind::Map:
    case Kind::Pointer:
    case Kind::Slice:
    case Kind::Interface:
      return true;
    default:
      return type == Type::Reflected;
  }
}

bool is_assignable(const Value& value, Type type) {
  return type == Type::Any || type == Type::Reflected || (!value.boxed && value.type == type);
}

Value node_value(const Node& node) {
  return make_string(node_text(node));
}

bool is_hexadecimal_integer(std::string_view text) {
  return text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X') &&
         text.find_first_of("pP") == std::string_view::npos;
}

using Words = std::span<const NodePtr>;

/// One expansion. The order in which nodes are visited, and which of them is the one that an error names, are
/// those of Go's text/template.
class Executor {
 public:
  Executor(const ParsedTemplate& parsed, const TemplateData& data) : parsed_(parsed), data_(data) {}

  std::string run() {
    const Value dot = make_alert(data_);
    template_name_ = parsed_.name;
    variables_.push_back({"$", dot});
    walk(dot, *parsed_.set.find(parsed_.name)->second);
    return std::move(out_);
  }

 private:
  struct Variable {
    std::string_view name;
    Value value;
  };
  class Level {
   public:
    explicit Level(Executor& executor) : executor_(executor) {
      if (++executor_.depth_ > kMaxExecutionDepth) {
        executor_.fail("exceeded maximum depth (%v)", {make_int(kMaxExecutionDepth)});
      }
      executor_.spend(1);
    }
    ~Level() { --executor_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Executor& executor_;
  };

  void at(const Node& node) { node_ = &node; }

  [[noreturn]] void fail(std::string_view format, std::initializer_list<Value> arguments = {}) const {
    const std::string_view before = std::string_view(parsed_.text).substr(0, node_->position);
    const std::size_t line_begin = before.rfind('\n') + 1;
    std::string cause;
    try {
      const Value name = text_value(template_name_);
      cause = "executing " + go_sprintf("%q", std::span(&name, 1)) + " at <" + node_text(*node_) +
              ">: " + go_sprintf(format, std::span(arguments.begin(), arguments.size()));
    } catch (const CallFailure& failure) {
      cause = failure.what();
    }
    throw TemplateError("error executing template " + parsed_.name + ": template: " + parsed_.name + ':' +
                        std::to_string(1 + std::ranges::count(before, '\n')) + ':' +
                        std::to_string(before.size() - line_begin) + ": " + cause);
  }

  void spend(std::int64_t steps) {
    steps_ += steps;
    if (steps_ > kMaxExecutionSteps)
      fail("exceeded maximum number of steps (%v)", {make_int(kMaxExecutionSteps)});
  }

  void write(std::string_view text) {
    if (out_.size() + text.size() > kMaxTemplateText) {
      fail("exceeded maximum length of the output (%v)", {make_int(kMaxTemplateText)});
    }
    out_ += text;
  }

  // Variables are a stack; a name means its newest.
  void set_variable(std::string_view name, const Value& value) {
    const auto found = std::find_if(variables_.rbegin(), variables_.rend(),
                                    [name](const Variable& variable) { return variable.name == name; });
    if (found == variables_.rend()) fail("undefined variable: %s", {text_value(name)});
    found->value = value;
  }
  void set_top_variable(std::size_t from_top, const Value& value) {
    // Go's own words for a loop that assigns variables where there are none.
    if (from_top > variables_.size()) throw TemplateError("runtime error: index out of range [-1]");
    variables_[variables_.size() - from_top].value = value;
  }
  const Value& variable_value(std::string_view name) {
    const auto found = std::find_if(variables_.rbegin(), variables_.rend(),
                                    [name](const Variable& variable) { return variable.name == name; });
    if (found == variables_.rend()) fail("undefined variable: %s", {text_value(name)});
    return found->value;
  }

  Flow walk(const Value& dot, const Node& node) {
    const Level level(*this);
    at(node);
    switch (node.type) {
      case NodeType::Action: {
        const Value value = eval_pipeline(dot, *node.pipe);
        if (node.pipe->declarations.empty()) print(node, value);
        return Flow::Next;
      }
      case NodeType::Break:
        return Flow::Break;
      case NodeType::Continue:
        return Flow::Continue;
      case NodeType::If:
      case NodeType::With:
        return walk_branch(dot, node);
      case NodeType::List:
        for (const NodePtr& child : node.children) {
          if (const Flow flow = walk(dot, *child); flow != Flow::Next) return flow;
        }
        return Flow::Next;
      case NodeType::Range:
        return walk_range(dot, node);
      case NodeType::Template:
        walk_template(dot, node);
        return Flow::Next;
      default:
        write(node.text);
        return Flow::Next;
    }
  }

  Flow walk_branch(const Value& dot, const Node& node) {
    const std::size_t mark = variables_.size();
    const Value value = eval_pipeline(dot, *node.pipe);
    Flow flow = Flow::Next;
    if (is_true(value)) {
      flow = walk(node.type == NodeType::With ? value : dot, *node.list);
    } else if (node.else_list != nullptr) {
      flow = walk(dot, *node.else_list);
    }
    variables_.resize(mark);
    return flow;
  }

  /// False: the loop is left.
  bool iterate(const Node& node, const Value& index, const Value& element) {
    const std::size_t mark = variables_.size();
    if (!node.pipe->declarations.empty()) set_top_variable(1, element);
    if (node.pipe->declarations.size() > 1) set_top_variable(2, index);
    const Flow flow = walk(element, *node.list);
    variables_.resize(mark);
    return flow != Flow::Break;
  }

  Flow walk_range(const Value& dot, const Node& node) {
    const std::size_t mark = variables_.size();
    const Value value = eval_pipeline(dot, *node.pipe).pointed_to();
    Flow flow = Flow::Next;
    if (value.kind() == Kind::Slice && value.length() > 0) {
      const SampleSlice& slice = value.samples();
      for (std::size_t i = 0; i < slice.size; ++i) {
        const Value sample = make_sample((*slice.samples)[slice.begin + i]);
        if (!iterate(node, make_int(static_cast<std::int64_t>(i)), sample)) break;
      }
    } else if (value.kind() == Kind::Map && value.length() > 0) {
      for (const auto& [key, element] : entries_of(value)) {
        if (!iterate(node, key, element)) break;
      }
    } else {
      const Kind kind = value.kind();
      if (kind != Kind::Slice && kind != Kind::Map && kind != Kind::Invalid)
        fail("range can't iterate over %v", {value});
      if (node.else_list != nullptr) flow = walk(dot, *node.else_list);
    }
    variables_.resize(mark);
    // What leaves the branch without elements leaves this loop too; `continue` goes on in the one around it.
    return flow == Flow::Break ? Flow::Next : flow;
  }

  void walk_template(const Value& dot, const Node& node) {
    const auto found = parsed_.set.find(node.text);
    if (found == parsed_.set.end()) fail("template %q not defined", {text_value(node.text)});
    if (template_depth_ == kMaxTemplateDepth) {
      fail("exceeded maximum template depth (%v)", {make_int(kMaxTemplateDepth)});
    }
    const Value inner_dot = node.pipe == nullptr ? Value{} : eval_pipeline(dot, *node.pipe);
    std::vector<Variable> outer_variables{{"$", inner_dot}};
    outer_variables.swap(variables_);
    const std::string_view outer_name = std::exchange(template_name_, found->first);
    const Node* const outer_node = node_;
    ++template_depth_;
    walk(inner_dot, *found->second);
    --template_depth_;
    node_ = outer_node;
    template_name_ = outer_name;
    outer_variables.swap(variables_);
  }

  void print(const Node& node, const Value& value) {
    at(node);
    const Value shown = value.kind() == Kind::Pointer ? value.pointed_to() : value;
    if (!shown.is_valid()) return write("<no value>");
    try {
      write(go_sprint(std::span(&shown, 1)));
    } catch (const CallFailure& failure) {
      fail("%s", {text_value(failure.what())});
    }
  }

  Value eval_pipeline(const Value& dot, const Node& pipe) {
    const Level level(*this);
    at(pipe);
    std::optional<Value> value;
    for (const NodePtr& command : pipe.children) {
      value = eval_command(dot, *command, value ? &*value : nullptr);
      value->boxed = false;
      spend_text(*value);
    }
    for (const NodePtr& variable : pipe.declarations) {
      if (pipe.flag) {
        set_variable(variable->names.front(), *value);
      } else {
        variables_.push_back({variable->names.front(), *value});
      }
    }
    return std::move(*value);
  }

  void refuse_arguments(Words words, const Value* final_argument) {
    if (words.size() > 1 || final_argument != nullptr) {
      fail("can't give argument to non-function %s", {node_value(*words.front())});
    }
  }

  Value eval_command(const Value& dot, const Node& command, const Value* final_argument) {
    const Words words(command.children);
    const Node& first = *words.front();
    switch (first.type) {
      case NodeType::Field:
        at(first);
        return eval_chain(dot, dot, first, first.names, words, final_argument);
      case NodeType::Chain:
        return eval_chain_node(dot, first, words, final_argument);
      case NodeType::Identifier:
        return eval_function(dot, first, command, words, final_argument);
      case NodeType::Pipe:
        refuse_arguments(words, final_argument);
        return eval_pipeline(dot, first);
      case NodeType::Variable:
        return eval_variable(dot, first, words, final_argument);
      default:
        break;
    }
    at(first);
    refuse_arguments(words, final_argument);
    switch (first.type) {
      case NodeType::Bool:
        return make_bool(first.flag);
      case NodeType::Dot:
        return dot;
      case NodeType::Number:
        return constant(first);
      case NodeType::String:
        return make_string(first.value);
      default:
        fail("nil is not a command");
    }
  }

  Value constant(const Node& node) {
    at(node);
    const NumberLiteral& number = node.number;
    if (number.is_complex) return {.type = Type::Complex, .data = number.complex_value};
    const bool written_as_float = number.is_float && !is_hexadecimal_integer(node.text) &&
                                  node.text[0] != '\'' &&
                                  node.text.find_first_of(".eEpP") != std::string::npos;
    if (written_as_float) return make_float(number.float_value);
    if (!number.is_int) fail("%s overflows int", {text_value(node.text)});
    return make_int(number.int_value);
  }

  Value eval_chain_node(const Value& dot, const Node& chain, Words words, const Value* final_argument) {
    at(chain);
    const Value receiver = eval_argument(dot, std::nullopt, *chain.children.front());
    return eval_chain(dot, receiver, chain, chain.names, words, final_argument);
  }

  Value eval_variable(const Value& dot, const Node& variable, Words words, const Value* final_argument) {
    at(variable);
    Value value = variable_value(variable.names.front());
    if (variable.names.size() == 1) {
      refuse_arguments(words, final_argument);
      return value;
    }
    return eval_chain(dot, value, variable, std::span(variable.names).subspan(1), words, final_argument);
  }

  Value eval_chain(const Value& dot, Value receiver, const Node& node, std::span<const std::string> names,
                   Words words, const Value* final_argument) {
    for (const std::string& name : names.first(names.size() - 1)) {
      receiver = eval_field(dot, name, node, {}, nullptr, receiver);
    }
    return eval_field(dot, names.back(), node, words, final_argument, receiver);
  }

  Value eval_function(const Value& dot, const Node& identifier, const Node& command, Words words,
                      const Value* final_argument) {
    at(identifier);
    const TemplateFunction* const function = find_function(identifier.text);
    if (function == nullptr) fail("%q is not a defined function", {text_value(identifier.text)});
    return eval_call(dot, *function, nullptr, command, words, final_argument);
  }

  Value eval_field(const Value& dot, const std::string& name, const Node& node, Words words,
                   const Value* final_argument, const Value& boxed_receiver) {
    if (!boxed_receiver.is_valid()) return {};
    const std::string_view type = boxed_receiver.static_type_name();
    if (boxed_receiver.boxed && boxed_receiver.type == Type::None) {
      fail("nil pointer evaluating %s.%s", {text_value(type), text_value(name)});
    }
    const Value receiver = boxed_receiver.pointed_to();
    if (const TemplateFunction* method = find_method(receiver.type, name); method != nullptr) {
      return eval_call(dot, *method, &receiver, node, words, final_argument);
    }
    const bool has_arguments = words.size() > 1 || final_argument != nullptr;
    if (receiver.kind() == Kind::Struct) {
      for (Field& field : fields_of(receiver)) {
        if (field.name != name) continue;
        if (receiver.type == Type::Time) {
          fail("%s is an unexported field of struct type %s", {text_value(name), text_value(type)});
        }
        if (has_arguments) fail("%s has arguments but cannot be invoked as function", {text_value(name)});
        return std::move(field.value);
      }
    } else if (receiver.kind() == Kind::Map) {
      if (has_arguments) fail("%s is not a method but has arguments", {text_value(name)});
      return entry_of(receiver, name);
    }
    fail("can't evaluate field %s in type %s", {text_value(name), text_value(type)});
  }

  /// The type of a parameter; the last goes on when the function is variadic.
  static Type parameter(const TemplateFunction& function, std::size_t number) {
    return function.parameters[std::min(number, function.parameters.size() - 1)];
  }

  void check_count(const TemplateFunction& function, std::size_t written, std::size_t given) {
    const Value name = text_value(function.name);
    const auto wanted = static_cast<std::int64_t>(function.parameters.size());
    if (function.variadic && given + 1 < function.parameters.size()) {
      fail("wrong number of args for %s: want at least %d got %d",
           {name, make_int(wanted - 1), make_int(static_cast<std::int64_t>(written))});
    }
    if (!function.variadic && given != function.parameters.size()) {
      fail("wrong number of args for %s: want %d got %d",
           {name, make_int(wanted), make_int(static_cast<std::int64_t>(given))});
    }
    if (function.results > 1) {
      fail("can't call method/function %q with %d results", {name, make_int(function.results)});
    }
  }

  Value eval_call(const Value& dot, const TemplateFunction& function, const Value* receiver, const Node& node,
                  Words words, const Value* final_argument) {
    if (!words.empty()) words = words.subspan(1);
    const std::size_t given = words.size() + (final_argument != nullptr ? 1 : 0);
    check_count(function, words.size(), given);
    if (function.short_circuit != ShortCircuit::None) {
      return eval_short_circuit(dot, function, words, final_argument);
    }
    std::vector<Value> arguments;
    arguments.reserve(given + 1);
    if (receiver != nullptr) arguments.push_back(*receiver);
    for (std::size_t i = 0; i < words.size(); ++i) {
      arguments.push_back(eval_argument(dot, parameter(function, i), *words[i]));
    }
    if (final_argument != nullptr) {
      arguments.push_back(validated(*final_argument, parameter(function, words.size())));
    }
    spend(function.steps);
    for (const Value& argument : arguments) spend_text(argument);
    return call(function, arguments, node);
  }

  void spend_text(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value.data)) {
      spend(static_cast<std::int64_t>(text->size() / 64));
    } else if (value.kind() == Kind::Slice) {
      spend(static_cast<std::int64_t>(value.length() / 8));
    }
  }

  Value call(const TemplateFunction& function, std::vector<Value>& arguments, const Node& node) {
    for (std::size_t i = 0; i < arguments.size() && !function.parameters.empty(); ++i) {
      if (parameter(function, i) == Type::Any) arguments[i].boxed = false;
    }
    try {
      Value result = function.call(data_, arguments);
      if (const auto* text = std::get_if<std::string>(&result.data);
          text && text->size() > kMaxTemplateText) {
        throw CallFailure("a text must have at most " + std::to_string(kMaxTemplateText) + " bytes");
      }
      spend_text(result);
      return result;
    } catch (const CallFailure& failure) {
      at(node);
      fail("error calling %s: %s", {text_value(function.name), text_value(failure.what())});
    }
  }

  Value eval_short_circuit(const Value& dot, const TemplateFunction& function, Words words,
                           const Value* final_argument) {
    Value value;
    for (const NodePtr& word : words) {
      value = eval_argument(dot, Type::Reflected, *word);
      spend_text(value);
      if (is_true(value) == (function.short_circuit == ShortCircuit::Or)) return value;
    }
    return final_argument != nullptr ? validated(*final_argument, Type::Reflected) : value;
  }

  /// The value as an argument of that type. None: whatever it is.
  Value validated(const Value& value, std::optional<Type> type) {
    if (!type) return value;
    if (!value.is_valid()) {
      if (!can_be_nil(*type)) fail("invalid value; expected %s", {text_value(type_name(*type))});
      return make_nil(*type);
    }
    if (is_assignable(value, *type)) return value;
    Value candidate = value;
    if (value.boxed && value.type != Type::None) {
      candidate = value.unboxed();
      if (is_assignable(candidate, *type)) return candidate;
    }
    if (candidate.kind() == Kind::Pointer && candidate.pointed_to().type == *type)
      return candidate.pointed_to();
    fail("wrong type for value; expected %s; got %s",
         {text_value(type_name(*type)), text_value(candidate.static_type_name())});
  }

  Value eval_argument(const Value& dot, std::optional<Type> type, const Node& node) {
    const Level level(*this);
    at(node);
    switch (node.type) {
      case NodeType::Dot:
        return validated(dot, type);
      case NodeType::Nil:
        if (!can_be_nil(*type)) fail("cannot assign nil to %s", {text_value(type_name(*type))});
        return make_nil(*type);
      case NodeType::Field:
        return validated(eval_chain(dot, dot, node, node.names, {}, nullptr), type);
      case NodeType::Variable:
        return validated(eval_variable(dot, node, {}, nullptr), type);
      case NodeType::Pipe:
        return validated(eval_pipeline(dot, node), type);
      case NodeType::Identifier:
        return validated(eval_function(dot, node, node, {}, nullptr), type);
      case NodeType::Chain:
        return validated(eval_chain_node(dot, node, {}, nullptr), type);
      default:
        return eval_literal(*type, node);
    }
  }

  /// A boolean, number or text as an argument.
  Value eval_literal(Type type, const Node& node) {
    if (type == Type::Any || type == Type::Reflected) {
      if (node.type == NodeType::Bool) return make_bool(node.flag);
      if (node.type == NodeType::Number) return constant(node);
      return make_string(node.value);
    }
    if (kind_of(type) == Kind::String) {
      if (node.type != NodeType::String) fail("expected string; found %s", {node_value(node)});
      return make_string(node.value, type);
    }
    if (kind_of(type) == Kind::Int) {
      if (node.type != NodeType::Number || !node.number.is_int) {
        fail("expected integer; found %s", {node_value(node)});
      }
      return make_int(node.number.int_value, type);
    }
    fail("can't handle %s for arg of type %s", {node_value(node), text_value(type_name(type))});
  }

  const ParsedTemplate& parsed_;
  const TemplateData& data_;
  std::string out_;
  std::vector<Variable> variables_;
  std::string_view template_name_;  ///< of the one that runs
  const Node* node_ = nullptr;      ///< that an error names
  int template_depth_ = 0;
  int depth_ = 0;
  std::int64_t steps_ = 0;
};

}  // namespace

std::string execute_template(const ParsedTemplate& parsed, const TemplateData& data) {
  return Executor(parsed, data).run();
}

}  // namespace vigil::monitoring::text_template
