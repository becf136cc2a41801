#include "monitoring/promql/series_description.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>

#include "monitoring/promql/characters.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/quoted_text.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring::promql {

namespace {

/// More values than any script means to write.
constexpr std::uint64_t kMostValues = 1'000'000;

bool is_of_name(char c) {
  return is_word(c) || c == ':';
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  SeriesDescription read() {
    read_labels();
    while (true) {
      skip_space();
      if (at_ == text_.size()) break;
      read_item();
      if (at_ < text_.size() && !is_space(text_[at_])) fail("a space between values");
    }
    description_.labels = labels_.build();
    return std::move(description_);
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    const std::string_view rest = text_.substr(at_, 20);
    throw SeriesDescriptionError("column " + std::to_string(at_ + 1) + ": expected " + expected + ", found " +
                                 (rest.empty() ? "the end" : '"' + std::string{rest} + '"'));
  }
  static bool is_space(char c) { return c == ' ' || c == '\t'; }
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char wanted) {
    if (peek() != wanted) return false;
    ++at_;
    return true;
  }
  std::string_view take_word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_of_name(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  std::string take_quoted() {
    const std::size_t begin = at_;
    const char quote = peek();
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote) at_ += text_[at_] == '\\' && quote != '`' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    auto value = unquoted_text(text_.substr(begin, at_ - begin));
    if (value) return *std::move(value);
    at_ = begin;
    fail("a quoted text");
  }

  void read_labels() {
    const std::string_view name = take_word();
    if (!name.empty()) labels_.set(kMetricNameLabel, name);
    // Behind a space there are values; a histogram begins with a brace too.
    if (!take('{')) {
      if (name.empty()) fail("a metric's name or '{'");
      return;
    }
    while (true) {
      skip_space();
      if (take('}')) return;
      read_label();
      skip_space();
      if (take('}')) return;
      if (!take(',')) fail("',' or '}'");
    }
  }
  void read_label() {
    const bool quoted = peek() == '"' || peek() == '\'' || peek() == '`';
    const std::string name = quoted ? take_quoted() : std::string{take_word()};
    if (name.empty()) fail("a label's name");
    skip_space();
    if (!take('=')) {
      if (!quoted) fail("'='");
      labels_.set(kMetricNameLabel, name);
      return;
    }
    skip_space();
    if (peek() != '"' && peek() != '\'' && peek() != '`') fail("a quoted value");
    labels_.set(name, take_quoted());
  }

  /// A value or values: `1`, `1x5`, `1+2x5`, `_`, `_x5`, `stale`, `{{...}}`.
  void read_item() {
    if (text_.substr(at_).starts_with("{{")) {
      read_histogram();
    } else if (take('_')) {
      repeat(take('x') ? take_count() : 1, [](std::uint64_t) { return std::nullopt; });
    } else if (text_.substr(at_).starts_with("stale")) {
      at_ += 5;
      const std::uint64_t count = take('x') ? take_count() + 1 : 1;
      repeat(count, [](std::uint64_t) { return std::optional{kStaleMarker}; });
    } else {
      read_number_item();
    }
  }
  void read_number_item() {
    double value = take_number();
    double difference = 0;
    if (peek() == '+' || peek() == '-') {
      difference = take_number();
      if (peek() != 'x') fail("'x' and a count");
    }
    const std::uint64_t count = take('x') ? take_count() + 1 : 1;
    repeat(count, [&](std::uint64_t at) {
      if (at > 0) value += difference;
      return std::optional{value};
    });
  }
  void read_histogram() {
    description_.has_histograms = true;
    while (true) {
      const std::size_t end = text_.find("}}", at_);
      if (end == std::string_view::npos) fail("'}}' at the end of the histogram");
      at_ = end + 2;
      if ((peek() != '+' && peek() != '-') || !text_.substr(at_ + 1).starts_with("{{")) break;
      ++at_;
    }
    repeat(take('x') ? take_count() + 1 : 1, [](std::uint64_t) { return std::nullopt; });
  }

  template <typename Value>
  void repeat(std::uint64_t count, Value value) {
    if (description_.values.size() + count > kMostValues) fail("at most a million values");
    for (std::uint64_t at = 0; at < count; ++at) description_.values.push_back(value(at));
  }

  std::uint64_t take_count() {
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), count);
    if (error != std::errc{}) fail("a count");
    if (count > kMostValues) fail("a count of at most a million");
    at_ = static_cast<std::size_t>(end - text_.data());
    return count;
  }

  double take_number() {
    const std::size_t begin = at_;
    if (peek() == '+' || peek() == '-') ++at_;
    if (is_digit(peek()) || peek() == '.') {
      take_digits();
      if (take('.')) take_digits();
      if (peek() == 'e' || peek() == 'E') {
        ++at_;
        if (peek() == '+' || peek() == '-') ++at_;
        take_digits();
      }
    } else {
      // Inf and NaN.
      at_ = std::min(at_ + 3, text_.size());
    }
    const auto value = parse_number(text_.substr(begin, at_ - begin));
    if (value) return *value;
    at_ = begin;
    fail("a value");
  }
  void take_digits() {
    while (is_digit(peek())) ++at_;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  LabelsBuilder labels_;
  SeriesDescription description_;
};

}  // namespace

SeriesDescription parse_series(std::string_view text) {
  return Reader{text}.read();
}

}  // namespace vigil::monitoring::promql
