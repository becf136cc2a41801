#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "monitoring/template/template_data.h"
#include "monitoring/template/template_instant.h"

namespace vigil::monitoring::text_template {

/// The Go types that a template can meet. Any and Reflected occur only as types of parameters: what takes any
/// value, and what besides sees whether the value came from an interface.
enum class Type : std::uint8_t {
  None,
  Bool,
  Int,
  Int64,
  Uint8,
  Uint64,
  Float,
  Complex,
  String,
  Html,
  StringMap,
  AnyMap,
  Sample,
  SamplePointer,
  QueryResult,
  AlertData,
  Time,
  TimePointer,
  Month,
  Weekday,
  Duration,
  LocationPointer,
  Any,
  Reflected,
};
/// As Go writes it: `map[string]string`, `*template.sample`.
[[nodiscard]] std::string_view type_name(Type type) noexcept;

/// What values of a type can do.
enum class Kind : std::uint8_t {
  Invalid,
  Bool,
  Int,
  Uint,
  Float,
  Complex,
  String,
  Map,
  Struct,
  Pointer,
  Slice,
  Interface,
};
[[nodiscard]] Kind kind_of(Type type) noexcept;

struct Value;
/// What `args` makes. `depth`: how many such maps are nested, this one counted.
struct AnyMap {
  std::map<std::string, Value, std::less<>> entries;
  int depth = 1;
};
using SharedSample = std::shared_ptr<const TemplateSample>;
/// A part of a query's result. Copies see the same samples, and their order when it is changed.
struct SampleSlice {
  std::shared_ptr<std::vector<SharedSample>> samples;  ///< none: nil
  std::size_t begin = 0;
  std::size_t size = 0;
  std::size_t capacity = 0;  ///< from `begin`
};

/// A value as Go's reflection sees it. `boxed`: it came out of an interface{}, or is a nil one (Type::None).
struct Value {
  Type type = Type::None;
  bool boxed = false;
  std::variant<std::monostate, bool, std::int64_t, double, std::complex<double>, std::string, Labels,
               std::shared_ptr<const AnyMap>, SharedSample, SampleSlice, std::shared_ptr<const Instant>,
               const TemplateData*>
      data;

  [[nodiscard]] Kind kind() const noexcept { return boxed ? Kind::Interface : kind_of(type); }
  [[nodiscard]] bool is_valid() const noexcept { return boxed || type != Type::None; }
  /// The name of its type, `interface {}` where it is boxed.
  [[nodiscard]] std::string_view static_type_name() const noexcept;
  /// A map, slice or pointer without anything, or a nil interface.
  [[nodiscard]] bool is_nil() const noexcept;
  [[nodiscard]] Value unboxed() const;
  /// What a pointer points to, what an interface holds; itself otherwise.
  [[nodiscard]] Value pointed_to() const;

  [[nodiscard]] const std::string& text() const { return std::get<std::string>(data); }
  [[nodiscard]] std::int64_t integer() const { return std::get<std::int64_t>(data); }
  [[nodiscard]] double number() const { return std::get<double>(data); }
  [[nodiscard]] const Instant& instant() const { return *std::get<std::shared_ptr<const Instant>>(data); }
  [[nodiscard]] const SampleSlice& samples() const { return std::get<SampleSlice>(data); }
  /// Elements of a map or slice, bytes of a string.
  [[nodiscard]] std::size_t length() const;
};

[[nodiscard]] Value make_bool(bool value);
[[nodiscard]] Value make_int(std::int64_t value, Type type = Type::Int);
[[nodiscard]] Value make_float(double value);
[[nodiscard]] Value make_string(std::string text, Type type = Type::String);
[[nodiscard]] inline Value text_value(std::string_view text) {
  return make_string(std::string{text});
}
[[nodiscard]] Value make_labels(Labels labels);
[[nodiscard]] Value make_sample(SharedSample sample);
[[nodiscard]] Value make_samples(SampleSlice samples);
[[nodiscard]] Value make_time(Instant instant, Type type = Type::Time);
[[nodiscard]] Value make_alert(const TemplateData& data);
/// A nil map, slice or pointer; for Any and Reflected nothing at all.
[[nodiscard]] Value make_nil(Type type);

struct Field {
  std::string_view name;
  Value value;
};
/// The fields of a struct, in order.
[[nodiscard]] std::vector<Field> fields_of(const Value& value);
/// Keys and values of a map, sorted by key.
[[nodiscard]] std::vector<std::pair<Value, Value>> entries_of(const Value& map);
/// The value of a key; the zero value of the map's elements where there is none.
[[nodiscard]] Value entry_of(const Value& map, std::string_view key);

/// `if`: neither zero nor empty nor nil.
[[nodiscard]] bool is_true(const Value& value);

/// A function of a template failed; what() is the cause, without the function's name.
class CallFailure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// No text that a template handles, its output included, is longer. Bytes.
inline constexpr std::size_t kMaxTemplateText = 1U << 20U;

}  // namespace vigil::monitoring::text_template
