#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "monitoring/template/go_format.h"
#include "monitoring/template/template_comparison.h"
#include "monitoring/template/template_function.h"
#include "monitoring/template/text_escapes.h"

namespace vigil::monitoring::text_template {

namespace {

using Arguments = std::span<const Value>;
using Data = const TemplateData&;

CallFailure failure_with_type(const std::string& text, const Value& value) {
  return CallFailure(text + std::string(type_name(value.type)));
}

/// An index from 0 to `most`.
std::size_t index_of(const Value& index, std::size_t most) {
  const Kind kind = kind_of(index.type);
  if (kind == Kind::Invalid) throw CallFailure("cannot index slice/array with nil");
  if (kind != Kind::Int && kind != Kind::Uint)
    throw failure_with_type("cannot index slice/array with type ", index);
  const std::int64_t value = index.integer();
  if (value < 0 || static_cast<std::uint64_t>(value) > most) {
    throw CallFailure("index out of range: " + std::to_string(value));
  }
  return static_cast<std::size_t>(value);
}

Value element_of(const Value& item, const Value& index) {
  const std::size_t length = item.length();
  const std::size_t at = index_of(index, length);
  if (at == length) {
    // Go lets this pass and fails a step later.
    const bool string = kind_of(item.type) == Kind::String;
    throw CallFailure(string ? "reflect: string index out of range" : "reflect: slice index out of range");
  }
  if (kind_of(item.type) == Kind::String) {
    return make_int(static_cast<unsigned char>(item.text()[at]), Type::Uint8);
  }
  const SampleSlice& slice = item.samples();
  return make_sample((*slice.samples)[slice.begin + at]);
}

Value index(Data, Arguments arguments) {
  Value item = arguments[0].unboxed();
  if (!item.is_valid()) throw CallFailure("index of untyped nil");
  for (const Value& boxed_index : arguments.subspan(1)) {
    const Value at = boxed_index.unboxed();
    item = item.pointed_to();
    if (kind_of(item.type) == Kind::Pointer || !item.is_valid()) throw CallFailure("index of nil pointer");
    switch (kind_of(item.type)) {
      case Kind::String:
      case Kind::Slice:
        item = element_of(item, at);
        break;
      case Kind::Map:
        if (!at.is_valid()) throw CallFailure("value is nil; should be of type string");
        if (at.type != Type::String) {
          throw CallFailure("value has type " + std::string(type_name(at.type)) + "; should be string");
        }
        item = entry_of(item, at.text());
        break;
      default:
        throw failure_with_type("can't index item of type ", item);
    }
  }
  return item;
}

Value slice(Data, Arguments arguments) {
  const Value item = arguments[0].unboxed();
  const Arguments indexes = arguments.subspan(1);
  if (!item.is_valid()) throw CallFailure("slice of untyped nil");
  if (indexes.size() > 3) throw CallFailure("too many slice indexes: " + std::to_string(indexes.size()));
  const Kind kind = kind_of(item.type);
  if (kind != Kind::String && kind != Kind::Slice) throw failure_with_type("can't slice item of type ", item);
  if (kind == Kind::String && indexes.size() == 3) throw CallFailure("cannot 3-index slice a string");
  const std::size_t capacity = kind == Kind::String ? item.length() : item.samples().capacity;
  std::array<std::size_t, 3> at{0, item.length(), capacity};
  for (std::size_t i = 0; i < indexes.size(); ++i) at[i] = index_of(indexes[i].unboxed(), capacity);
  for (std::size_t i = 0; i < 2; ++i) {
    if (at[i] > at[i + 1]) {
      throw CallFailure("invalid slice index: " + std::to_string(at[i]) + " > " + std::to_string(at[i + 1]));
    }
  }
  if (kind == Kind::String) return make_string(item.text().substr(at[0], at[1] - at[0]), item.type);
  SampleSlice part = item.samples();
  part.begin += at[0];
  part.size = at[1] - at[0];
  part.capacity = at[2] - at[0];
  return make_samples(std::move(part));
}

Value length(Data, Arguments arguments) {
  const Value& item = arguments[0];
  const bool pointer = item.kind() == Kind::Interface || item.kind() == Kind::Pointer;
  if (pointer && item.is_nil()) throw CallFailure("len of nil pointer");
  if (!item.is_valid()) throw CallFailure("reflect: call of reflect.Value.Type on zero Value");
  const Value pointed_to = item.pointed_to();
  switch (kind_of(pointed_to.type)) {
    case Kind::String:
    case Kind::Map:
    case Kind::Slice:
      return make_int(static_cast<std::int64_t>(pointed_to.length()));
    default:
      throw failure_with_type("len of type ", pointed_to);
  }
}

/// No value that a template meets is a function.
Value call(Data, Arguments arguments) {
  if (arguments[0].type == Type::None) throw CallFailure("call of nil");
  throw failure_with_type("non-function of type ", arguments[0]);
}

/// Any values as the text that is to be escaped.
std::string joined(Arguments arguments) {
  std::vector<Value> printable;
  for (const Value& argument : arguments) {
    printable.push_back(argument.is_valid() ? argument.pointed_to() : make_string("<no value>"));
  }
  return go_sprint(printable);
}

Value less(Data, Arguments a) {
  return make_bool(is_less(a[0], a[1]));
}
Value less_or_equal(Data, Arguments a) {
  return make_bool(is_less(a[0], a[1]) || equals_any(a[0], a.subspan(1)));
}

}  // namespace

std::span<const TemplateFunction> builtin_functions() {
  static const std::vector<TemplateFunction> functions{
      {.name = "and",
       .parameters = {Type::Reflected, Type::Reflected},
       .variadic = true,
       .short_circuit = ShortCircuit::And},
      {.name = "or",
       .parameters = {Type::Reflected, Type::Reflected},
       .variadic = true,
       .short_circuit = ShortCircuit::Or},
      {"call", {Type::Reflected, Type::Reflected}, true, call},
      {"eq",
       {Type::Reflected, Type::Reflected},
       true,
       [](Data, Arguments a) { return make_bool(equals_any(a[0], a.subspan(1))); }},
      {"ge",
       {Type::Reflected, Type::Reflected},
       false,
       [](Data, Arguments a) { return make_bool(!is_less(a[0], a[1])); }},
      {"gt",
       {Type::Reflected, Type::Reflected},
       false,
       [](Data data, Arguments a) { return make_bool(!is_true(less_or_equal(data, a))); }},
      {"html", {Type::Any}, true, [](Data, Arguments a) { return make_string(html_escaped(joined(a))); }},
      {"index", {Type::Reflected, Type::Reflected}, true, index},
      {"js", {Type::Any}, true, [](Data, Arguments a) { return make_string(js_escaped(joined(a))); }},
      {"le", {Type::Reflected, Type::Reflected}, false, less_or_equal},
      {"len", {Type::Reflected}, false, length},
      {"lt", {Type::Reflected, Type::Reflected}, false, less},
      {"ne",
       {Type::Reflected, Type::Reflected},
       false,
       [](Data, Arguments a) { return make_bool(!equals_any(a[0], a.subspan(1))); }},
      {"not", {Type::Reflected}, false, [](Data, Arguments a) { return make_bool(!is_true(a[0])); }},
      {"print", {Type::Any}, true, [](Data, Arguments a) { return make_string(go_sprint(a)); }},
      {"printf",
       {Type::String, Type::Any},
       true,
       [](Data, Arguments a) { return make_string(go_sprintf(a[0].text(), a.subspan(1))); }},
      {"println", {Type::Any}, true, [](Data, Arguments a) { return make_string(go_sprintln(a)); }},
      {"slice", {Type::Reflected, Type::Reflected}, true, slice},
      {"urlquery",
       {Type::Any},
       true,
       [](Data, Arguments a) { return make_string(query_escaped(joined(a))); }},
  };
  return functions;
}

const TemplateFunction* find_function(std::string_view name) {
  for (const auto functions : {alert_functions(), builtin_functions()}) {
    const auto found = std::ranges::find(functions, name, &TemplateFunction::name);
    if (found != functions.end()) return &*found;
  }
  return nullptr;
}

}  // namespace vigil::monitoring::text_template
