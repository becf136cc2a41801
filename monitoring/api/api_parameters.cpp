#include "monitoring/api/api_parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include "monitoring/delivery/rfc3339.h"
#include "monitoring/log/json_line.h"
#include "monitoring/promql/error.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/parser.h"

namespace vigil::monitoring {

namespace {

/// Of a time: twice as many milliseconds still fit into 64 bits, so that any two times have a distance.
constexpr double kMostSeconds = 4e15;
/// Of a duration: 64 bits of nanoseconds.
constexpr double kLongestSeconds = 9.2e9;

/// A decimal number, as strconv.ParseFloat takes it.
std::optional<double> decimal(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

std::optional<SampleTime> parse_time(std::string_view text) {
  if (const auto seconds = decimal(text); seconds && std::abs(*seconds) < kMostSeconds) {
    return static_cast<SampleTime>(std::round(*seconds * 1000));
  }
  return parse_rfc3339(text);
}

ApiError bad_parameter(std::string_view name, const std::string& why) {
  return {400, "bad_data", "invalid parameter \"" + std::string{name} + "\": " + why};
}

ApiParameters::ApiParameters(const HttpRequest& request) : parameters_(request.query) {
  if (request.method != HttpMethod::Post) return;
  const std::string_view type = request.header("Content-Type").value_or("");
  if (!request.body.empty() && !type.starts_with("application/x-www-form-urlencoded")) {
    throw ApiError(400, "bad_data",
                   "the body must be a form (application/x-www-form-urlencoded), was " +
                       quoted(type.empty() ? "nothing" : type));
  }
  HttpParameters form = parse_form(request.body);
  // The form goes first, as in Go.
  form.insert(form.end(), std::make_move_iterator(parameters_.begin()),
              std::make_move_iterator(parameters_.end()));
  parameters_ = std::move(form);
}

std::string_view ApiParameters::text(std::string_view name) const noexcept {
  const auto found =
      std::ranges::find(parameters_, name, [](const auto& each) -> std::string_view { return each.first; });
  return found == parameters_.end() ? std::string_view{} : std::string_view{found->second};
}

std::vector<std::string> ApiParameters::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : parameters_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

std::optional<SampleTime> ApiParameters::time(std::string_view name) const {
  const std::string_view given = text(name);
  if (given.empty()) return std::nullopt;
  if (const auto parsed = parse_time(given)) return parsed;
  throw bad_parameter(name, "cannot parse " + quoted(given) + " to a valid timestamp");
}

SampleTime ApiParameters::required_time(std::string_view name) const {
  if (const auto given = time(name)) return *given;
  throw bad_parameter(name, "cannot parse \"\" to a valid timestamp");
}

std::optional<std::chrono::milliseconds> ApiParameters::duration(std::string_view name) const {
  const std::string_view given = text(name);
  if (given.empty()) return std::nullopt;
  if (const auto seconds = decimal(given); seconds && std::abs(*seconds) < kLongestSeconds) {
    return std::chrono::milliseconds{static_cast<std::int64_t>(*seconds * 1000)};
  }
  if (const auto parsed = promql::parse_duration(given)) return parsed;
  throw bad_parameter(name, "cannot parse " + quoted(given) + " to a valid duration");
}

std::optional<std::size_t> ApiParameters::count(std::string_view name) const {
  const std::string_view given = text(name);
  if (given.empty()) return std::nullopt;
  std::size_t value = 0;
  const auto read = std::from_chars(given.data(), given.data() + given.size(), value);
  if (read.ec == std::errc{} && read.ptr == given.data() + given.size()) return value;
  throw bad_parameter(name, "must be a whole number, was " + quoted(given));
}

std::vector<std::vector<LabelMatcher>> ApiParameters::selectors() const {
  std::vector<std::vector<LabelMatcher>> selectors;
  for (const std::string& given : all("match[]")) {
    try {
      selectors.push_back(promql::parse_selector(given));
    } catch (const promql::ParseError& error) {
      throw bad_parameter("match[]", error.what());
    }
  }
  return selectors;
}

SampleRange ApiParameters::range() const {
  SampleRange range;
  range.from = time("start").value_or(range.from);
  range.to = time("end").value_or(range.to);
  if (range.to < range.from) throw bad_parameter("end", "end timestamp must not be before start time");
  return range;
}

}  // namespace vigil::monitoring
