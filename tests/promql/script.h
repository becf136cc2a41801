// Prometheus' test scripts: samples are loaded, expressions evaluated, results compared.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "monitoring/store/sample.h"
#include "series_description.h"

namespace vigil::promql_test {

/// A script that cannot be read: `FILE:LINE: what is wrong`.
class ScriptError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `clear`: all samples are gone.
struct Clear {};

/// `load 5m`: the values of each series stand that far apart, from time 0.
struct Load {
  int line = 0;
  std::chrono::milliseconds interval{0};
  bool with_histograms = false;  ///< `load_with_nhcb`: native histograms of the classic ones, besides
  std::vector<SeriesDescription> series;
};

/// How a message must be: any, this text, or matched by this regular expression.
struct ExpectedMessage {
  enum class Match : std::uint8_t { Any, Text, Regex };
  Match match = Match::Any;
  std::string text;
};

/// What annotations of a level are expected.
enum class Annotated : std::uint8_t { None, Some, Unchecked };

/// The expected series of an instant evaluation are samples, from a time on at steps.
struct RangeVector {
  monitoring::SampleTime start = 0;
  std::chrono::milliseconds step{0};
};

/// `eval instant at 5m EXPRESSION` or `eval range from 0 to 5m step 1m EXPRESSION`, and the lines below.
struct Evaluation {
  int line = 0;
  std::string expression;
  bool is_range = false;
  monitoring::SampleTime start = 0;
  monitoring::SampleTime end = 0;
  std::chrono::milliseconds step{0};

  bool fails = false;
  bool ordered = false;
  Annotated warnings = Annotated::None;
  Annotated infos = Annotated::None;
  std::vector<ExpectedMessage> failures, warning_messages, info_messages;

  std::optional<double> scalar;
  std::optional<std::string> text;
  std::vector<SeriesDescription> series;
  std::optional<RangeVector> range_vector;
};

using Command = std::variant<Clear, Load, Evaluation>;

/// Throws ScriptError. `file` is for messages.
[[nodiscard]] std::vector<Command> read_script(std::string_view text, const std::string& file);

}  // namespace vigil::promql_test
