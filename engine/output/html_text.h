#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/views/json_parts.h"

// Text of a page. All of it is well-formed XML too, so that whoever checks a page need not guess.

namespace vigil::engine {

/// What a page shows where nothing is known.
inline constexpr std::string_view kUnknownText = "–";

/// For an element's text or a quoted attribute: no markup can come of it. Characters that a page must not
/// have become U+FFFD.
[[nodiscard]] std::string html_escaped(std::string_view text);

/// Rounded for people, thousands apart: "−1,234.50"; from 1e15 on as "1.235e+15". Not finite: unknown.
[[nodiscard]] std::string shown(std::optional<double> value, int decimals);
/// With as many of at most eight decimals as it has.
[[nodiscard]] std::string shown_plain(std::optional<double> value);
/// The same with its sign always, but for 0.
[[nodiscard]] std::string shown_signed(std::optional<double> value, int decimals);
[[nodiscard]] std::string shown_percent(std::optional<double> ratio, int decimals);
[[nodiscard]] std::string shown_count(const Json& value);
/// "2026-01-31 17:00:05" of nanoseconds UTC.
[[nodiscard]] std::string shown_time(const Json& nanoseconds);
[[nodiscard]] std::string shown_time_of_day(std::int64_t nanoseconds);

/// A member, or null where there is none or `json` is no object.
[[nodiscard]] const Json& member(const Json& json, std::string_view name);
/// A number, or a decimal string's; nothing for all else.
[[nodiscard]] std::optional<double> number_of(const Json& json);
/// For a chart, where NaN is a gap.
[[nodiscard]] double number_or_nan(const Json& json);
/// A text as it is, a number as it is written; "" for null.
[[nodiscard]] std::string text_of(const Json& json);

/// A table whose numbers line up.
class HtmlTable {
 public:
  struct Column {
    std::string name;
    std::string unit;  ///< "": none
    bool is_number = true;
  };
  explicit HtmlTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// As many texts as columns, not escaped yet.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] bool is_empty() const noexcept { return rows_.empty(); }
  /// "" where it has no row.
  [[nodiscard]] std::string html() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace vigil::engine
