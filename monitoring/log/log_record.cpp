#include "monitoring/log/log_record.h"

#include <cstring>
#include <limits>
#include <type_traits>

namespace vigil::monitoring {
namespace {

constexpr std::array<std::string_view, 6> kLevels{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};

constexpr char upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// The next field's value, or null if there is no room.
LogValue* next(LogRecord& record, const char* key, LogValue::Kind kind) noexcept {
  if (record.field_count == LogRecord::kMaxFields) {
    if (record.dropped_fields < std::numeric_limits<std::uint8_t>::max()) ++record.dropped_fields;
    return nullptr;
  }
  LogRecord::Field& field = record.fields[record.field_count++];
  field.key = key;
  field.value.kind = kind;
  return &field.value;
}

}  // namespace

std::string_view to_string(LogLevel level) noexcept {
  return kLevels[static_cast<std::size_t>(level)];
}

std::optional<LogLevel> parse_log_level(std::string_view text) noexcept {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (std::ranges::equal(text, kLevels[i], {}, upper)) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

LogRecord& LogRecord::add(const char* key, std::int64_t value) noexcept {
  if (LogValue* slot = next(*this, key, LogValue::Kind::Integer)) slot->integer = value;
  return *this;
}

LogRecord& LogRecord::add_real(const char* key, double value) noexcept {
  if (LogValue* slot = next(*this, key, LogValue::Kind::Real)) slot->real = value;
  return *this;
}

LogRecord& LogRecord::add_decimal(const char* key, __int128 raw, int digits) noexcept {
  LogValue* slot = next(*this, key, LogValue::Kind::Decimal);
  if (slot == nullptr) return *this;
  slot->size = static_cast<std::uint8_t>(std::clamp(digits, 0, 255));
  slot->decimal = raw;
  return *this;
}

LogRecord& LogRecord::add_text(const char* key, std::string_view value) noexcept {
  LogValue* slot = next(*this, key, LogValue::Kind::Text);
  if (slot == nullptr) return *this;
  slot->size = static_cast<std::uint8_t>(std::min(value.size(), LogValue::kTextSize));
  std::copy_n(value.data(), slot->size, slot->text);
  return *this;
}

LogRecord& LogRecord::add_long_text(const char* key, std::string_view value) noexcept {
  do {
    add_text(key, value.substr(0, LogValue::kTextSize));
    value.remove_prefix(std::min(value.size(), LogValue::kTextSize));
    key = nullptr;
  } while (!value.empty() && field_count < kMaxFields);
  return *this;
}

LogRecord& LogRecord::add_literal(const char* key, const char* value) noexcept {
  if (LogValue* slot = next(*this, key, LogValue::Kind::Literal)) slot->literal = value;
  return *this;
}

LogRecord& LogRecord::add_boolean(const char* key, bool value) noexcept {
  if (LogValue* slot = next(*this, key, LogValue::Kind::Boolean)) slot->integer = value ? 1 : 0;
  return *this;
}

LogRecord& LogRecord::here(const char* caller_file, int caller_line) noexcept {
  file = caller_file;
  line = caller_line;
  return *this;
}

void copy_used(const LogRecord& from, void* to) noexcept {
  static_assert(std::is_trivially_copyable_v<LogRecord> && std::is_standard_layout_v<LogRecord>);
  std::memcpy(to, &from, offsetof(LogRecord, fields) + from.field_count * sizeof(LogRecord::Field));
}

}  // namespace vigil::monitoring
