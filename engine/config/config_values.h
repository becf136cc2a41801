#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/config/yaml.h"
#include "orders/decimal.h"
#include "orders/time.h"

/// The kinds of value a configuration is made of. Each function leaves `out` alone, and with it the default,
/// when nothing is given or what stands there is refused (which is noted).
namespace vigil::engine {

inline constexpr orders::Duration kLongestDuration = std::chrono::hours{24 * 366};

/// What stands for an absent limit.
inline constexpr std::string_view kNone = "none";
/// What stands for what ships with the engine where paths of rule files or of a model are named.
inline constexpr std::string_view kBuiltIn = "built-in";
/// What stands for a value that the engine finds by itself.
inline constexpr std::string_view kAutomatic = "auto";

void read_boolean(const YamlValue& value, bool& out);
/// Any text of printable characters; may be empty.
void read_text(const YamlValue& value, std::string& out);
/// Required: the name of a venue, an account, ...; letters, digits and . _ - / : and at most 40 of them.
void read_name(const YamlValue& value, std::string& out);
[[nodiscard]] bool is_name(std::string_view text) noexcept;

void read_whole(const YamlValue& value, std::uint64_t& out, std::uint64_t from, std::uint64_t to);
template <typename T>
void read_count(const YamlValue& value, T& out, std::uint64_t from, std::uint64_t to) {
  auto wide = static_cast<std::uint64_t>(out);
  read_whole(value, wide, from, to);
  out = static_cast<T>(wide);
}

void read_real(const YamlValue& value, double& out, double from, double to);
void read_duration(const YamlValue& value, orders::Duration& out, orders::Duration from,
                   orders::Duration to = kLongestDuration);
void read_time_of_day(const YamlValue& value, orders::Duration& out);

enum class Sign : std::uint8_t { Any, NotNegative, Positive };
/// A strictly ascending list of at least one and at most 200 numbers.
void read_bounds(const YamlValue& value, std::vector<double>& out, Sign sign = Sign::Any);
[[nodiscard]] std::optional<orders::Int128> decimal_of(const YamlValue& value, Sign sign, orders::Int128 from,
                                                       orders::Int128 to);
/// Price, Quantity, Money, Ratio or Multiplier, exact to 8 decimals.
template <typename Decimal>
void read_decimal(const YamlValue& value, Decimal& out, Sign sign) {
  using Raw = decltype(out.raw());
  const auto raw = decimal_of(value, sign, std::numeric_limits<Raw>::min(), std::numeric_limits<Raw>::max());
  if (raw) out = Decimal::from_raw(static_cast<Raw>(*raw));
}
/// A positive limit, or "none" for no limit.
template <typename Decimal>
void read_limit(const YamlValue& value, std::optional<Decimal>& out) {
  if (value.holds(kNone)) {
    out.reset();
    return;
  }
  Decimal limit{};
  read_decimal(value, limit, Sign::Positive);
  if (limit > Decimal{}) out = limit;
}
void read_limit(const YamlValue& value, std::optional<std::uint32_t>& out, std::uint64_t from,
                std::uint64_t to);

/// "a, b, c"; long lists are cut.
[[nodiscard]] std::string word_list(const std::vector<std::string>& words);

/// One of a few words, in any case.
[[nodiscard]] std::optional<std::size_t> choice_of(const YamlValue& value,
                                                   const std::vector<std::string>& words);
template <typename Enum>
using Choice = std::pair<std::string_view, Enum>;
template <typename Enum, typename Choices>
void read_choice(const YamlValue& value, Enum& out, const Choices& choices) {
  std::vector<std::string> words;
  for (const auto& [word, meaning] : choices) words.emplace_back(word);
  const auto chosen = choice_of(value, words);
  if (!chosen) return;
  for (const auto& [word, meaning] : choices) {
    if (word == words[*chosen]) out = meaning;
  }
}
template <typename Enum, typename Choices>
[[nodiscard]] std::string_view word_of(Enum meaning, const Choices& choices) {
  for (const auto& [word, each] : choices) {
    if (each == meaning) return word;
  }
  return "unknown";
}

}  // namespace vigil::engine
