#include <atomic>
#include <charconv>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "engine/bench/cases.h"
#include "engine/bench/http_get.h"
#include "engine/bench/order_rig.h"
#include "engine/bench/samples.h"
#include "engine/bench/served.h"
#include "engine/bench/timing.h"
#include "monitoring/export/http_exchange.h"
#include "monitoring/exposition/exposition.h"
#include "monitoring/http/server.h"

namespace vigil::engine::bench {
namespace {

using monitoring::HttpRequest;

/// The sum of the values of `metric`'s series in a text exposition.
double sum_of(std::string_view text, const std::string& metric) {
  double sum = 0;
  for (std::size_t at = text.find('\n' + metric + '{'); at != std::string_view::npos;
       at = text.find('\n' + metric + '{', at + 1)) {
    const std::size_t value = text.find("} ", at) + 2;
    double parsed = 0;
    const auto end = text.data() + text.find('\n', value);
    if (std::from_chars(text.data() + value, end, parsed).ec != std::errc{}) {
      throw std::runtime_error("no value behind a series of " + metric);
    }
    sum += parsed;
  }
  return sum;
}

/// Two threads record counts and delays at a steady rate while it is scraped all the time; what was recorded
/// is compared with what the last scrape shows.
class Load {
 public:
  /// Records lost in `records` (of both kinds in sum), `rate` a second.
  double lost(std::size_t records, double rate) {
    const double before = exposed();
    constexpr std::size_t kWriters = 2;
    const std::size_t turns = records / kWriters / 2;
    const auto interval = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(static_cast<double>(kWriters) * 2 / rate));
    std::atomic<std::size_t> writing{kWriters};
    std::vector<std::jthread> writers;
    for (std::size_t writer = 0; writer < kWriters; ++writer) {
      writers.emplace_back([&, writer] {
        const std::string venue = std::to_string(writer);
        auto counter = served_.registry.shared_counter(kSharedCounter, {venue, "buy"});
        auto delay = served_.registry.shared_histogram(kSharedHistogram, {venue, "buy"});
        const auto begin = Clock::now();
        for (std::size_t turn = 0; turn < turns; ++turn) {
          std::this_thread::sleep_until(begin + interval * static_cast<Clock::rep>(turn));
          counter.add();
          delay.observe(std::chrono::microseconds{5});
        }
        --writing;
      });
    }
    while (writing != 0) keep(exposed());
    writers.clear();
    return static_cast<double>(turns * kWriters * 2) - (exposed() - before);
  }

 private:
  double exposed() {
    const std::string text = http_get_text(served_.server.port(), "/metrics");
    return sum_of(text, "bench_shared_events_total") + sum_of(text, "bench_shared_delay_seconds_count");
  }

  Served served_;
};

Group records_group(const Effort& effort) {
  const auto load = std::make_shared<Load>();
  Group group;
  for (const std::size_t rate : {1'000U, 10'000U}) {
    const std::size_t records = effort.rounds > quick_effort().rounds ? rate / 2 : rate / 20;
    group.cases.push_back({"records_lost_at_" + std::to_string(rate) + "_a_second/vigil", "records",
                           [load, rate, records](std::vector<double>& samples) {
                             samples.push_back(load->lost(records, static_cast<double>(rate)));
                           }});
  }
  return group;
}

/// Where a gateway would be: takes everything.
struct Taker {
  Taker() : server({.listen = "127.0.0.1:0", .body_limit = std::size_t{16} * 1024 * 1024}, registry) {
    server.add_route({monitoring::HttpMethod::Put}, "/metrics/job/bench",
                     [](const HttpRequest&) { return monitoring::HttpResponse{.status = 202}; });
    server.start();
  }
  monitoring::Registry registry;
  monitoring::HttpServer server;
};

/// A push of an engine's whole catalogue, from its cells to the gateway's answer.
Group push_group(const Effort& effort) {
  const auto rig = std::make_shared<OrderRig>(true);
  (void)rig->run(effort.orders);
  const auto taker = std::make_shared<Taker>();
  Group group;
  group.cases.push_back({"export_push_gateway/vigil", "ns", [rig, taker](std::vector<double>& samples) {
                           constexpr int kPushes = 10;
                           monitoring::PushTarget target;
                           target.host = "127.0.0.1";
                           target.port = taker->server.port();
                           for (int i = 0; i < kPushes; ++i) {
                             const auto begin = Clock::now();
                             monitoring::HttpCall call{.path = "/metrics/job/bench",
                                                       .content_type = "text/plain; version=0.0.4"};
                             (void)monitoring::Exposition(rig->registry())
                                 .write(monitoring::ExpositionFormat::Text, {}, call.body);
                             const auto reply = exchange(target, call, std::chrono::seconds{10});
                             samples.push_back(nanoseconds(Clock::now() - begin));
                             if (reply.outcome != monitoring::HttpOutcome::Accepted) {
                               throw std::runtime_error("the push was not taken: " + reply.reason);
                             }
                           }
                         }});
  return group;
}

}  // namespace

std::vector<Group> export_groups(const Effort& effort) {
  return {records_group(effort), push_group(effort)};
}

}  // namespace vigil::engine::bench
