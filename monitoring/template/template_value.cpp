#include "monitoring/template/template_value.h"

#include <utility>

namespace vigil::monitoring::text_template {

namespace {

struct TypeRow {
  std::string_view name;
  Kind kind;
};
/// In the order of Type.
constexpr TypeRow kTypes[] = {
    {"<nil>", Kind::Invalid},
    {"bool", Kind::Bool},
    {"int", Kind::Int},
    {"int64", Kind::Int},
    {"uint8", Kind::Uint},
    {"uint64", Kind::Uint},
    {"float64", Kind::Float},
    {"complex128", Kind::Complex},
    {"string", Kind::String},
    {"template.HTML", Kind::String},
    {"map[string]string", Kind::Map},
    {"map[string]interface {}", Kind::Map},
    {"template.sample", Kind::Struct},
    {"*template.sample", Kind::Pointer},
    {"template.queryResult", Kind::Slice},
    {"struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value float64 "
     "}",
     Kind::Struct},
    {"time.Time", Kind::Struct},
    {"*time.Time", Kind::Pointer},
    {"time.Month", Kind::Int},
    {"time.Weekday", Kind::Int},
    {"time.Duration", Kind::Int},
    {"*time.Location", Kind::Pointer},
    {"interface {}", Kind::Interface},
    {"reflect.Value", Kind::Struct},
};
static_assert(std::size(kTypes) == static_cast<std::size_t>(Type::Reflected) + 1);

const TypeRow& row(Type type) noexcept {
  return kTypes[static_cast<std::size_t>(type)];
}

/// Go counts the seconds of a time from the year 1.
constexpr std::int64_t kSecondsToYearOne = 62'135'596'800;

}  // namespace

std::string_view type_name(Type type) noexcept {
  return row(type).name;
}

Kind kind_of(Type type) noexcept {
  return row(type).kind;
}

std::string_view Value::static_type_name() const noexcept {
  return boxed ? type_name(Type::Any) : type_name(type);
}

bool Value::is_nil() const noexcept {
  if (type == Type::None || type == Type::LocationPointer) return true;
  if (const auto* map = std::get_if<std::shared_ptr<const AnyMap>>(&data)) return *map == nullptr;
  if (const auto* sample = std::get_if<SharedSample>(&data)) return *sample == nullptr;
  if (const auto* slice = std::get_if<SampleSlice>(&data)) return slice->samples == nullptr;
  if (const auto* time = std::get_if<std::shared_ptr<const Instant>>(&data)) return *time == nullptr;
  return false;
}

Value Value::unboxed() const {
  Value out = *this;
  out.boxed = false;
  return out;
}

Value Value::pointed_to() const {
  Value out = unboxed();
  if (out.is_nil()) return out;
  if (out.type == Type::SamplePointer) out.type = Type::Sample;
  if (out.type == Type::TimePointer) out.type = Type::Time;
  return out;
}

std::size_t Value::length() const {
  if (const auto* string = std::get_if<std::string>(&data)) return string->size();
  if (const auto* labels = std::get_if<Labels>(&data)) return labels->size();
  if (const auto* slice = std::get_if<SampleSlice>(&data)) return slice->size;
  if (const auto* map = std::get_if<std::shared_ptr<const AnyMap>>(&data)) {
    return *map == nullptr ? 0 : (*map)->entries.size();
  }
  return 0;
}

Value make_bool(bool value) {
  return {.type = Type::Bool, .data = value};
}
Value make_int(std::int64_t value, Type type) {
  return {.type = type, .data = value};
}
Value make_float(double value) {
  return {.type = Type::Float, .data = value};
}
Value make_string(std::string text, Type type) {
  return {.type = type, .data = std::move(text)};
}
Value make_labels(Labels labels) {
  return {.type = Type::StringMap, .data = std::move(labels)};
}
Value make_sample(SharedSample sample) {
  return {.type = Type::SamplePointer, .data = std::move(sample)};
}
Value make_samples(SampleSlice samples) {
  return {.type = Type::QueryResult, .data = std::move(samples)};
}
Value make_time(Instant instant, Type type) {
  return {.type = type, .data = std::make_shared<const Instant>(instant)};
}
Value make_alert(const TemplateData& data) {
  return {.type = Type::AlertData, .data = &data};
}

Value make_nil(Type type) {
  switch (type) {
    case Type::StringMap:
      return make_labels({});
    case Type::AnyMap:
      return {.type = type, .data = std::shared_ptr<const AnyMap>()};
    case Type::SamplePointer:
      return make_sample(nullptr);
    case Type::QueryResult:
      return make_samples({});
    case Type::TimePointer:
      return {.type = type, .data = std::shared_ptr<const Instant>()};
    case Type::LocationPointer:
      return {.type = type, .data = {}};
    default:
      return {};
  }
}

std::vector<Field> fields_of(const Value& value) {
  std::vector<Field> out;
  if (value.type == Type::AlertData) {
    const TemplateData& alert = *std::get<const TemplateData*>(value.data);
    out.push_back({"Labels", make_labels(alert.labels)});
    out.push_back({"ExternalLabels", make_labels(alert.external_labels)});
    out.push_back({"ExternalURL", make_string(alert.external_url)});
    out.push_back({"Value", make_float(alert.value)});
  } else if (value.type == Type::Sample) {
    const auto& sample = std::get<SharedSample>(value.data);
    out.push_back({"Labels", make_labels(sample->labels)});
    out.push_back({"Value", make_float(sample->value)});
  } else if (value.type == Type::Time) {
    const Instant& instant = value.instant();
    out.push_back({"wall", make_int(instant.nanoseconds, Type::Uint64)});
    out.push_back({"ext", make_int(instant.seconds + kSecondsToYearOne, Type::Int64)});
    out.push_back({"loc", make_nil(Type::LocationPointer)});
  }
  return out;
}

std::vector<std::pair<Value, Value>> entries_of(const Value& map) {
  std::vector<std::pair<Value, Value>> out;
  if (const auto* labels = std::get_if<Labels>(&map.data)) {
    for (const Label label : *labels) {
      out.emplace_back(make_string(std::string(label.name)), make_string(std::string(label.value)));
    }
  } else if (const auto& entries = std::get<std::shared_ptr<const AnyMap>>(map.data); entries != nullptr) {
    for (const auto& [key, value] : entries->entries) {
      Value boxed = value;
      boxed.boxed = true;
      out.emplace_back(make_string(key), std::move(boxed));
    }
  }
  return out;
}

Value entry_of(const Value& map, std::string_view key) {
  if (const auto* labels = std::get_if<Labels>(&map.data))
    return make_string(std::string(labels->value(key)));
  Value out;
  if (const auto& entries = std::get<std::shared_ptr<const AnyMap>>(map.data); entries != nullptr) {
    if (const auto found = entries->entries.find(key); found != entries->entries.end()) out = found->second;
  }
  out.boxed = true;
  return out;
}

bool is_true(const Value& value) {
  switch (kind_of(value.type)) {
    case Kind::Invalid:
      return false;
    case Kind::Bool:
      return std::get<bool>(value.data);
    case Kind::Int:
    case Kind::Uint:
      return value.integer() != 0;
    case Kind::Float:
      return value.number() != 0;
    case Kind::Complex:
      return std::get<std::complex<double>>(value.data) != 0.0;
    case Kind::String:
    case Kind::Map:
    case Kind::Slice:
      return value.length() > 0;
    case Kind::Pointer:
      return !value.is_nil();
    case Kind::Struct:
    case Kind::Interface:
      break;
  }
  return true;
}

}  // namespace vigil::monitoring::text_template
