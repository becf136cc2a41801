#include "monitoring/log/json_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "monitoring/log/logger.h"
#include "monitoring/utf8.h"

namespace vigil::monitoring {
namespace {

void append_integer(std::string& out, std::int64_t value) {
  fmt::format_to(std::back_inserter(out), "{}", value);
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
  }
}

/// "2025-01-02T03:04:05.123456Z", cut to the microsecond.
void append_timestamp(std::string& out, std::chrono::sys_time<std::chrono::nanoseconds> time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::microseconds>(time - day));
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(),
                 clock.seconds().count(), clock.subseconds().count());
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// One entry on its way into text.
struct Line {
  std::string& out;
  const Redactor& redactor;
  std::string scratch{};

  void key(std::string_view name) {
    out += ',';
    append_json_string(out, name);
    out += ':';
  }
  void text(std::string_view value) { append_json_string(out, redactor.clean(value, scratch)); }
  /// What stands behind `begin` is a number; one that shows a hidden text is replaced.
  void finish_number(std::size_t begin) {
    const std::string_view number = std::string_view(out).substr(begin);
    std::string cleaned;
    if (redactor.clean(number, cleaned).data() == number.data()) return;
    out.resize(begin);
    append_json_string(out, kRedacted);
  }
  /// Text that its field may have cut off.
  void cuttable(std::string_view written, bool may_be_cut) {
    append_json_string(out,
                       may_be_cut ? redactor.clean_cut(written, scratch) : redactor.clean(written, scratch));
  }
  void long_text(std::span<const LogRecord::Field> pieces) {
    std::string whole;
    for (const LogRecord::Field& piece : pieces) whole.append(piece.value.text, piece.value.size);
    cuttable(whole, pieces.back().value.size == LogValue::kTextSize);
  }
  void value(const LogValue& value);
};

void Line::value(const LogValue& value) {
  const std::size_t begin = out.size();
  switch (value.kind) {
    case LogValue::Kind::None:
      out += "null";
      return;
    case LogValue::Kind::Integer:
      append_integer(out, value.integer);
      return finish_number(begin);
    case LogValue::Kind::Real:
      if (!std::isfinite(value.real)) {
        out += "null";
        return;
      }
      fmt::format_to(std::back_inserter(out), "{}", value.real);
      return finish_number(begin);
    case LogValue::Kind::Decimal:
      append_decimal(out, value.decimal, value.size);
      return finish_number(begin);
    case LogValue::Kind::Text:
      return cuttable({value.text, value.size}, value.size == LogValue::kTextSize);
    case LogValue::Kind::Literal:
      if (value.literal == nullptr) {
        out += "null";
        return;
      }
      return text(value.literal);
    case LogValue::Kind::Boolean:
      out += value.integer != 0 ? "true" : "false";
      return;
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
    const auto special = std::ranges::find_if_not(text, is_plain);
    const auto plain = static_cast<std::size_t>(special - text.begin());
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;

    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) {
      out += kReplacementCharacter;
    } else if (length == 1) {
      append_escape(out, text.front());
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  out += '"';
}

void append_decimal(std::string& out, __int128 raw, int digits) {
  if (raw < 0) out += '-';
  // Negation of the unsigned value, so that the smallest number needs no care.
  const auto bits = static_cast<unsigned __int128>(raw);
  std::string number = fmt::format("{}", raw < 0 ? -bits : bits);
  const auto fraction = static_cast<std::size_t>(std::max(digits, 0));
  if (number.size() <= fraction) number.insert(0, fraction + 1 - number.size(), '0');
  out.append(number, 0, number.size() - fraction);
  const std::string_view behind = std::string_view(number).substr(number.size() - fraction);
  const std::size_t last = behind.find_last_not_of('0');
  if (last == std::string_view::npos) return;
  out += '.';
  out.append(behind.substr(0, last + 1));
}

void append_json_line(std::string& out, const LogRecord& record, const Redactor& redactor,
                      std::span<const std::string> stack) {
  Line line{.out = out, .redactor = redactor};
  out += R"({"timestamp":")";
  append_timestamp(out, record.time);
  out += R"(","level":")";
  out += to_string(record.level);
  out += R"(","target":)";
  std::string target(record.component);
  if (*record.module != '\0') target.append("::").append(record.module);
  append_json_string(out, target);
  out += R"(,"fields":{"message":)";
  line.text(record.message);
  const std::span<const LogRecord::Field> fields(record.fields.data(), record.field_count);
  for (std::size_t i = 0; i < fields.size();) {
    const std::size_t begin = i++;
    while (i < fields.size() && fields[i].key == nullptr) ++i;
    line.key(fields[begin].key);
    if (redactor.hides(fields[begin].key)) {
      append_json_string(out, kRedacted);
    } else if (i == begin + 1) {
      line.value(fields[begin].value);
    } else {
      line.long_text(fields.subspan(begin, i - begin));
    }
  }
  if (record.dropped_fields != 0) {
    line.key("dropped_fields");
    append_integer(out, record.dropped_fields);
  }
  const auto append_correlation_id = [&] {
    if (record.correlation_id == 0) return;
    line.key("correlation_id");
    fmt::format_to(std::back_inserter(out), "{}", record.correlation_id);
  };
  append_correlation_id();
  if (record.file != nullptr) {
    line.key("file");
    line.text(file_name(record.file));
    line.key("line");
    append_integer(out, record.line);
  }
  if (!stack.empty()) {
    line.key("stack");
    char separator = '[';
    for (const std::string& frame : stack) {
      out += separator;
      line.text(frame);
      separator = ',';
    }
    out += ']';
  }
  out += '}';
  if (record.span != nullptr) {
    out += R"(,"span":{"name":)";
    line.text(record.span);
    append_correlation_id();
    out += '}';
  }
  out += '}';
}

std::string format_json(const LogRecord& record, const LogConfig& config) {
  std::string line;
  append_json_line(line, record, Redactor(config.redacted_keys, config.redacted_values));
  return line;
}

}  // namespace vigil::monitoring
