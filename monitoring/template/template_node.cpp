#include "monitoring/template/template_node.h"

#include <algorithm>
#include <string_view>

#include "monitoring/promql/quoted_text.h"

namespace vigil::monitoring::text_template {

namespace {

void append(std::string& out, const Node& node);

void append_all(std::string& out, const std::vector<NodePtr>& nodes, std::string_view between) {
  bool first = true;
  for (const NodePtr& node : nodes) {
    if (!first) out += between;
    first = false;
    append(out, *node);
  }
}

void append_in_parentheses(std::string& out, const Node& node) {
  const bool pipe = node.type == NodeType::Pipe;
  if (pipe) out += '(';
  append(out, node);
  if (pipe) out += ')';
}

void append_branch(std::string& out, const Node& node, std::string_view word) {
  out.append("{{").append(word).append(" ");
  append(out, *node.pipe);
  out += "}}";
  append(out, *node.list);
  if (node.else_list != nullptr) {
    out += "{{else}}";
    append(out, *node.else_list);
  }
  out += "{{end}}";
}

void append_command(std::string& out, const Node& node) {
  bool first = true;
  for (const NodePtr& word : node.children) {
    if (!first) out += ' ';
    first = false;
    append_in_parentheses(out, *word);
  }
}

void append(std::string& out, const Node& node) {
  switch (node.type) {
    case NodeType::Text:
    case NodeType::Identifier:
    case NodeType::Number:
    case NodeType::String:
      out += node.text;
      break;
    case NodeType::Action:
      out += "{{";
      append(out, *node.pipe);
      out += "}}";
      break;
    case NodeType::Bool:
      out += node.flag ? "true" : "false";
      break;
    case NodeType::Break:
      out += "{{break}}";
      break;
    case NodeType::Continue:
      out += "{{continue}}";
      break;
    case NodeType::Else:
      out += "{{else}}";
      break;
    case NodeType::End:
      out += "{{end}}";
      break;
    case NodeType::Dot:
      out += '.';
      break;
    case NodeType::Nil:
      out += "nil";
      break;
    case NodeType::Chain:
      append_in_parentheses(out, *node.children.front());
      [[fallthrough]];
    case NodeType::Field:
      for (const std::string& name : node.names) out += '.' + name;
      break;
    case NodeType::Variable:
      for (const std::string& name : node.names) {
        if (&name != &node.names.front()) out += '.';
        out += name;
      }
      break;
    case NodeType::Command:
      append_command(out, node);
      break;
    case NodeType::Pipe:
      if (!node.declarations.empty()) {
        append_all(out, node.declarations, ", ");
        out += " := ";
      }
      append_all(out, node.children, " | ");
      break;
    case NodeType::List:
      append_all(out, node.children, "");
      break;
    case NodeType::If:
      append_branch(out, node, "if");
      break;
    case NodeType::Range:
      append_branch(out, node, "range");
      break;
    case NodeType::With:
      append_branch(out, node, "with");
      break;
    case NodeType::Template:
      out += "{{template " + promql::quoted_text(node.text);
      if (node.pipe != nullptr) {
        out += ' ';
        append(out, *node.pipe);
      }
      out += "}}";
      break;
  }
}

}  // namespace

std::string node_text(const Node& node) {
  std::string out;
  append(out, node);
  return out;
}

bool is_empty_list(const Node& list) {
  return std::ranges::all_of(list.children, [](const NodePtr& node) {
    if (node->type == NodeType::List) return is_empty_list(*node);
    // White space as Go's bytes.TrimSpace sees it; beyond ASCII nobody indents with it.
    return node->type == NodeType::Text && node->text.find_first_not_of(" \t\r\n\v\f") == std::string::npos;
  });
}

}  // namespace vigil::monitoring::text_template
