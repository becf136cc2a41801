#pragma once

#include <complex>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace vigil::monitoring::text_template {

enum class NodeType : std::uint8_t {
  Text,
  Action,
  Bool,
  Break,
  Chain,
  Command,
  Continue,
  Dot,
  Else,  ///< only while parsing
  End,   ///< only while parsing
  Field,
  Identifier,
  If,
  List,
  Nil,
  Number,
  Pipe,
  Range,
  String,
  Template,
  Variable,
  With,
};

/// A literal number: what it can be taken for. `text` of its node is how it was written.
struct NumberLiteral {
  bool is_int = false, is_uint = false, is_float = false, is_complex = false;
  std::int64_t int_value = 0;
  std::uint64_t uint_value = 0;
  double float_value = 0;
  std::complex<double> complex_value;
};

struct Node;
using NodePtr = std::unique_ptr<const Node>;

/// A part of a parsed template. Which members mean something depends on the type.
struct Node {
  NodeType type = NodeType::List;
  std::uint32_t position = 0;  ///< bytes from the beginning of the text

  std::string text;                ///< Text, Identifier; Number, String: as written; Template: its name
  std::string value;               ///< String: without quotes
  std::vector<std::string> names;  ///< Field, Variable (first the variable's name with its $), Chain
  NumberLiteral number;
  bool flag = false;  ///< Bool: its value; Pipe: assigns, does not declare

  std::vector<NodePtr> declarations;  ///< Pipe: Variable
  std::vector<NodePtr> children;      ///< List; Pipe: Command; Command: words; Chain: its operand
  NodePtr pipe;                       ///< Action, If, Range, With, Template (may be missing)
  NodePtr list;                       ///< If, Range, With
  NodePtr else_list;                  ///< If, Range, With; may be missing
};

/// The templates of one text by name, the text itself among them.
using TemplateSet = std::map<std::string, NodePtr, std::less<>>;

/// As messages show it, which is nearly how it was written.
[[nodiscard]] std::string node_text(const Node& node);

/// Only white space and definitions?
[[nodiscard]] bool is_empty_list(const Node& list);

}  // namespace vigil::monitoring::text_template
