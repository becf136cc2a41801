#include "engine/incidents/incident_keeper.h"

#include <algorithm>
#include <chrono>
#include <exception>

#include "engine/background.h"
#include "engine/core/clock.h"
#include "engine/core/log_entry.h"
#include "engine/monitor/monitor_time.h"

namespace vigil::engine {
namespace {

constexpr auto kSleep = std::chrono::milliseconds{50};

}  // namespace

IncidentKeeper::IncidentKeeper(const std::string& folder, Links links)
    : links_(std::move(links)), metrics_(links_.registry), store_(folder, links_.config.incidents.keep) {}

IncidentKeeper::~IncidentKeeper() {
  stop();
}

void IncidentKeeper::start() {
  halts_seen_ = links_.halts();
  thread_ = std::thread([this] { run(); });
}

void IncidentKeeper::stop() {
  if (!thread_.joinable()) return;
  stop_.store(true);
  thread_.join();
}

void IncidentKeeper::run() {
  run_in_background();
  while (!stop_.load(std::memory_order_relaxed)) {
    turn(machine_time().wall);
    std::this_thread::sleep_for(kSleep);
  }
  turn(machine_time().wall);
  close(machine_time().wall);
}

void IncidentKeeper::trigger(IncidentTrigger trigger) noexcept {
  metrics_.triggered(trigger.kind);
  try {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < kMostWaiting) {
      waiting_.push_back(std::move(trigger));
      return;
    }
  } catch (const std::exception&) {  // no memory
  }
  metrics_.failed();
}

void IncidentKeeper::turn(orders::Timestamp now) {
  look_for_halts(now);
  look_for_fatal_errors();
  std::vector<IncidentTrigger> triggers;
  {
    const std::lock_guard lock(mutex_);
    triggers.swap(waiting_);
  }
  if (!triggers.empty()) take_up(std::move(triggers));
  if (open_ && now >= open_->to) close(now);
}

void IncidentKeeper::look_for_halts(orders::Timestamp now) {
  const std::uint64_t halts = links_.halts();
  if (halts == halts_seen_) return;
  halts_seen_ = halts;
  trigger({.kind = IncidentTrigger::Kind::Halt, .time = now, .what = links_.halt_reason()});
}

void IncidentKeeper::look_for_fatal_errors() {
  for (LogTail::Line& line : links_.log.take_fatal()) {
    trigger({.kind = IncidentTrigger::Kind::Fatal, .time = line.time, .what = std::move(line.text)});
  }
}

void IncidentKeeper::take_up(std::vector<IncidentTrigger> triggers) {
  const IncidentConfig& config = links_.config.incidents;
  if (!open_) {
    const IncidentTrigger& first = *std::ranges::min_element(triggers, {}, &IncidentTrigger::time);
    // What came before a crash is all there is.
    const bool is_over = first.kind == IncidentTrigger::Kind::Crash;
    open_ = Incident{.id = incident_id(first),
                     .triggers = {},
                     .from = first.time - config.before,
                     .to = is_over ? first.time : first.time + config.after};
    views_ = links_.views();
  }
  for (IncidentTrigger& trigger : triggers) {
    if (open_->triggers.size() < Incident::kMostTriggers) {
      open_->triggers.push_back(std::move(trigger));
    } else {
      ++open_->further_triggers;
    }
  }
}

void IncidentKeeper::close(orders::Timestamp now) {
  if (!open_) return;
  Incident incident = *std::exchange(open_, std::nullopt);
  incident.to = std::min(incident.to, now);
  const orders::Duration before = monitoring::machine_clock.monotonic();
  try {
    IncidentParts parts{.incident = incident,
                        .views = std::move(views_),
                        .journal = {},
                        .log = links_.log.between(incident.from, incident.to),
                        .history = links_.history,
                        .history_ahead = monitor_time() - machine_time().wall};
    if (links_.journal != nullptr) {
      parts.journal = read_window(*links_.journal, links_.config, incident.from, incident.to,
                                  incident.triggers.front().time, links_.config.incidents.most_events);
    } else {
      parts.journal.notes.emplace_back("state, events, quotes and traces: there is no journal");
    }
    store_.add(incident.id, incident_bundle(parts));
    metrics_.made(monitoring::machine_clock.monotonic() - before);
    log(monitoring::LogLevel::Warn, "Incident kept", "incident", incident.id);
  } catch (const std::exception& error) {
    metrics_.failed();
    log(monitoring::LogLevel::Error, "Incident not kept", "error", error.what());
  }
}

void IncidentKeeper::log(monitoring::LogLevel level, const char* message, const char* name,
                         const std::string& text) {
  monitoring::LogRecord entry = log_entry(machine_time().wall, level, "monitoring", "incidents", message);
  entry.add_long_text(name, text);
  links_.logger.write(entry.here());
}

}  // namespace vigil::engine
