#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/bench/cases.h"
#include "engine/bench/order_rig.h"
#include "engine/bench/timing.h"
#include "engine/monitor/slo_files.h"
#include "engine/monitor/slos.h"
#include "monitoring/alerting/history_sink.h"
#include "monitoring/alerting/rule_context.h"
#include "monitoring/alerting/rule_manager.h"
#include "monitoring/promql/engine.h"
#include "monitoring/store/history.h"
#include "monitoring/store/registry_sampler.h"

namespace vigil::engine::bench {
namespace {

using monitoring::Labels;
using monitoring::SampleTime;

constexpr SampleTime kSecond = 1'000;
constexpr SampleTime kHour = 3'600 * kSecond;
constexpr SampleTime kWeek = SampleTime{7} * 24 * kHour;
constexpr SampleTime kBegin = 1'700'000'400'000;  ///< a whole hour

/// In memory, and all of it.
monitoring::HistoryConfig whole_history() {
  monitoring::HistoryConfig config;
  config.max_memory_bytes = 1ULL << 30U;
  return config;
}

/// A history in memory with series that are sampled each second.
class Recorded {
 public:
  explicit Recorded(std::size_t series) : values_(series) {
    for (std::size_t i = 0; i < series; ++i) {
      slots_.push_back(cycle_->take_slot(Labels{{monitoring::kMetricNameLabel, "bench_level"},
                                                {"number", std::to_string(i)},
                                                {"group", std::to_string(i / kSeriesOfAGroup)}}));
      values_[i] = static_cast<double>(i);
    }
  }
  /// Values that move by a hundredth now and then, as prices and levels do.
  void record() {
    time_ += kSecond;
    static_cast<void>(cycle_->begin(time_));
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if ((time_ / kSecond + static_cast<SampleTime>(i)) % 3 == 0) values_[i] += i % 2 == 0 ? 0.01 : -0.01;
      cycle_->put(slots_[i], values_[i]);
    }
    cycle_->end();
    if (time_ % (kSecond * 600) == 0) history.work();
  }
  void record_until(SampleTime end) {
    while (time_ < end) record();
  }
  [[nodiscard]] SampleTime time() const noexcept { return time_; }

  static constexpr std::size_t kSeriesOfAGroup = 10;
  monitoring::Registry registry;
  monitoring::History history{whole_history(), registry};

 private:
  std::unique_ptr<monitoring::SampleCycle> cycle_ = history.make_cycle();
  std::vector<monitoring::SampleCycle::Slot> slots_;
  std::vector<double> values_;
  SampleTime time_ = kBegin;
};

void add(Group& group, const std::string& name, const std::string& unit,
         std::function<void(std::vector<double>&)> sample) {
  group.cases.push_back({name, unit, std::move(sample)});
}

/// The engine's own metrics while it trades: bytes in memory and blocks over samples.
double bytes_of_a_sample(std::size_t seconds) {
  OrderRig rig(true);
  monitoring::Registry registry;
  monitoring::History history(whole_history(), registry);
  monitoring::RegistrySampler sampler(rig.registry(), history);
  constexpr std::size_t kOrdersASecond = 64;
  for (std::size_t i = 1; i <= seconds; ++i) {
    static_cast<void>(rig.run(kOrdersASecond));
    static_cast<void>(sampler.sample(kBegin + static_cast<SampleTime>(i) * kSecond));
    if (i % 600 == 0) history.work();
  }
  double bytes = 0;
  for (const monitoring::History::Part& part : history.parts()) {
    if (part.name == "raw" || part.name == "head") bytes += static_cast<double>(part.bytes);
  }
  double samples = 0;
  for (const monitoring::ShownFamily& family : registry.families()) {
    if (family.definition->name == "monitoring_history_samples_total") samples = family.set->value(0);
  }
  return bytes / samples;
}

Group storage(const Effort& effort) {
  Group group;
  const bool is_quick = effort.rounds <= quick_effort().rounds;
  // All of it once: an hour's samples do not differ from round to round.
  const auto bytes = std::make_shared<double>(0);
  add(group, "history_bytes_of_a_sample/vigil", "bytes", [bytes, is_quick](std::vector<double>& samples) {
    if (*bytes == 0) *bytes = bytes_of_a_sample(is_quick ? 700 : 3600);
    samples.push_back(*bytes);
  });
  const auto recorded = std::make_shared<Recorded>(10'000);
  add(group, "history_record_10k_series/vigil", "ns", [recorded](std::vector<double>& samples) {
    for (int i = 0; i < 10; ++i) samples.push_back(time_of([&] { recorded->record(); }));
  });
  return group;
}

/// What a page of charts asks for.
Group queries(const Effort& effort) {
  const bool is_quick = effort.rounds <= quick_effort().rounds;
  const auto recorded = std::make_shared<Recorded>(20);
  recorded->record_until(kBegin + (is_quick ? SampleTime{2} * kHour : kWeek));
  Group group;
  const auto range = [recorded](const std::string& text, SampleTime length, std::chrono::seconds step) {
    return [recorded, text, length, step](std::vector<double>& samples) {
      const monitoring::promql::Engine engine;
      const auto expression = engine.parse(text);
      samples.push_back(time_of([&] {
        keep(engine.range(*expression, recorded->history, recorded->time() - length, recorded->time(), step));
      }));
    };
  };
  add(group, "query_1h/vigil", "ns",
      range("sum by (group) (avg_over_time(bench_level[1m]))", kHour, std::chrono::seconds{15}));
  add(group, "query_7d/vigil", "ns",
      range("sum by (group) (avg_over_time(bench_level[1h]))", kWeek, std::chrono::minutes{30}));
  return group;
}

/// A thousand rules, each over ten of ten thousand series: thresholds of instants, of averages and of sums.
std::vector<monitoring::RuleGroupDefinition> thousand_rules() {
  constexpr std::size_t kRules = 1'000;
  monitoring::RuleGroupDefinition group;
  group.name = "bench";
  group.interval = std::chrono::seconds{1};
  for (std::size_t i = 0; i < kRules; ++i) {
    const std::string series = "bench_level{group=\"" + std::to_string(i) + "\"}";
    const std::array expressions{series + " > 1e9", "avg_over_time(" + series + "[1m]) > 1e9",
                                 "sum by (group) (" + series + ") > 1e9"};
    monitoring::RuleDefinition& rule = group.rules.emplace_back();
    rule.name = "Level" + std::to_string(i);
    rule.expression_text = expressions[i % expressions.size()];
    rule.expression = monitoring::promql::Engine().parse(rule.expression_text);
  }
  return {group};
}

struct Judged {
  Judged() {
    recorded.record_until(kBegin + 120 * kSecond);
    rules.load(thousand_rules(), recorded.time());
  }
  Recorded recorded{10'000};
  monitoring::promql::Engine engine;
  monitoring::RuleManager rules{
      {},
      monitoring::rule_context(engine, recorded.history, {}),
      [this] { return std::make_unique<monitoring::HistorySink>(recorded.history); },
      [] { return Clock::now().time_since_epoch(); },
      {},
      recorded.registry};
};

Group rules() {
  const auto judged = std::make_shared<Judged>();
  Group group;
  add(group, "rules_1000_over_10k_series/vigil", "ns", [judged](std::vector<double>& samples) {
    for (int i = 0; i < 5; ++i) {
      judged->recorded.record();
      samples.push_back(time_of([&] { judged->rules.evaluate(judged->recorded.time()); }));
    }
  });
  return group;
}

/// What the objectives that ship read, with as many series as the built-in configuration has: recorded each
/// minute, which by minutes and hours is as if it had been each second, and each second of the last hour.
class ObjectiveHistory {
 public:
  explicit ObjectiveHistory(SampleTime length) {
    constexpr SampleTime kMinute = 60 * kSecond;
    add("component_up", {}, 5, Course::Up);
    for (const char* const part : {"_count", "_bucket"}) {
      const std::string end{part};
      const bool is_bucket = end == "_bucket";
      add("execution_engine_order_submission_latency_seconds" + end, le(is_bucket, "0.0001"), 9);
      add("market_data_orderbook_update_latency_seconds" + end, le(is_bucket, "1e-05"), 12);
      add("risk_manager_pretrade_check_latency_seconds" + end, le(is_bucket, "0.0005"), 4);
      monitoring::LabelsBuilder place(le(is_bucket, "0.1"));
      add("execution_order_duration_seconds" + end, place.set("operation", "place").build(), 66);
    }
    for (const char* const status : {"success", "failure"})
      add("execution_orders_total", Labels{{"status", status}}, 72);
    for (const char* const result : {"ok", "error"})
      add("events_processed_total", Labels{{"result", result}}, 6);
    add("http_requests_total", Labels{{"status_code", "200"}}, 10);
    add("trading_order_fill_ratio", Labels{{"order_type", "market"}}, 2, Course::Up);
    add("exchange_connected", {}, 3, Course::Up);
    add("risk_manager_circuit_breaker_false_positives_total", {}, 1);
    while (time_ < kBegin + length - kHour) record(kMinute);
    while (time_ < kBegin + length) record(kSecond);
  }

  /// Nanoseconds that all objectives over all windows take once.
  [[nodiscard]] double evaluate() {
    monitoring::Registry published;
    // Under a clock that stands still a turn is all of them.
    Slos slos(read_slo_files({}, engine_.options().ranges),
              {.engine = engine_, .history = history_, .clock = [] { return std::chrono::nanoseconds{0}; }},
              published);
    return time_of([&] { slos.turn(time_); });
  }
  /// Nanoseconds of a turn in the long run, one each second, those without an evaluation too.
  [[nodiscard]] double mean_turn() {
    constexpr SampleTime kTurns = 1'200;
    monitoring::Registry published;
    Slos slos(
        read_slo_files({}, engine_.options().ranges),
        {.engine = engine_, .history = history_, .clock = [] { return Clock::now().time_since_epoch(); }},
        published);
    // All windows are due at the start: that is not the long run.
    for (SampleTime turn = 0; turn < kTurns; ++turn) slos.turn(time_ + turn * kSecond);
    const double taken = time_of([&] {
      for (SampleTime turn = kTurns; turn < 2 * kTurns; ++turn) slos.turn(time_ + turn * kSecond);
    });
    return taken / static_cast<double>(kTurns);
  }
  /// Nanoseconds that each turn takes until all have been evaluated once.
  void evaluate_in_turns(std::vector<double>& samples) {
    monitoring::Registry published;
    Slos slos(
        read_slo_files({}, engine_.options().ranges),
        {.engine = engine_, .history = history_, .clock = [] { return Clock::now().time_since_epoch(); }},
        published);
    const auto is_done = [&] {
      const SloReport report = slos.report();
      for (const SloReport::Objective& each : report.objectives) {
        for (const SloReport::Window& window : each.windows) {
          if (window.at == 0) return false;
        }
      }
      return true;
    };
    while (!is_done()) samples.push_back(time_of([&] { slos.turn(time_); }));
  }

 private:
  enum class Course : std::uint8_t { Grows, Up };
  struct Series {
    monitoring::SampleCycle::Slot slot;
    Course course;
    double value;
  };

  static Labels le(bool is_bucket, std::string_view bound) {
    return is_bucket ? Labels{{"le", bound}} : Labels{};
  }
  void add(const std::string& name, const Labels& labels, std::size_t count, Course course = Course::Grows) {
    for (std::size_t i = 0; i < count; ++i) {
      monitoring::LabelsBuilder builder(labels);
      builder.set(monitoring::kMetricNameLabel, name).set("number", std::to_string(i));
      series_.push_back({cycle_->take_slot(builder.build()), course, course == Course::Up ? 1.0 : 0.0});
    }
  }
  void record(SampleTime step) {
    time_ += step;
    static_cast<void>(cycle_->begin(time_));
    std::size_t place = 0;
    for (Series& each : series_) {
      if (each.course == Course::Grows)
        each.value += static_cast<double>((time_ / kSecond + static_cast<SampleTime>(++place)) % 7);
      cycle_->put(each.slot, each.value);
    }
    cycle_->end();
    if (time_ % (kSecond * 600) == 0) history_.work();
  }

  monitoring::Registry registry_;
  monitoring::History history_{whole_history(), registry_};
  monitoring::promql::Engine engine_;
  std::unique_ptr<monitoring::SampleCycle> cycle_ = history_.make_cycle();
  std::vector<Series> series_;
  SampleTime time_ = kBegin;
};

Group objectives(const Effort& effort) {
  const bool is_quick = effort.rounds <= quick_effort().rounds;
  const SampleTime length = SampleTime{is_quick ? 1 : 30} * 24 * kHour;
  const auto history = std::make_shared<ObjectiveHistory>(length);
  Group group;
  add(group, "slos_all_windows_30d/vigil", "ns",
      [history](std::vector<double>& samples) { samples.push_back(history->evaluate()); });
  add(group, "slos_turn_30d/vigil", "ns",
      [history](std::vector<double>& samples) { history->evaluate_in_turns(samples); });
  const auto mean = std::make_shared<std::optional<double>>();  // measured once: it takes a while
  add(group, "slos_mean_turn_30d/vigil", "ns", [history, mean](std::vector<double>& samples) {
    if (!*mean) *mean = history->mean_turn();
    samples.push_back(**mean);
  });
  return group;
}

}  // namespace

std::vector<Group> history_groups(const Effort& effort) {
  return {storage(effort), queries(effort), rules(), objectives(effort)};
}

}  // namespace vigil::engine::bench
