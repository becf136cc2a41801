#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/promql/engine.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/promql/parser.h"
#include "monitoring/promql/printer.h"
#include "monitoring/store/plain_source.h"
#include "promql_expressions.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::promql;
using namespace std::chrono_literals;

namespace {

constexpr SampleTime kMinute = 60'000;

/// `orders_total{desk="a"}` and `{desk="b"}`, a sample a minute for an hour.
class Desks final : public PlainSource {
 public:
  Desks() {
    for (SampleTime minute = 0; minute <= 60; ++minute) {
      for (const char* desk : {"a", "b"}) {
        append(Labels{{kMetricNameLabel, "orders_total"}, {"desk", desk}},
               {.time = minute * kMinute, .value = static_cast<double>(minute) * (*desk == 'a' ? 60 : 120)});
      }
    }
  }
};

QueryResult instant(const SampleSource& source, std::string_view text, SampleTime time,
                    const QueryContext& context = {}) {
  return Engine{}.instant(*parse(text), source, time, context);
}

/// `series value` of each element, in order.
std::vector<std::string> elements(const QueryResult& result) {
  std::vector<std::string> out;
  for (const VectorElement& element : std::get<VectorValue>(result.value)) {
    out.push_back(series_text(element.labels) + ' ' + number_text(element.sample.value));
  }
  return out;
}
using Lines = std::vector<std::string>;

EvaluationError error_of(const SampleSource& source, std::string_view text, const QueryContext& context) {
  try {
    (void)Engine{}.range(*parse(text), source, 0, 60 * kMinute, 1min, context);
  } catch (const EvaluationError& error) {
    return error;
  }
  return EvaluationError("none");
}

/// Samples that know what they were rolled up from.
class RolledUpSource final : public SampleSource {
 public:
  struct Point {
    SampleTime time;
    double last, minimum, maximum, sum, count;
  };
  RolledUpSource(std::vector<Point> points, SampleTime raw_from)
      : series_(std::make_shared<Series>(std::move(points))), raw_from_(raw_from) {}

  [[nodiscard]] std::vector<std::shared_ptr<const StoredSeries>> select(std::span<const LabelMatcher>,
                                                                        SampleRange) const override {
    return {series_};
  }
  [[nodiscard]] SampleTime raw_from() const override { return raw_from_; }
  [[nodiscard]] std::vector<std::string> label_names(std::span<const LabelMatcher>,
                                                     SampleRange) const override {
    return {};
  }
  [[nodiscard]] std::vector<std::string> label_values(std::string_view, std::span<const LabelMatcher>,
                                                      SampleRange) const override {
    return {};
  }

 private:
  class Series final : public StoredSeries {
   public:
    explicit Series(std::vector<Point> points) : points_(std::move(points)) {}
    [[nodiscard]] const Labels& labels() const noexcept override { return labels_; }
    void read(SampleRange range, RollUpColumn column, std::vector<Sample>& out) const override {
      for (const Point& point : points_) {
        if (point.time < range.from || point.time > range.to) continue;
        const double columns[] = {point.last, point.minimum, point.maximum, point.sum, point.count};
        out.push_back({.time = point.time, .value = columns[static_cast<std::size_t>(column)]});
      }
    }
    [[nodiscard]] std::optional<Sample> last(SampleRange range) const override {
      std::vector<Sample> samples;
      read(range, RollUpColumn::Last, samples);
      return samples.empty() ? std::nullopt : std::optional{samples.back()};
    }

   private:
    Labels labels_{{kMetricNameLabel, "latency"}};
    std::vector<Point> points_;
  };

  std::shared_ptr<const Series> series_;
  SampleTime raw_from_;
};

/// A few series of the names that drawn expressions select, with gaps, ends and odd values.
void draw_samples(PlainSource& source) {
  for (const char* name : {"up", "a:b", "sum", "by"}) {
    for (const char* a : {"", "b", "x"}) {
      const Labels labels{{kMetricNameLabel, name}, {"a", a}, {"c", *rc::gen::element("x1", "y")}};
      for (SampleTime at = 0; at < 20; ++at) {
        if (*rc::gen::inRange(0, 4) == 0) continue;
        const double value = *rc::gen::element(0.0, 1.0, -2.5, 7.0, 1e6, kStaleMarker, kNormalNan,
                                               std::numeric_limits<double>::infinity());
        source.append(labels, {.time = at * 45'000, .value = value});
      }
    }
  }
}

bool same(double a, double b) {
  return a == b || (a != a && b != b);
}

}  // namespace

TEST_CASE("an instant query gives a value of the expression's type") {
  const Desks source;
  CHECK(std::get<ScalarValue>(instant(source, "1 + time()", 5000).value).value == 6);
  CHECK(std::get<ScalarValue>(instant(source, "1", 5000).value).time == 5000);
  CHECK(std::get<StringValue>(instant(source, "('x')", 5000).value).value == "x");
  CHECK(elements(instant(source, "orders_total", kMinute)) ==
        Lines{"orders_total{desk=\"a\"} 60", "orders_total{desk=\"b\"} 120"});
  const QueryResult samples = instant(source, "orders_total{desk='a'}[2m] offset 1m", 5 * kMinute);
  const auto& matrix = std::get<MatrixValue>(samples.value);
  REQUIRE(matrix.size() == 1);
  REQUIRE(matrix[0].samples.size() == 2);
  CHECK(matrix[0].samples[0].time == 3 * kMinute);
  CHECK(matrix[0].samples[1].value == 240);
  const QueryResult inner = instant(source, "rate(orders_total[2m])[2m:1m]", 5 * kMinute);
  CHECK(series_text(std::get<MatrixValue>(inner.value).at(1).labels) == "{desk=\"b\"}");
}

TEST_CASE("a range query gives series by their labels with samples at its steps") {
  const Desks source;
  const QueryResult result = Engine{}.range(*parse("-rate(orders_total[2m])"), source, 0, 5 * kMinute, 2min);
  const auto& matrix = std::get<MatrixValue>(result.value);
  REQUIRE(matrix.size() == 2);
  CHECK(series_text(matrix[0].labels) == "{desk=\"a\"}");
  REQUIRE(matrix[1].samples.size() == 2);
  CHECK(matrix[1].samples[0].time == 2 * kMinute);
  CHECK(matrix[1].samples[0].value == -2);
  CHECK(matrix[1].samples[1].time == 4 * kMinute);

  const QueryResult scalar = Engine{}.range(*parse("time() / 60"), source, 0, 2 * kMinute, 1min);
  CHECK(std::get<MatrixValue>(scalar.value).at(0).samples.at(2).value == 2);
  CHECK_THROWS_WITH_AS(
      (void)Engine{}.range(*parse("orders_total[5m]"), source, 0, kMinute, 1min),
      "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector",
      EvaluationError);
}

TEST_CASE("the lookback is a setting") {
  const Desks source;
  const auto found = [&](EngineOptions options, SampleTime time) {
    return std::get<VectorValue>(Engine{options}.instant(*parse("orders_total"), source, time).value).size();
  };
  CHECK(found({}, 65 * kMinute - 1) == 2);
  CHECK(found({}, 65 * kMinute) == 0);
  CHECK(found({.lookback = 10s}, 60 * kMinute + 9'999) == 2);
  CHECK(found({.lookback = 10s}, 60 * kMinute + 10'000) == 0);
  CHECK(found({.lookback = 10s, .ranges = RangeEnds::Closed}, 60 * kMinute + 10'000) == 2);
}

TEST_CASE("a query that holds too many samples ends") {
  const Desks source;
  const auto limited = [&](std::string_view text, std::size_t samples) {
    return error_of(source, text, {.max_samples = samples});
  };
  // 61 steps, two series: the result, and for a rate the samples of one series.
  CHECK(limited("orders_total", 1000).what() == std::string{"none"});
  CHECK(limited("orders_total", 100).failure() == EvaluationFailure::TooManySamples);
  CHECK(limited("orders_total", 100).what() ==
        std::string{"query processing would load too many samples into memory in query execution"});
  CHECK(limited("time()", 60).failure() == EvaluationFailure::TooManySamples);
  CHECK(limited("sum_over_time(vector(1)[1y:1ms])", 1'000'000).failure() ==
        EvaluationFailure::TooManySamples);
  CHECK(limited("orders_total + orders_total", 300).failure() == EvaluationFailure::TooManySamples);

  const QueryResult result = instant(source, "orders_total", kMinute);
  CHECK(result.peak_samples == 2);
  CHECK(instant(source, "sum(rate(orders_total[10m]))", 30 * kMinute).peak_samples < 20);
}

TEST_CASE("a query ends at its deadline, by the clock it was given") {
  const Desks source;
  std::chrono::nanoseconds now{0};
  const QueryContext context{.clock = [&now] { return now += 1ms; }, .deadline = 5ms};
  CHECK(std::get<VectorValue>(instant(source, "orders_total", kMinute, context).value).size() == 2);
  now = 0ms;
  const EvaluationError error = error_of(source, "sum(sum(sum(sum(sum(sum(orders_total))))))", context);
  CHECK(error.failure() == EvaluationFailure::Timeout);
  CHECK(error.what() == std::string{"query timed out in expression evaluation"});
}

TEST_CASE("a query that nobody waits for ends") {
  const Desks source;
  std::stop_source stop;
  const QueryContext context{.stop = stop.get_token()};
  CHECK(error_of(source, "orders_total", context).what() == std::string{"none"});
  stop.request_stop();
  const EvaluationError error = error_of(source, "orders_total", context);
  CHECK(error.failure() == EvaluationFailure::Canceled);
  CHECK(error.what() == std::string{"query was canceled in expression evaluation"});
}

TEST_CASE("functions over time read of rolled-up history what they ask for") {
  // Two minutes that were rolled up, then samples as they were recorded.
  const RolledUpSource source({{1 * kMinute, 4, 1, 9, 30, 6},
                               {2 * kMinute, 6, 2, 8, 10, 2},
                               {3 * kMinute, 5, 5, 5, 5, 1},
                               {4 * kMinute, 3, 3, 3, 3, 1}},
                              2 * kMinute + 1);
  const auto value = [&](std::string_view text) {
    return std::get<VectorValue>(instant(source, text, 4 * kMinute).value).at(0).sample.value;
  };
  CHECK(value("latency offset 2m") == 6);
  CHECK(value("min_over_time(latency[4m])") == 1);
  CHECK(value("max_over_time(latency[4m])") == 9);
  CHECK(value("sum_over_time(latency[4m])") == 48);
  CHECK(value("count_over_time(latency[4m])") == 10);
  CHECK(value("avg_over_time(latency[4m])") == 4.8);
  CHECK(value("last_over_time(latency[2m] offset 2m)") == 6);
  CHECK(value("stddev_over_time(latency[3m] offset 2m)") == 1);
  // Only what was recorded.
  CHECK(value("min_over_time(latency[2m])") == 3);
  CHECK(value("avg_over_time(latency[2m])") == 4);
  CHECK(value("count_over_time(latency[2m])") == 2);
  // Both, at the steps of one query.
  const QueryResult result =
      Engine{}.range(*parse("avg_over_time(latency[2m])"), source, 2 * kMinute, 4 * kMinute, 1min);
  const auto& samples = std::get<MatrixValue>(result.value).at(0).samples;
  CHECK(samples.at(0).value == 5);
  CHECK(samples.at(1).value == 5);
  CHECK(samples.at(2).value == 4);
}

TEST_CASE("annotations say where in the expression they arose, each once") {
  const Desks source;
  const std::string text =
      "quantile(2,\n  orders_total) + quantile(2, orders_total) + rate(orders_total[5m])";
  const QueryResult result =
      instant(source, "quantile(2, orders_total) + quantile(2, orders_total)", kMinute);
  REQUIRE(result.annotations.size() == 1);
  CHECK(result.annotations[0].level == AnnotationLevel::Warning);
  CHECK(annotation_text(result.annotations[0], "quantile(2, orders_total)") ==
        "PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)");
  CHECK(Engine{{.ranges = RangeEnds::Closed}}
            .instant(*parse("quantile(2, orders_total)"), source, kMinute)
            .annotations.empty());
}

TEST_CASE("an expression is shared by threads that evaluate it at once") {
  const Desks source;
  const ExpressionPtr expression = parse(
      "sum by (desk) (rate(label_replace(orders_total{desk=~'a|b'}, 'x', '$1', 'desk', '(.)')[10m:1m])) > 0");
  std::atomic<int> right = 0;
  std::vector<std::jthread> threads;
  for (int at = 0; at < 4; ++at) {
    threads.emplace_back([&] {
      for (int times = 0; times < 50; ++times) {
        const QueryResult result = Engine{}.instant(*expression, source, 30 * kMinute);
        if (elements(result) == Lines{"{desk=\"a\"} 1", "{desk=\"b\"} 2"}) ++right;
      }
    });
  }
  threads.clear();
  CHECK(right == 200);
}

TEST_CASE("the deepest expressions evaluate") {
  const Desks source;
  std::string parentheses = "orders_total";
  for (int at = 1; at < kDeepestExpression; ++at) parentheses = '(' + parentheses + ')';
  CHECK(std::get<VectorValue>(instant(source, parentheses, kMinute).value).size() == 2);
  std::string sums = "orders_total";
  for (int at = 1; at < kDeepestExpression; ++at) sums += " + orders_total";
  CHECK(elements(instant(source, sums, kMinute)).at(0) == "{desk=\"a\"} 30000");
  std::string nested = "orders_total";
  for (int at = 1; at < kDeepestExpression / 2; ++at) nested = "max_over_time(" + nested + "[1m:1m])";
  CHECK(std::get<VectorValue>(instant(source, nested, kMinute).value).size() == 2);
}

TEST_CASE("a range query gives at each step what an instant query gives there") {
  const bool held = rc::check("range == instants", [] {
    PlainSource source;
    draw_samples(source);
    const std::string text = DrawnExpression::vector(*rc::gen::inRange(0, 4));
    RC_PRE(text.find("start()") == std::string::npos && text.find("end()") == std::string::npos);
    RC_LOG() << text << '\n';
    const Engine engine{{.ranges = *rc::gen::element(RangeEnds::LeftOpen, RangeEnds::Closed)}};
    ExpressionPtr expression;
    std::optional<QueryResult> range;
    try {
      expression = engine.parse(text);
      range = engine.range(*expression, source, 60'000, 840'000, 90s);
    } catch (const std::runtime_error& error) {
      RC_DISCARD(error.what());
    }
    for (SampleTime time = 60'000; time <= 840'000; time += 90'000) {
      std::map<Labels, double> column;
      for (const MatrixSeries& series : std::get<MatrixValue>(range->value)) {
        for (const Sample& sample : series.samples) {
          if (sample.time == time) column[series.labels] = sample.value;
        }
      }
      const QueryResult at = engine.instant(*expression, source, time);
      const auto& vector = std::get<VectorValue>(at.value);
      RC_LOG() << "at " << time << '\n';
      RC_ASSERT(vector.size() == column.size());
      for (const VectorElement& element : vector) {
        const auto found = column.find(element.labels);
        RC_ASSERT(found != column.end());
        RC_ASSERT(same(found->second, element.sample.value));
      }
    }
  });
  CHECK(held);
}
