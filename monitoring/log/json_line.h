#pragma once

#include <span>
#include <string>
#include <string_view>

#include "monitoring/log/log_record.h"
#include "monitoring/log/redactor.h"

namespace vigil::monitoring {

/// Appends the entry as one JSON object without a line end. The order of the keys is fixed: timestamp, level,
/// target, fields{message, the record's fields, correlation_id, file, line, stack}, span{name,
/// correlation_id}; what is not set is left out. A real number that is none (NaN, infinite) is null.
void append_json_line(std::string& out, const LogRecord& record, const Redactor& redactor,
                      std::span<const std::string> stack = {});

/// Appends `text` as a JSON string, quotes included. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// Appends raw / 10^digits as a JSON number, exactly, without trailing zeros.
void append_decimal(std::string& out, __int128 raw, int digits);

}  // namespace vigil::monitoring
