#include <chrono>
#include <memory>
#include <thread>

#include "engine/bench/cases.h"
#include "engine/bench/http_get.h"
#include "engine/bench/running_engine.h"
#include "engine/bench/timing.h"

namespace vigil::engine::bench {
namespace {

/// The engine beside a second one that does the same with monitoring off: both at once, so that what else the
/// machine does is done to both. The first one is scraped once a round.
Group cost_of_monitoring(const std::shared_ptr<RunningEngine>& on, const Effort& effort) {
  const auto off = std::make_shared<RunningEngine>(RunningEngine::Metrics::Off);
  off->wait_for("/health");
  const auto observed =
      effort.rounds > quick_effort().rounds ? std::chrono::seconds{1} : std::chrono::milliseconds{100};
  Group group;
  group.cases.push_back(
      {"cpu_of_monitoring/vigil", "share of the machine", [on, off, observed](std::vector<double>& samples) {
         const auto with = on->processor_time();
         const auto without = off->processor_time();
         const auto begin = Clock::now();
         std::this_thread::sleep_for(observed);
         keep(http_get(on->port(), "/metrics", true));
         const auto more = (on->processor_time() - with) - (off->processor_time() - without);
         const double machine = nanoseconds(Clock::now() - begin) * std::thread::hardware_concurrency();
         samples.push_back(nanoseconds(more) / machine);
       }});
  group.cases.push_back({"memory_of_monitoring/vigil", "MB", [on, off](std::vector<double>& samples) {
                           samples.push_back((on->resident() - off->resident()) / 1e6);
                         }});
  return group;
}

}  // namespace

std::vector<Group> process_groups(const Effort& effort) {
  Group starts;
  starts.cases.push_back({"start_to_first_scrape/vigil", "ns", [](std::vector<double>& samples) {
                            const auto begin = Clock::now();
                            const RunningEngine engine;
                            engine.wait_for("/metrics");
                            samples.push_back(nanoseconds(Clock::now() - begin));
                          }});
  // One engine at work for the rest: its default configuration trades.
  const auto engine = std::make_shared<RunningEngine>();
  engine->wait_for("/metrics");
  Group scrapes;
  scrapes.cases.push_back({"scrape_whole_catalogue/vigil", "ns", [engine](std::vector<double>& samples) {
                             constexpr int kScrapes = 20;
                             for (int i = 0; i < kScrapes; ++i) {
                               samples.push_back(
                                   time_of([&] { keep(http_get(engine->port(), "/metrics", false)); }));
                             }
                           }});
  for (const bool gzip : {false, true}) {
    scrapes.cases.push_back({gzip ? "scrape_size_gzip/vigil" : "scrape_size/vigil", "bytes",
                             [engine, gzip](std::vector<double>& samples) {
                               samples.push_back(
                                   static_cast<double>(http_get(engine->port(), "/metrics", gzip)));
                             }});
  }
  return {starts, scrapes, cost_of_monitoring(engine, effort)};
}

}  // namespace vigil::engine::bench
