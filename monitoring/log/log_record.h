#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace vigil::monitoring {

enum class LogLevel : std::uint8_t { Trace, Debug, Info, Warn, Error, Fatal };
[[nodiscard]] std::string_view to_string(LogLevel level) noexcept;                      // "TRACE", ...
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view text) noexcept;  // any case

/// One value of a log entry, as plain data; turned into text by the log writer, never by the caller.
struct LogValue {
  enum class Kind : std::uint8_t { None, Integer, Real, Decimal, Text, Literal, Boolean };
  static constexpr std::size_t kTextSize = 40;
  Kind kind = Kind::None;
  std::uint8_t size = 0;  ///< Text: its length; Decimal: its digits behind the point
  union {
    std::int64_t integer;
    double real;
    __int128 decimal;      ///< value * 10^size, printed as an exact JSON number
    const char* literal;   ///< a string that lives for ever
    char text[kTextSize];  ///< longer text is cut
  };
  LogValue() noexcept : decimal(0) {}
};

/// One entry before formatting: plain data of fixed size, so that writing it into a queue is a copy. Keys,
/// target and message are string literals.
struct LogRecord {
  static constexpr std::size_t kMaxFields = 14;
  struct Field {
    const char* key = nullptr;  ///< null: goes on with the text of the field before
    LogValue value;
  };

  std::chrono::sys_time<std::chrono::nanoseconds> time{};
  LogLevel level = LogLevel::Info;
  const char* component = "";  ///< "execution_engine", "risk_manager", "market_data", "gateway", ...
  const char* module = "";     ///< "order_manager"; target is component::module
  const char* message = "";
  const char* span = nullptr;        ///< name of the span; null = no span
  std::uint64_t correlation_id = 0;  ///< 0 = none; an order's id from first sight to last fill
  const char* file = nullptr;        ///< ERROR and FATAL
  int line = 0;
  std::uint8_t field_count = 0;
  std::uint8_t dropped_fields = 0;  ///< fields beyond kMaxFields; the entry says how many
  std::array<Field, kMaxFields> fields;

  LogRecord& add(const char* key, std::int64_t value) noexcept;
  LogRecord& add_real(const char* key, double value) noexcept;
  LogRecord& add_decimal(const char* key, __int128 raw, int digits) noexcept;
  LogRecord& add_text(const char* key, std::string_view value) noexcept;
  /// The same over as many fields as it takes and there are: for what a person must read to its end.
  LogRecord& add_long_text(const char* key, std::string_view value) noexcept;
  LogRecord& add_literal(const char* key, const char* value) noexcept;
  LogRecord& add_boolean(const char* key, bool value) noexcept;
  /// Sets file and line to the caller's. (clang 14, which builds the fuzz targets, has no source_location.)
  LogRecord& here(const char* caller_file = __builtin_FILE(), int caller_line = __builtin_LINE()) noexcept;
};

/// Copies what of `from` is in use. `to` is sizeof(LogRecord) bytes, aligned for it.
void copy_used(const LogRecord& from, void* to) noexcept;

}  // namespace vigil::monitoring
