#include "monitoring/alerting/backtest.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/alerting/backtest_source.h"
#include "monitoring/alerting/history_sink.h"
#include "monitoring/alerting/rule_context.h"
#include "monitoring/alerting/rule_manager.h"
#include "monitoring/promql/engine.h"
#include "monitoring/promql/parser.h"
#include "monitoring/store/plain_source.h"
#include "monitoring/store/recorded_history.h"
#include "tests/monitoring/history_fixture.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::test;

namespace {

using Texts = std::vector<std::string>;

Labels labels_of(const std::string& series) {
  LabelsBuilder labels;
  for (const LabelMatcher& matcher : promql::parse_selector(series)) {
    labels.set(matcher.name(), matcher.value());
  }
  return labels.build();
}

std::string change_text(const RuleGroup& group, const GroupOutcome::Change& change) {
  const ActiveAlert& alert = change.change.alert;
  return std::to_string((group.last_evaluation() - kMidnight) / 1000) + " " + change.rule->name + " " +
         std::string{to_string(change.change.from)} + " " + std::string{to_string(alert.state)} + " " +
         series_text(alert.labels) + " " + series_text(alert.annotations) + " " +
         std::to_string(alert.value) + " " + std::to_string(alert.active_at) + " " +
         std::to_string(alert.fired_at) + " " + std::to_string(alert.resolved_at);
}

/// Notes what evaluations told.
struct Notes {
  void take(const RuleGroup& group, const GroupOutcome& outcome) {
    for (const GroupOutcome::Change& change : outcome.changes) texts.push_back(change_text(group, change));
    for (const auto& [rule, error] : outcome.errors) {
      texts.push_back(std::to_string((group.last_evaluation() - kMidnight) / 1000) + " " + rule->name + ": " +
                      error);
    }
  }
  Texts texts;
};

constexpr auto kRules = R"(groups:
- name: fast
  interval: 2s
  rules:
  - {record: "x:double", expr: x * 2}
  - {alert: High, expr: x > 12, for: 4s, labels: {severity: high, at: "{{ $labels.venue }}"}}
  - {alert: Low, expr: 4 > x, keep_firing_for: 10s, annotations: {text: "is {{ $value }}"}}
  - {alert: Sticky, expr: x > 14, annotations: {vigil_exit_threshold: "9", vigil_no_data: clear}}
- name: slow
  rules:
  - {alert: Doubled, expr: "x:double > 24", for: 10s}
  - {alert: Busy, expr: "rate(requests_total[1m]) > 2.2", annotations: {vigil_minimum_samples: "20"}}
  - {alert: Away, expr: absent(x), annotations: {vigil_no_data: clear}}
  - {alert: Odd, expr: odd > 3, annotations: {vigil_no_data: fire}}
  - {alert: Average, expr: "avg_over_time(x[5m]) > 7.5"}
  - {alert: Two, expr: "x > -1"}
- name: last
  interval: 7s
  limit: 1
  rules:
  - {alert: Many, expr: "count(ALERTS{alertstate=\"firing\", alertname!=\"Many\"}) > 2"}
  - {alert: Long, expr: "time() - min(ALERTS_FOR_STATE{alertname=\"High\"}) > 20"}
  - {alert: Few, expr: x > 2}
)";

std::vector<RuleGroupDefinition> rules(const std::string& text) {
  return read_rule_file(text, "rules.yml");
}

/// A history in a folder and rules over it, as the monitor thread of an engine has them.
struct Live {
  Live(const HistoryConfig& config, const std::string& text)
      : recording(config),
        manager(
            {.evaluation_interval = 10'000}, rule_context(engine, recording.history, {}),
            [this] { return std::make_unique<HistorySink>(recording.history); },
            [] { return std::chrono::nanoseconds{0}; },
            {.evaluated = [this](const RuleGroup& group,
                                 const GroupOutcome& outcome) { notes.take(group, outcome); },
             .send = {}},
            registry) {
    manager.load(rules(text), 0);
  }
  void turn(SampleTime time, const std::map<std::string, double>& values) {
    REQUIRE(recording.cycle->begin(time));
    for (const auto& [series, value] : values) CHECK(recording.cycle->put(labels_of(series), value));
    recording.cycle->end();
    manager.evaluate(time);
    recording.history.work();
  }

  HistoryFixture recording;
  Registry registry;
  promql::Engine engine;
  Notes notes;
  RuleManager manager;
};

/// A recording by hand: a value each second from kMidnight on, NaN for none.
void record(PlainSource& source, const std::string& series, const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto time = kMidnight + static_cast<SampleTime>(i) * 1000;
    if (values[i] == values[i]) source.append(labels_of(series), {.time = time, .value = values[i]});
  }
}

BacktestReport run(const SampleSource& source, const std::string& text, SampleTime interval = 1000) {
  const auto times = sample_times(source, {.from = kMidnight, .to = kMidnight + 100'000'000});
  return backtest(source, times, rules(text), {.evaluation_interval = interval});
}

std::string firing_text(const BacktestFiring& firing) {
  const auto second = [](SampleTime time) { return std::to_string((time - kMidnight) / 1000); };
  return series_text(firing.labels) + " " + second(firing.pending_since) + " " + second(firing.fired_at) +
         " " + (firing.resolved_at ? second(*firing.resolved_at) : "-") + " value " +
         std::to_string(std::lround(firing.value)) + " peak " + std::to_string(std::lround(firing.peak));
}

Texts firing_texts(const BacktestReport& report) {
  Texts texts;
  for (const BacktestFiring& firing : report.firings) texts.push_back(firing_text(firing));
  return texts;
}

}  // namespace

TEST_CASE("rules change state over a recording when they did while it was made, and as they did") {
  CHECK(rc::check("with the same labels, annotations, values and times", [] {
    const HistoryFolder folder;
    HistoryConfig config;
    config.folder = folder.path();
    // A drawn recording may last longer than samples are kept as they were taken.
    config.raw_retention = std::chrono::hours{24};
    Texts live;
    {
      Live engine(config, kRules);
      SampleTime time = kMidnight + *rc::gen::inRange<SampleTime>(0, 100) * 1000;
      double requests = 0;
      std::map<std::string, double> values;
      const auto length = *rc::gen::inRange(1, 15);
      for (int i = 0; i < length; ++i) {
        const std::string venue = *rc::gen::element<std::string>("A", "B");
        const std::string series = "x{venue=\"" + venue + "\"}";
        switch (*rc::gen::inRange(0, 5)) {
          case 0:
            values.erase(series);
            break;
          case 1:
            values["odd"] = *rc::gen::element(1.0, 5.0, std::numeric_limits<double>::quiet_NaN());
            break;
          default:
            values[series] = *rc::gen::inRange(0, 20);
        }
        const auto rate = *rc::gen::inRange(0, 5);
        for (int turns = *rc::gen::inRange(1, 60); turns > 0; --turns) {
          requests += rate;
          values["requests_total"] = requests;
          engine.turn(time, values);
          time += *rc::gen::element<SampleTime>(1000, 1000, 1000, 1000, 1000, 1000, 3000, 45'000);
        }
      }
      engine.recording.history.flush();
      live = engine.notes.texts;
    }
    const RecordedHistory recorded(folder.path());
    const auto times = sample_times(recorded, recorded.range());
    Notes notes;
    const BacktestReport report =
        backtest(recorded, times, rules(kRules),
                 {.evaluated = [&](const RuleGroup& group, const GroupOutcome& outcome) {
                   notes.take(group, outcome);
                 }});
    RC_ASSERT(notes.texts == live);
    RC_ASSERT(report.rules.size() == 13U);
  }));
}

TEST_CASE("an alert that fired is told of with its times, its value and its peak") {
  PlainSource source;
  record(source, "x", {0, 6, 7, 9, 8, 0, 0, 6, 6, 6});
  record(source, "y", {9, 9, 4, 2, 3, 9, 9, 9, 9, 9});
  const BacktestReport report = run(source, R"(groups:
- name: g
  rules:
  - {alert: High, expr: x > 5, for: 2s}
  - {alert: Low, expr: 5 > y}
  - {alert: Short, expr: x > 5, for: 5s}
  - {alert: Both, expr: x > 5 or y < 3}
)");
  CHECK(firing_texts(report) ==
        Texts{R"({alertname="Both"} 1 1 5 value 6 peak 9)", R"({alertname="Low"} 2 2 5 value 4 peak 2)",
              R"({alertname="High"} 1 3 5 value 9 peak 9)", R"({alertname="Both"} 7 7 - value 6 peak 6)",
              R"({alertname="High"} 7 9 - value 6 peak 6)"});
  CHECK(firing_time(report.firings[0], report) == 4000);
  CHECK(firing_time(report.firings[3], report) == 2000);
  CHECK(report.evaluations == 40);
  CHECK(report.first == kMidnight);
  CHECK(report.last == kMidnight + 9000);
}

TEST_CASE("what rules gave when it was recorded does not mix with what they give now") {
  PlainSource source;
  record(source, "x", {1, 1, 1});
  record(source, "recorded:x", {100, 100, 100});
  record(source, R"(ALERTS{alertname="Mine", alertstate="firing"})", {1, 1, 1});
  record(source, R"(ALERTS{alertname="Other", alertstate="firing"})", {1, 1, 1});
  const BacktestReport report = run(source, R"(groups:
- name: g
  rules:
  - {record: "recorded:x", expr: x + 1}
  - {alert: Mine, expr: x > 5}
  - {alert: SeesMine, expr: 'ALERTS{alertname="Mine"}'}
  - {alert: SeesOther, expr: 'ALERTS{alertname="Other"}'}
  - {alert: SeesBoth, expr: 'count({__name__=~"ALERTS|recorded:x", alertname!~"Sees.*"}) > 0'}
  - {alert: Old, expr: "recorded:x > 50"}
  - {alert: New, expr: "recorded:x > 1"}
)");
  Texts fired;
  for (const BacktestFiring& firing : report.firings) {
    fired.push_back(std::string{firing.labels.value("alertname")} + " " +
                    std::to_string(std::lround(firing.value)));
  }
  CHECK(fired == Texts{"SeesOther 1", "SeesBoth 2", "New 2"});
}

TEST_CASE("no rule sees what comes later") {
  PlainSource source;
  record(source, "x", {1, 2, 3, 4, 5});
  const BacktestReport report = run(source, R"(groups:
- name: g
  rules:
  - {alert: Ahead, expr: x offset -1s > 0}
  - {alert: Latest, expr: "max_over_time(x[10s] offset -5s) > 3"}
  - {alert: Fixed, expr: x @ 1700352003 > 0}
)");
  CHECK(firing_texts(report) == Texts{R"({alertname="Ahead"} 0 0 - value 1 peak 5)",
                                      R"({alertname="Fixed"} 0 0 - value 1 peak 4)",
                                      R"({alertname="Latest"} 3 3 - value 4 peak 5)"});
}

TEST_CASE("rules that never had a sample to look at are named with what they asked for") {
  PlainSource source;
  record(source, "x", {1, 1, 1});
  const BacktestReport report = run(source, R"(groups:
- name: g
  rules:
  - {alert: Good, expr: x > 5}
  - {alert: Gone, expr: 'rate(gone_total{venue="A"}[5m]) > 5'}
  - {alert: Half, expr: x > 5 or gone > 1 or gone > 2}
  - {alert: Past, expr: x offset 1h > 5}
  - {alert: Clock, expr: vector(1) > 5}
  - {alert: Own, expr: 'ALERTS{alertname="Clock"}'}
)");
  std::map<std::string, Texts> without;
  std::map<std::string, bool> has_data;
  for (const BacktestRule& rule : report.rules) {
    without[rule.place.name] = rule.without_data;
    has_data[rule.place.name] = rule.has_data;
  }
  CHECK(without["Good"].empty());
  CHECK(without["Clock"].empty());
  CHECK(has_data["Clock"]);
  CHECK(without["Gone"] == Texts{R"(gone_total{venue="A"})"});
  CHECK_FALSE(has_data["Gone"]);
  CHECK(without["Half"] == Texts{"gone"});
  CHECK(has_data["Half"]);
  CHECK(without["Past"] == Texts{"x offset 1h"});
  CHECK(without["Own"] == Texts{R"(ALERTS{alertname="Clock"})"});
}

TEST_CASE("a rule that cannot be evaluated is counted with its reason, and ends what it fired") {
  PlainSource source;
  record(source, R"(x{venue="A"})", {1, 1, 1, 1, 1});
  record(source, R"(x{venue="B"})", {0, 0, 1, 1, 0});
  const BacktestReport report =
      run(source, "groups: [{name: g, limit: 1, rules: [{alert: One, expr: x > 0}]}]");
  REQUIRE(report.rules.size() == 1);
  CHECK(report.rules[0].evaluations == 5);
  CHECK(report.rules[0].failures == 2);
  CHECK(report.rules[0].last_error == "exceeded limit of 1 with 2 alerts");
  CHECK(firing_texts(report) == Texts{R"({alertname="One", venue="A"} 0 0 2 value 1 peak 1)",
                                      R"({alertname="One", venue="A"} 4 4 - value 1 peak 1)"});
}

TEST_CASE("evaluations are at the first samples at or behind whole multiples of the interval") {
  PlainSource source;
  for (const SampleTime second : {3, 4, 12, 13, 14, 15, 31, 32}) {
    source.append(labels_of("x"), {.time = kMidnight + second * 1000, .value = 1});
  }
  Texts seconds;
  const auto times = sample_times(source, {.from = kMidnight, .to = kMidnight + 60'000});
  CHECK(times.size() == 8);
  static_cast<void>(backtest(source, times, rules("groups: [{name: g, rules: [{alert: A, expr: x > 1}]}]"),
                             {.evaluated = [&](const RuleGroup& group, const GroupOutcome&) {
                               seconds.push_back(
                                   std::to_string((group.last_evaluation() - kMidnight) / 1000));
                             }}));
  CHECK(seconds == Texts{"3", "12", "31"});
}

TEST_CASE("times of samples are those of all series, each once") {
  CHECK(rc::check("in order", [] {
    PlainSource source;
    std::set<SampleTime> all;
    for (const std::string name : {"a", "b", "c"}) {
      SampleTime time = kMidnight;
      for (int i = *rc::gen::inRange(0, 50); i > 0; --i) {
        time += *rc::gen::element<SampleTime>(1000, 2000, 500'000);
        source.append(labels_of(name), {.time = time, .value = 1});
        all.insert(time);
      }
    }
    const SampleRange range{.from = kMidnight, .to = kMidnight + *rc::gen::inRange(1, 10'000'000)};
    std::erase_if(all, [&](SampleTime time) { return time > range.to; });
    RC_ASSERT(sample_times(source, range) == std::vector<SampleTime>(all.begin(), all.end()));
  }));
}

TEST_CASE("what is kept of a recording for rules is what it has") {
  CHECK(rc::check("for any ranges at any times", [] {
    PlainSource recorded;
    PlainSource produced;
    SampleTime time = kMidnight;
    double count = 0;
    for (int i = 0; i < 300; ++i) {
      time += *rc::gen::element<SampleTime>(1000, 10'000, 60'000);
      const double value = *rc::gen::element(1.0, 1.0, 2.0, 3.0, 5.0, 100.0, kStaleMarker);
      count = value == 100 ? 0 : is_stale(value) ? value : (count == count ? count : 0) + value;
      recorded.append(labels_of("x"), {.time = time, .value = count});
    }
    const promql::Engine engine;
    BacktestSource source(recorded, produced, RuleSeries(std::vector<RuleGroupDefinition>{}));
    SampleTime now = kMidnight;
    for (int i = 0; i < 60; ++i) {
      now += *rc::gen::element<SampleTime>(0, 0, 5000, 100'000, 1'000'000, -500'000);
      source.set_now(now);
      const SampleTime from = now - *rc::gen::element<SampleTime>(0, 1000, 300'000, 3'600'000);
      const SampleRange range{.from = from, .to = now + *rc::gen::element<SampleTime>(-100'000, 0, 60'000)};
      const SampleRange seen{.from = from, .to = std::min(range.to, now)};
      const auto column = *rc::gen::element(RollUpColumn::Last, RollUpColumn::Count);
      RC_ASSERT(is_same(read(source, "x", range, column), read(recorded, "x", seen, column)));
      const auto expected = read(recorded, "x", seen);
      const auto last = source.select(named("x"), range).front()->last(range);
      RC_ASSERT(last.has_value() == !expected.empty());
      if (last) RC_ASSERT(is_same({*last}, {expected.back()}));
      const auto increase = engine.parse(*rc::gen::element<std::string>("increase(x[2m])", "rate(x[1h])"));
      const auto value_over = [&](const SampleSource& of) {
        const auto found = std::get<promql::VectorValue>(engine.instant(*increase, of, now).value);
        return found.empty() ? std::vector<Sample>{} : std::vector{found.front().sample};
      };
      RC_ASSERT(is_same(value_over(source), value_over(recorded)));
    }
  }));
}

TEST_CASE("roll-ups are kept for rules as they are, column by column, up to the samples behind them") {
  const HistoryFolder folder;
  HistoryConfig config;
  config.folder = folder.path();
  config.raw_retention = std::chrono::minutes{20};
  {
    HistoryFixture fixture(config);
    for (int i = 0; i < 1500; ++i) {
      fixture.turn(kMidnight + i * 10'000, {{"x", i % 37}, {"y_total", i % 500 * 2}});
      fixture.history.work();
    }
    fixture.history.flush();
  }
  const RecordedHistory recorded(folder.path());
  REQUIRE(recorded.raw_from() > kMidnight + 3'600'000);
  const PlainSource produced;
  BacktestSource source(recorded, produced, RuleSeries(std::vector<RuleGroupDefinition>{}));
  const promql::Engine engine;
  for (const std::string text : {"x", "avg_over_time(x[10m])", "max_over_time(x[1h])", "min_over_time(x[3m])",
                                 "count_over_time(x[2h])", "rate(y_total[30m])", "increase(y_total[2h])",
                                 "sum_over_time(x[5m] offset 20m)"}) {
    CAPTURE(text);
    const auto expression = engine.parse(text);
    for (SampleTime now = kMidnight + 59'000; now < kMidnight + 15'000'000; now += 60'000) {
      source.set_now(now);
      const auto seen = std::get<promql::VectorValue>(engine.instant(*expression, source, now).value);
      const auto there = std::get<promql::VectorValue>(engine.instant(*expression, recorded, now).value);
      REQUIRE(seen.size() == there.size());
      for (std::size_t i = 0; i < seen.size(); ++i) REQUIRE(seen[i].sample.value == there[i].sample.value);
    }
  }
  const auto times = sample_times(recorded, recorded.range());
  CHECK(times.front() == kMidnight + 50'000);
  CHECK(times[1] - times[0] == 60'000);
  CHECK(times.back() == kMidnight + 14'990'000);
  CHECK(times[times.size() - 2] == times.back() - 10'000);
}
