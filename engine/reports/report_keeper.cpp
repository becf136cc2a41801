#include "engine/reports/report_keeper.h"

#include <chrono>
#include <exception>

#include "engine/analysis/session_day.h"
#include "engine/background.h"
#include "engine/core/clock.h"
#include "engine/core/log_entry.h"
#include "engine/output/report_html.h"
#include "engine/output/report_parts.h"

namespace vigil::engine {
namespace {

constexpr auto kSleep = std::chrono::milliseconds{50};
constexpr int kSleepsBetweenTurns = 10;

}  // namespace

ReportKeeper::ReportKeeper(const std::string& folder, Links links)
    : links_(std::move(links)), metrics_(links_.registry), store_(folder, links_.config.reports.keep) {}

ReportKeeper::~ReportKeeper() {
  stop();
}

void ReportKeeper::start() {
  thread_ = std::thread([this] { run(); });
}

void ReportKeeper::stop() {
  if (!thread_.joinable()) return;
  stop_.store(true);
  thread_.join();
}

void ReportKeeper::run() {
  run_in_background();
  while (!stop_.load(std::memory_order_relaxed)) {
    turn(machine_time().wall);
    for (int i = 0; i < kSleepsBetweenTurns && !stop_.load(std::memory_order_relaxed); ++i)
      std::this_thread::sleep_for(kSleep);
  }
  failed_at_.reset();
  turn(machine_time().wall);
}

std::vector<DayBook::Ended> ReportKeeper::unseen() const {
  return links_.analysis.read([this](const AnalysisFigures& figures) {
    std::vector<DayBook::Ended> days;
    for (const DayBook::Ended& day : figures.day.ended_days()) {
      if (!last_done_ || day.session > *last_done_) days.push_back(day);
    }
    return days;
  });
}

void ReportKeeper::turn(orders::Timestamp now) {
  // A clock that was set back must not keep a try waiting.
  if (failed_at_ && now >= *failed_at_ && now < *failed_at_ + kRetryAfter) return;
  failed_at_.reset();
  for (const DayBook::Ended& day : unseen()) {
    if (!write(day, now)) {
      failed_at_ = now;
      return;
    }
    last_done_ = day.session;
  }
}

/// Whether it is there now.
bool ReportKeeper::write(const DayBook::Ended& ended, orders::Timestamp now) {
  const std::string day = day_of_session(ended.session, links_.config.session_end);
  monitoring::LogLevel level = monitoring::LogLevel::Info;
  const char* message = "Daily report written";
  std::string error;
  try {
    if (store_.has(day)) return true;
    Json report = Json::parse(ended.report);
    links_.extend(report);
    const std::string text = report_text(report);
    store_.add(day, text, report_html(Json::parse(text), day + ".json"));
    metrics_.written(now);
  } catch (const std::exception& failure) {
    metrics_.failed();
    level = monitoring::LogLevel::Error;
    message = "Daily report not written, it is tried again";
    error = failure.what();
  }
  monitoring::LogRecord entry = log_entry(now, level, "monitoring", "reports", message);
  entry.add_text("day", day);
  if (!error.empty()) entry.add_long_text("error", error);
  links_.logger.write(entry.here());
  return error.empty();
}

}  // namespace vigil::engine
