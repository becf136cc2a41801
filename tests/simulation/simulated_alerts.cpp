#include "simulated_alerts.h"

#include <iterator>
#include <set>

namespace vigil::engine::test {

using namespace std::chrono_literals;
using monitoring::SampleTime;

namespace {

/// How long an alert fires for who hears no more of it.
constexpr SampleTime kFiresFor = 10'000;
constexpr auto kHandedOverEvery = 1s;

std::string name_of(std::uint64_t number) {
  return "Alert" + std::to_string(number);
}
monitoring::Labels labels_of(const std::string& name) {
  return monitoring::Labels{{"alertname", name}, {"team", name.back() % 2 == 0 ? "trading" : "risk"}};
}

monitoring::AlertDeliveryConfig told_to_all() {
  monitoring::AlertDeliveryConfig config;
  config.folder = "delivery";
  config.alertmanagers = {{.url = "http://alertmanager"}};
  // How they are reached is the world's business.
  for (const char* name : {"desk", "pager"}) config.receivers.push_back({.name = name});
  config.route = {
      .receiver = "desk",
      .group_by = std::vector<std::string>{"team"},
      .group_wait = 500ms,
      .group_interval = 2s,
      .repeat_interval = 30s,
      .routes = {{.receiver = "pager", .go_on = true, .group_by = std::vector<std::string>{"alertname"}},
                 {.receiver = "desk"}}};
  config.grouping.restart_grace = 3s;
  config.retry = {.first = 100ms, .longest = 2s};
  return config;
}

}  // namespace

SimulatedAlerts::SimulatedAlerts(Random& random, WorldRules& rules, const WorldClock& clock)
    : random_(random), rules_(rules), clock_(clock), receivers_(random, rules) {}

SimulatedAlerts::~SimulatedAlerts() = default;

SampleTime SimulatedAlerts::now() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.wall.time_since_epoch()).count();
}

orders::Timestamp SimulatedAlerts::time_of_rules() const {
  return orders::Timestamp{
      forward_.at({.monotonic = clock_.venues.time_since_epoch(), .wall = clock_.wall.time_since_epoch()})};
}

monitoring::DeliveryLinks SimulatedAlerts::links(monitoring::Registry& registry) {
  return {.registry = registry,
          .now = [this] { return now(); },
          .report = [](bool, std::string_view) {},
          .clock = [this] { return std::chrono::steady_clock::time_point{clock_.monotonic}; },
          .disk = disk_,
          .senders = receivers_};
}

void SimulatedAlerts::engine_begins(Core& core, const EngineConfig& config, WatchDesk& watches,
                                    monitoring::Registry& registry, monitoring::Logger& logger) {
  if (config.metrics_enabled) {
    monitor_ = std::make_unique<SimulatedMonitor>(
        config, core, watches, registry, logger, links(registry), [this] { return clock_.now(); },
        [this] { return time_of_rules(); });
    return;
  }
  registry_ = std::make_unique<monitoring::Registry>(false);
  delivery_ = std::make_unique<monitoring::AlertDelivery>(told_to_all(), links(*registry_));
  next_hand_over_ = clock_.monotonic;
}

void SimulatedAlerts::engine_died(bool loses_power) {
  rules_fired_ = rules_fired();
  delivery_.reset();
  monitor_.reset();
  // What its disk did not take is lost with it: that something is over, too.
  if (had_disk_trouble_) excuse_all();
  // Of what was not on the disk yet nobody can say what became.
  std::erase_if(alerts_,
                [](const auto& each) { return each.second.fired != 0 || each.second.resolved != 0; });
  for (auto& [name, alert] : alerts_) alert.was_handed_over = false;
  disk_.writes_fail = disk_.syncs_fail = had_disk_trouble_ = false;
  if (loses_power) disk_.lose_power(random_);
}

void SimulatedAlerts::change(Core& core) {
  if (monitor_ != nullptr) return;
  AlertNote note;
  note.since = clock_.wall;
  const bool is_over = !alerts_.empty() && (alerts_.size() > NotedAlerts::kMost / 2 || random_.chance(0.4));
  std::uint64_t* record = nullptr;
  if (is_over) {
    auto at = std::next(alerts_.begin(), static_cast<std::ptrdiff_t>(random_.below(alerts_.size())));
    if (at->second.until != 0) return;
    at->second.until = now();
    at->second.was_handed_over = false;
    record = &at->second.resolved;
    note.name = decltype(note.name)::truncated(at->first);
    note.state = AlertNote::State::Resolved;
  } else {
    const std::string name = name_of(next_alert_++);
    alerts_[name].since = now();
    record = &alerts_[name].fired;
    note.name = decltype(note.name)::truncated(name);
    note.state = AlertNote::State::Firing;
  }
  core.on_alert(note, clock_.now());
  *record = core.tape().next_sequence() - 1;
}

void SimulatedAlerts::turn(std::uint64_t durable) {
  if (monitor_ != nullptr) return monitor_->turn();
  settle(durable);
  if (clock_.monotonic >= next_hand_over_) {
    hand_over();
    next_hand_over_ = clock_.monotonic + kHandedOverEvery;
  }
  delivery_->turn();
}

/// What is on the disk can be believed; what is over is forgotten some day.
void SimulatedAlerts::settle(std::uint64_t durable) {
  for (auto at = alerts_.begin(); at != alerts_.end();) {
    Alert& alert = at->second;
    if (alert.fired <= durable) alert.fired = 0;
    if (alert.resolved <= durable) alert.resolved = 0;
    const bool is_settled = alert.until != 0 && alert.fired == 0 && alert.resolved == 0;
    at = is_settled && alert.was_handed_over && random_.chance(0.1) ? alerts_.erase(at) : std::next(at);
  }
}

void SimulatedAlerts::hand_over() {
  std::vector<monitoring::Alert> alerts;
  for (auto& [name, alert] : alerts_) {
    // Now and then nobody says that it is over, as after a restart: then it runs out.
    if (alert.until != 0 && !alert.was_handed_over && random_.chance(0.2)) {
      alert.was_handed_over = true;
      continue;
    }
    alerts.push_back({.labels = labels_of(name),
                      .annotations = {},
                      .starts_at = alert.since,
                      .ends_at = alert.until != 0 ? alert.until : now() + kFiresFor});
    alert.was_handed_over = true;
  }
  delivery_->hand_over(std::move(alerts));
}

void SimulatedAlerts::trouble() {
  if (monitor_ != nullptr || random_.chance(0.8)) return receivers_.trouble();
  disk_.writes_fail = random_.chance(0.3);
  disk_.syncs_fail = random_.chance(0.3);
  had_disk_trouble_ = had_disk_trouble_ || disk_.writes_fail || disk_.syncs_fail;
}

void SimulatedAlerts::excuse_all() {
  excused_.merge(receivers_.heard());
  for (std::uint64_t i = 0; i < next_alert_; ++i)
    excused_.insert(monitoring::series_text(labels_of(name_of(i))));
}

void SimulatedAlerts::calm_down() {
  receivers_.behave();
  disk_.writes_fail = disk_.syncs_fail = false;
}

void SimulatedAlerts::check(const Core& core) const {
  std::set<std::string> known;
  core.alerts().for_each([&known](const AlertNote& note) { known.insert(std::string{note.name.view()}); });
  for (const auto& [name, alert] : alerts_) {
    if (known.contains(name) == (alert.until != 0)) {
      return rules_.broken(alert.until != 0 ? "an alert that is over does not come back: " + name
                                            : "no alert is lost: " + name);
    }
  }
}

void SimulatedAlerts::check_told() const {
  std::set<std::string> firing;
  if (monitor_ != nullptr) firing = monitor_->firing();
  for (const auto& [name, alert] : alerts_) {
    if (alert.until == 0) firing.insert(monitoring::series_text(labels_of(name)));
  }
  receivers_.check(firing, now(), excused_);
}

std::set<std::string> SimulatedAlerts::rules_fired() const {
  std::set<std::string> fired = rules_fired_;
  if (monitor_ != nullptr) fired.insert(monitor_->rules_fired().begin(), monitor_->rules_fired().end());
  return fired;
}

std::uint64_t SimulatedAlerts::told() const {
  return receivers_.messages();
}

}  // namespace vigil::engine::test
