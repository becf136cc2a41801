#include "script.h"

#include <algorithm>
#include <utility>

#include "monitoring/promql/number_text.h"
#include "monitoring/promql/quoted_text.h"

namespace vigil::promql_test {

namespace {

using monitoring::promql::parse_duration;
using monitoring::promql::parse_number;
using monitoring::promql::unquoted_text;

constexpr std::string_view kSpace = " \t\r";

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Takes the first word off the text.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(kSpace), text.size());
  const std::string_view word = text.substr(0, end);
  text = trimmed(text.substr(end));
  return word;
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& file) : file_(file) {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      const std::string_view line = trimmed(text.substr(0, end));
      lines_.push_back(line.starts_with('#') ? std::string_view{} : line);
      text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
  }

  std::vector<Command> read() {
    while (at_ < lines_.size()) {
      if (lines_[at_].empty()) {
        ++at_;
        continue;
      }
      read_command();
    }
    return std::move(commands_);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw ScriptError(file_ + ':' + std::to_string(at_ + 1) + ": " + message);
  }

  void read_command() {
    std::string_view rest = lines_[at_];
    const std::string_view word = take_word(rest);
    if (word == "clear" && rest.empty()) {
      commands_.emplace_back(Clear{});
      ++at_;
    } else if (word == "load" || word == "load_with_nhcb") {
      read_load(rest, word != "load");
    } else if (word == "eval" || word.starts_with("eval_")) {
      read_evaluation(word, rest);
    } else {
      fail("expected clear, load or eval, found \"" + std::string{word} + '"');
    }
  }

  std::chrono::milliseconds duration(std::string_view text, std::string_view what) const {
    const auto parsed = parse_duration(text);
    if (parsed) return *parsed;
    fail(std::string{what} + ": expected a duration, found \"" + std::string{text} + '"');
  }

  SeriesDescription series() const {
    try {
      return parse_series(lines_[at_]);
    } catch (const ScriptFault& fault) {
      fail(fault.message);
    }
  }

  void read_load(std::string_view interval, bool with_histograms) {
    Load load{.line = static_cast<int>(at_) + 1,
              .interval = duration(interval, "load"),
              .with_histograms = with_histograms,
              .series = {}};
    if (load.interval.count() == 0) fail("load: expected a duration above 0");
    for (++at_; at_ < lines_.size() && !lines_[at_].empty(); ++at_) load.series.push_back(series());
    commands_.emplace_back(std::move(load));
  }

  void expect_word(std::string_view& rest, std::string_view wanted) const {
    const std::string_view found = take_word(rest);
    if (found != wanted)
      fail("expected \"" + std::string{wanted} + "\", found \"" + std::string{found} + '"');
  }

  void read_evaluation(std::string_view word, std::string_view rest) {
    Evaluation evaluation;
    evaluation.line = static_cast<int>(at_) + 1;
    read_kind(word, evaluation);
    const std::string_view kind = take_word(rest);
    if (kind == "instant") {
      if (rest.starts_with("at ")) {
        take_word(rest);
        evaluation.start = duration(take_word(rest), "at").count();
      }
      evaluation.end = evaluation.start;
    } else if (kind == "range") {
      evaluation.is_range = true;
      expect_word(rest, "from");
      evaluation.start = duration(take_word(rest), "from").count();
      expect_word(rest, "to");
      evaluation.end = duration(take_word(rest), "to").count();
      expect_word(rest, "step");
      evaluation.step = duration(take_word(rest), "step");
      if (evaluation.end < evaluation.start) fail("expected an end that is not before the start");
      if (evaluation.step.count() == 0) fail("step: expected a duration above 0");
    } else {
      fail("expected \"instant\" or \"range\", found \"" + std::string{kind} + '"');
    }
    if (rest.empty()) fail("expected an expression");
    evaluation.expression = rest;
    for (++at_; at_ < lines_.size() && !lines_[at_].empty(); ++at_) read_expectation(evaluation);
    commands_.emplace_back(std::move(evaluation));
  }

  void read_kind(std::string_view word, Evaluation& evaluation) const {
    if (word == "eval_fail") {
      evaluation.fails = true;
    } else if (word == "eval_ordered") {
      evaluation.ordered = true;
    } else if (word == "eval_warn") {
      evaluation.warnings = Annotated::Some;
    } else if (word == "eval_info") {
      evaluation.infos = Annotated::Some;
    } else if (word != "eval") {
      fail("expected eval, eval_fail, eval_ordered, eval_warn or eval_info, found \"" + std::string{word} +
           '"');
    }
    // Prometheus looks at annotations only where order does not matter.
    if (!evaluation.ordered) return;
    evaluation.warnings = Annotated::Unchecked;
    evaluation.infos = Annotated::Unchecked;
  }

  void read_expectation(Evaluation& evaluation) const {
    std::string_view rest = lines_[at_];
    const std::string_view word = take_word(rest);
    if (word == "expected_fail_message") {
      evaluation.failures.push_back({.match = ExpectedMessage::Match::Text, .text = std::string{rest}});
    } else if (word == "expected_fail_regexp") {
      evaluation.failures.push_back({.match = ExpectedMessage::Match::Regex, .text = std::string{rest}});
    } else if (word == "expect") {
      read_expect(evaluation, rest);
    } else if (const auto number = parse_number(lines_[at_])) {
      evaluation.scalar = number;
    } else {
      evaluation.series.push_back(series());
      if (!evaluation.is_range && !evaluation.range_vector && evaluation.series.back().values.size() != 1) {
        fail("expected one value for an instant, found " +
             std::to_string(evaluation.series.back().values.size()));
      }
    }
  }

  /// `expect fail msg: TEXT` and its relatives.
  void read_expect(Evaluation& evaluation, std::string_view rest) const {
    const std::string_view what = take_word(rest);
    if (what == "ordered") {
      evaluation.ordered = true;
    } else if (what == "no_warn") {
      evaluation.warnings = Annotated::None;
    } else if (what == "no_info") {
      evaluation.infos = Annotated::None;
    } else if (what == "fail") {
      evaluation.fails = true;
      evaluation.failures.push_back(message(rest));
    } else if (what == "warn") {
      evaluation.warnings = Annotated::Some;
      evaluation.warning_messages.push_back(message(rest));
    } else if (what == "info") {
      evaluation.infos = Annotated::Some;
      evaluation.info_messages.push_back(message(rest));
    } else if (what == "string") {
      evaluation.text = unquoted_text(rest);
      if (!evaluation.text) fail("expect string: expected a quoted text");
    } else if (what == "range") {
      expect_word(rest, "vector");
      expect_word(rest, "from");
      RangeVector range;
      range.start = duration(take_word(rest), "from").count();
      expect_word(rest, "to");
      take_word(rest);
      expect_word(rest, "step");
      range.step = duration(take_word(rest), "step");
      evaluation.range_vector = range;
    } else {
      fail("expect: expected fail, warn, info, no_warn, no_info, ordered, string or range vector, found \"" +
           std::string{what} + '"');
    }
  }

  ExpectedMessage message(std::string_view rest) const {
    if (rest.empty()) return {};
    const std::string_view kind = take_word(rest);
    if (kind == "msg:") return {.match = ExpectedMessage::Match::Text, .text = std::string{rest}};
    if (kind == "regex:") return {.match = ExpectedMessage::Match::Regex, .text = std::string{rest}};
    fail("expected msg: or regex:, found \"" + std::string{kind} + '"');
  }

  const std::string& file_;
  std::vector<std::string_view> lines_;
  std::size_t at_ = 0;
  std::vector<Command> commands_;
};

}  // namespace

std::vector<Command> read_script(std::string_view text, const std::string& file) {
  return Reader{text, file}.read();
}

}  // namespace vigil::promql_test
