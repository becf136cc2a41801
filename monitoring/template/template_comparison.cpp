#include "monitoring/template/template_comparison.h"

#include <array>
#include <compare>
#include <complex>
#include <cstdint>
#include <optional>
#include <string>

#include "monitoring/template/go_format.h"

namespace vigil::monitoring::text_template {

namespace {

constexpr const char* kBadType = "invalid type for comparison";
constexpr const char* kDifferentTypes = "incompatible types for comparison";

bool is_basic(Kind kind) {
  switch (kind) {
    case Kind::Bool:
    case Kind::Int:
    case Kind::Uint:
    case Kind::Float:
    case Kind::Complex:
    case Kind::String:
      return true;
    default:
      return false;
  }
}

/// A signed and an unsigned number, or two of the same kind: as two numbers of 128 bits none wraps.
std::optional<std::strong_ordering> compare_integers(const Value& left, const Value& right) {
  const auto wide = [](const Value& value) -> std::optional<__int128> {
    if (kind_of(value.type) == Kind::Int) return value.integer();
    if (kind_of(value.type) == Kind::Uint) return static_cast<std::uint64_t>(value.integer());
    return std::nullopt;
  };
  const auto a = wide(left);
  const auto b = wide(right);
  if (!a || !b) return std::nullopt;
  if (*a == *b) return std::strong_ordering::equal;
  return *a < *b ? std::strong_ordering::less : std::strong_ordering::greater;
}

bool equal_basic(const Value& left, const Value& right) {
  switch (kind_of(left.type)) {
    case Kind::Bool:
      return std::get<bool>(left.data) == std::get<bool>(right.data);
    case Kind::Float:
      return left.number() == right.number();
    case Kind::Complex:
      return std::get<std::complex<double>>(left.data) == std::get<std::complex<double>>(right.data);
    default:
      return left.text() == right.text();
  }
}

/// Can Go compare two of that type with ==?
bool is_comparable(const Value& value) {
  return kind_of(value.type) == Kind::Pointer || value.type == Type::Time;
}

bool same_thing(const Value& left, const Value& right) {
  if (left.type != right.type) return false;
  if (left.type == Type::Time) return left.instant() == right.instant();
  if (const auto* sample = std::get_if<SharedSample>(&left.data))
    return *sample == std::get<SharedSample>(right.data);
  if (left.type == Type::TimePointer) return &left.instant() == &right.instant();
  return false;
}

/// Two values of which neither is a number, text or boolean.
bool equal_other(const Value& left, const Value& right) {
  const bool comparable_kinds = left.kind() == right.kind() || !left.is_valid() || !right.is_valid();
  if (!comparable_kinds) {
    const std::array<Value, 4> shown{left, make_string(std::string(type_name(left.type))),
                                     make_string(std::string(type_name(right.type))), right};
    throw CallFailure(go_sprintf("non-comparable types %s: %v, %s: %v", shown));
  }
  if (left.is_nil() || right.is_nil()) return left.is_nil() == right.is_nil();
  if (!is_comparable(right)) {
    const std::array<Value, 2> shown{right, make_string(std::string(type_name(right.type)))};
    throw CallFailure(go_sprintf("non-comparable type %s: %v", shown));
  }
  return same_thing(left, right);
}

bool equals(const Value& left, const Value& right) {
  if (const auto order = compare_integers(left, right)) return *order == 0;
  const Kind a = kind_of(left.type);
  const Kind b = kind_of(right.type);
  if (!is_basic(a) && !is_basic(b)) return equal_other(left, right);
  if (a == b) return equal_basic(left, right);
  // Nothing is equal to nothing but itself, and may be compared with everything.
  if (left.is_valid() && right.is_valid()) throw CallFailure(kDifferentTypes);
  return false;
}

}  // namespace

bool equals_any(const Value& first, std::span<const Value> others) {
  if (others.empty()) throw CallFailure("missing argument for comparison");
  const Value left = first.unboxed();
  for (const Value& other : others) {
    if (equals(left, other.unboxed())) return true;
  }
  return false;
}

bool is_less(const Value& left_value, const Value& right_value) {
  const Value left = left_value.unboxed();
  const Value right = right_value.unboxed();
  const Kind a = kind_of(left.type);
  const Kind b = kind_of(right.type);
  if (!is_basic(a) || !is_basic(b)) throw CallFailure(kBadType);
  if (const auto order = compare_integers(left, right)) return *order < 0;
  if (a != b) throw CallFailure(kDifferentTypes);
  if (a == Kind::Float) return left.number() < right.number();
  if (a == Kind::String) return left.text() < right.text();
  throw CallFailure(kBadType);
}

}  // namespace vigil::monitoring::text_template
