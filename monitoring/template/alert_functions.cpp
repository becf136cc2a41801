#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "monitoring/promql/number_text.h"
#include "monitoring/promql/quoted_text.h"
#include "monitoring/store/regex.h"
#include "monitoring/template/character_class.h"
#include "monitoring/template/go_literal.h"
#include "monitoring/template/go_verbs.h"
#include "monitoring/template/humanize.h"
#include "monitoring/template/template_function.h"
#include "monitoring/template/text_escapes.h"

namespace vigil::monitoring::text_template {

namespace {

using Arguments = std::span<const Value>;
using Data = const TemplateData&;

/// As deep as `args` may nest its maps.
constexpr int kMaxArgsDepth = 50;

/// Samples that a query gives to a template; beyond it the query fails.
constexpr std::size_t kMaxQuerySamples = 100'000;

/// A query costs far more than other functions, and so does compiling a pattern.
constexpr int kQuerySteps = 1'000;
constexpr int kRegexSteps = 50;

double to_float(const Value& value) {
  switch (value.type) {
    case Type::Float:
      return value.number();
    case Type::Int:
    case Type::Int64:
      return static_cast<double>(value.integer());
    case Type::String:
      break;
    default:
      throw CallFailure("can't convert " + std::string(type_name(value.type)) + " to float");
  }
  const ParsedFloat parsed = parse_go_float(value.text());
  if (parsed.fault == FloatFault::None) return parsed.value;
  throw CallFailure("strconv.ParseFloat: parsing " + promql::quoted_text(value.text()) +
                    (parsed.fault == FloatFault::Range ? ": value out of range" : ": invalid syntax"));
}

const TemplateSample& sample_of(const Value& value) {
  const auto& sample = std::get<SharedSample>(value.data);
  if (sample == nullptr)
    throw CallFailure("runtime error: invalid memory address or nil pointer dereference");
  return *sample;
}

Value query(Data data, Arguments arguments) {
  if (!data.query) throw CallFailure("there is nothing to query");
  std::vector<TemplateSample> result;
  try {
    result = data.query(arguments[0].text());
  } catch (const std::exception& error) {
    throw CallFailure(error.what());
  }
  if (result.size() > kMaxQuerySamples) {
    throw CallFailure("a query must have at most " + std::to_string(kMaxQuerySamples) + " samples, has " +
                      std::to_string(result.size()));
  }
  auto samples = std::make_shared<std::vector<SharedSample>>();
  samples->reserve(result.size());
  for (TemplateSample& sample : result) {
    samples->push_back(std::make_shared<const TemplateSample>(std::move(sample)));
  }
  const std::size_t size = samples->size();
  return make_samples({.samples = std::move(samples), .size = size, .capacity = size});
}

Value first(Data, Arguments arguments) {
  const SampleSlice& slice = arguments[0].samples();
  if (slice.size == 0) throw CallFailure("first() called on vector with no elements");
  return make_sample((*slice.samples)[slice.begin]);
}

/// In place: other variables with the same result see the new order, as in Prometheus.
Value sort_by_label(Data, Arguments arguments) {
  const std::string& name = arguments[0].text();
  const SampleSlice& slice = arguments[1].samples();
  if (slice.samples != nullptr) {
    const auto begin = slice.samples->begin() + static_cast<std::ptrdiff_t>(slice.begin);
    std::stable_sort(begin, begin + static_cast<std::ptrdiff_t>(slice.size),
                     [&name](const SharedSample& a, const SharedSample& b) {
                       return a->labels.value(name) < b->labels.value(name);
                     });
  }
  return arguments[1];
}

Value args(Data, Arguments arguments) {
  auto map = std::make_shared<AnyMap>();
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (const auto* nested = std::get_if<std::shared_ptr<const AnyMap>>(&arguments[i].data);
        nested && *nested) {
      map->depth = std::max(map->depth, (*nested)->depth + 1);
    }
    map->entries.emplace("arg" + std::to_string(i), arguments[i]);
  }
  if (map->depth > kMaxArgsDepth) {
    throw CallFailure("must be nested at most " + std::to_string(kMaxArgsDepth) + " deep");
  }
  return {.type = Type::AnyMap, .data = std::shared_ptr<const AnyMap>(std::move(map))};
}

/// Go's dot is no line feed, and it has its own words for what is wrong with a pattern.
constexpr std::string_view kGoFlags = "(?-s)";
constexpr std::pair<std::string_view, std::string_view> kRegexFaults[] = {
    {"missing ]", "missing closing ]"},
    {"missing )", "missing closing )"},
    {"no argument for repetition operator", "missing argument to repetition operator"},
    {"invalid repetition size", "invalid repeat count"},
    {"bad repetition operator", "invalid nested repetition operator"},
    {"invalid perl operator", "invalid or unsupported Perl syntax"},
    {"invalid named capture group", "invalid named capture"},
    {"trailing \\", "trailing backslash at end of expression"},
};

std::string go_regex_error(std::string_view error) {
  const std::size_t colon = error.find(": ");
  std::string cause(error.substr(0, colon));
  std::string_view part = colon == std::string_view::npos ? std::string_view{} : error.substr(colon + 2);
  if (part.starts_with(kGoFlags)) part.remove_prefix(kGoFlags.size());
  for (const auto& [ours, theirs] : kRegexFaults) {
    if (cause == ours) cause = theirs;
  }
  const bool whole_text = cause == "trailing backslash at end of expression";
  return "error parsing regexp: " + cause + ": `" + (whole_text ? "" : std::string(part)) + '`';
}

Regex go_regex(const std::string& pattern) {
  return Regex(std::string(kGoFlags) + pattern);
}

Value match(Data, Arguments arguments) {
  try {
    return make_bool(go_regex(arguments[0].text()).found_in(arguments[1].text()));
  } catch (const RegexError& error) {
    throw CallFailure(go_regex_error(error.what()));
  }
}

Value re_replace_all(Data, Arguments arguments) {
  const std::string& pattern = arguments[0].text();
  try {
    return make_string(go_regex(pattern).replace_all(arguments[2].text(), arguments[1].text()));
  } catch (const RegexError& error) {
    FormatBuffer quoted;
    format_string(quoted, {.sharp = true}, pattern, 'q');
    throw CallFailure("regexp: Compile(" + quoted.take() + "): " + go_regex_error(error.what()));
  }
}

Value parse_duration(Data, Arguments arguments) {
  const auto duration = promql::parse_duration(arguments[0].text());
  if (!duration) throw CallFailure(promql::duration_error(arguments[0].text()));
  return make_float(static_cast<double>(duration->count()) * 1e6 / 1e9);
}

Value humanize_timestamp(Data, Arguments arguments) {
  const double seconds = to_float(arguments[0]);
  if (!std::isfinite(seconds)) return make_string(four_digits_text(seconds));
  return make_string(time_text(instant_from_seconds(seconds)));
}

template <std::string (*humanized)(double)>
Value humanized_value(Data, Arguments arguments) {
  return make_string(humanized(to_float(arguments[0])));
}
template <std::string (*changed)(std::string_view)>
Value changed_text(Data, Arguments arguments) {
  return make_string(changed(arguments[0].text()));
}

}  // namespace

std::span<const TemplateFunction> alert_functions() {
  static const std::vector<TemplateFunction> functions{
      {"args", {Type::Any}, true, args},
      {"externalURL", {}, false, [](Data data, Arguments) { return make_string(data.external_url); }},
      {"first", {Type::QueryResult}, false, first},
      {"graphLink",
       {Type::String},
       false,
       [](Data, Arguments a) {
         return make_string("/graph?g0.expr=" + query_escaped(a[0].text()) + "&g0.tab=0");
       }},
      {"humanize", {Type::Any}, false, humanized_value<humanize>},
      {"humanize1024", {Type::Any}, false, humanized_value<humanize_1024>},
      {"humanizeDuration", {Type::Any}, false, humanized_value<humanize_duration>},
      {"humanizePercentage", {Type::Any}, false, humanized_value<humanize_percentage>},
      {"humanizeTimestamp", {Type::Any}, false, humanize_timestamp},
      {"label",
       {Type::String, Type::SamplePointer},
       false,
       [](Data, Arguments a) { return make_string(std::string(sample_of(a[1]).labels.value(a[0].text()))); }},
      {"match", {Type::String, Type::String}, false, match, 1, kRegexSteps},
      {"parseDuration", {Type::String}, false, parse_duration},
      {"pathPrefix",
       {},
       false,
       [](Data data, Arguments) { return make_string(url_path(data.external_url)); }},
      {"query", {Type::String}, false, query, 1, kQuerySteps},
      {"reReplaceAll", {Type::String, Type::String, Type::String}, false, re_replace_all, 1, kRegexSteps},
      {"safeHtml",
       {Type::String},
       false,
       [](Data, Arguments a) { return make_string(a[0].text(), Type::Html); }},
      {"sortByLabel", {Type::String, Type::QueryResult}, false, sort_by_label},
      {"stripDomain", {Type::String}, false, changed_text<without_domain>},
      {"stripPort", {Type::String}, false, changed_text<without_port>},
      {"strvalue",
       {Type::SamplePointer},
       false,
       [](Data, Arguments a) { return make_string(std::string(sample_of(a[0]).labels.value("__value__"))); }},
      {"tableLink",
       {Type::String},
       false,
       [](Data, Arguments a) {
         return make_string("/graph?g0.expr=" + query_escaped(a[0].text()) + "&g0.tab=1");
       }},
      {"title", {Type::String}, false, changed_text<title_text>},
      {"toLower", {Type::String}, false, changed_text<lower_text>},
      {"toTime",
       {Type::Any},
       false,
       [](Data, Arguments a) { return make_time(instant_from_seconds(to_float(a[0])), Type::TimePointer); }},
      {"toUpper", {Type::String}, false, changed_text<upper_text>},
      {"value",
       {Type::SamplePointer},
       false,
       [](Data, Arguments a) { return make_float(sample_of(a[0]).value); }},
  };
  return functions;
}

}  // namespace vigil::monitoring::text_template
