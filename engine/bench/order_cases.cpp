#include <algorithm>
#include <array>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "engine/bench/cases.h"
#include "engine/bench/environment.h"
#include "engine/bench/order_rig.h"
#include "engine/bench/statistics.h"
#include "engine/bench/timing.h"
#include "monitoring/http/metrics_endpoint.h"

namespace vigil::engine::bench {
namespace {

double as_nanoseconds(orders::Duration duration) {
  return static_cast<double>(duration.count());
}

/// An order is what comes after the quote: request, acceptance, fill.
double whole_order(const OrderRig::Times& times) {
  double whole = 0;
  for (std::size_t step = 1; step < kSteps; ++step) whole += as_nanoseconds(times[step]);
  return whole;
}

/// `measure` of the rig with monitoring and of the one without; the ratio is that of their throughput.
template <typename Measure>
void add_both(Group& group, const std::string& subject, const std::shared_ptr<OrderRig>& on,
              const std::shared_ptr<OrderRig>& off, std::size_t orders, Measure measure) {
  const auto sample_of = [&](const std::shared_ptr<OrderRig>& rig) {
    return [rig, orders, measure](std::vector<double>& samples) {
      samples.push_back(measure(rig->run(orders)));
    };
  };
  group.cases.push_back({subject + "/monitoring", "ns", sample_of(on)});
  group.cases.push_back({subject + "/without", "ns", sample_of(off)});
  group.ratios.push_back({subject, subject + "/without", subject + "/monitoring"});
}

constexpr orders::Duration kOfferInterval = std::chrono::microseconds{10};  ///< 100,000 a second

/// A thread that scrapes the registry as often as nobody does, every 50 ms, as long as it lives.
class Scraper {
 public:
  explicit Scraper(monitoring::Registry& registry)
      : thread_([&registry](const std::stop_token& stop) {
          pin_this_thread(1);
          monitoring::MetricsEndpoint endpoint(registry);
          while (!stop.stop_requested()) {
            keep(endpoint({}));
            std::this_thread::sleep_for(std::chrono::milliseconds{50});
          }
        }) {}

 private:
  std::jthread thread_;
};

/// Runs `work` on a thread that stays on one core, and waits for it.
template <typename Work>
void on_own_core(Work work) {
  std::async(std::launch::async, [&work] {
    pin_this_thread(0);
    work();
  }).get();
}

/// What the schedule costs without an order: how late this machine lets a thread be that does nothing else.
void offer_nothing(std::size_t times, std::vector<double>& samples) {
  samples.reserve(samples.size() + times);
  const auto start = Clock::now();
  for (std::size_t i = 0; i < times; ++i) {
    const auto intended = start + kOfferInterval * static_cast<orders::Duration::rep>(i);
    while (Clock::now() < intended) {
    }
    samples.push_back(nanoseconds(Clock::now() - intended));
  }
}

/// Latencies of orders offered at a fixed rate. Single rounds are summed up by their p99.9 for the ratio, so
/// that a round in which the machine did something else is one sample.
Group open_loop_group(const std::shared_ptr<OrderRig>& rig, std::size_t orders) {
  const auto p999 = [](std::vector<double> latencies) {
    std::ranges::sort(latencies);
    return quantile(latencies, 0.999);
  };
  Group group;
  group.cases.push_back(
      {"order_to_venue_open_loop/monitoring", "ns", [rig, orders](std::vector<double>& samples) {
         on_own_core([&] { rig->offer(orders, kOfferInterval, samples); });
       }});
  group.cases.push_back({"order_to_venue_open_loop/no_order", "ns", [orders](std::vector<double>& samples) {
                           on_own_core([&] { offer_nothing(orders, samples); });
                         }});
  group.cases.push_back(
      {"order_p999_open_loop/quiet", "ns", [rig, orders, p999](std::vector<double>& samples) {
         std::vector<double> latencies;
         on_own_core([&] { rig->offer(orders, kOfferInterval, latencies); });
         samples.push_back(p999(std::move(latencies)));
       }});
  group.cases.push_back(
      {"order_p999_open_loop/scraped", "ns", [rig, orders, p999](std::vector<double>& samples) {
         const Scraper scraper(rig->registry());
         std::vector<double> latencies;
         on_own_core([&] { rig->offer(orders, kOfferInterval, latencies); });
         samples.push_back(p999(std::move(latencies)));
       }});
  group.ratios.push_back(
      {"order_p999_quiet_over_scraped", "order_p999_open_loop/quiet", "order_p999_open_loop/scraped"});
  return group;
}

/// What a fill takes until position, exposures, limits and their gauges are up to date, by the engine's own
/// histogram: the mean of a round.
Case risk_gauges_case(const std::shared_ptr<OrderRig>& rig, std::size_t orders) {
  auto took = rig->registry().histogram(risk::metric::kPositionUpdateLatency, {rig->symbol()});
  return {"risk_gauges_after_a_fill/vigil", "ns", [rig, orders, took](std::vector<double>& samples) {
            const auto count = took.count();
            const double sum = took.sum();
            (void)rig->run(orders);
            samples.push_back((took.sum() - sum) * 1e9 / static_cast<double>(took.count() - count));
          }};
}

/// A limit on losses that half the price of one lot breaks.
Group breach_group(std::size_t orders) {
  const auto rig = std::make_shared<OrderRig>(true, orders::Money{1});
  Group group;
  group.cases.push_back({"breach_to_halt/vigil", "ns",
                         [rig, orders](std::vector<double>& samples) { rig->breach(orders / 16, samples); }});
  return group;
}

}  // namespace

std::vector<Group> order_groups(const Effort& effort) {
  const auto on = std::make_shared<OrderRig>(true);
  const auto off = std::make_shared<OrderRig>(false);
  on->live_through_scenarios();
  off->live_through_scenarios();
  const std::size_t orders = effort.orders;
  Group group;
  add_both(group, "order_request_to_fill", on, off, orders, whole_order);
  constexpr std::array<const char*, kSteps> kNames{"order_quote", "order_request", "order_accepted",
                                                   "order_fill"};
  for (std::size_t step = 0; step < kSteps; ++step) {
    add_both(group, kNames[step], on, off, orders,
             [step](const OrderRig::Times& times) { return as_nanoseconds(times[step]); });
  }
  group.cases.push_back(
      {"order_instrumentation/vigil", "ns", [on, off, orders](std::vector<double>& samples) {
         const double with = whole_order(on->run(orders));
         samples.push_back(with - whole_order(off->run(orders)));
       }});
  group.cases.push_back(
      {"order_to_venue_latency/monitoring", "ns",
       [on, orders](std::vector<double>& samples) { on->run(orders, Step::Request, samples); }});
  group.cases.push_back({"market_data_latency/monitoring", "ns", [on, orders](std::vector<double>& samples) {
                           on->run(orders, Step::Quote, samples);
                         }});
  group.cases.push_back(risk_gauges_case(on, orders));
  return {group, open_loop_group(on, orders), breach_group(orders)};
}

}  // namespace vigil::engine::bench
