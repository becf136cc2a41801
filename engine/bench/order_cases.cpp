#include <array>
#include <memory>
#include <string>

#include "engine/bench/cases.h"
#include "engine/bench/order_rig.h"

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

}  // namespace

std::vector<Group> order_groups(const Effort& effort) {
  const auto on = std::make_shared<OrderRig>(true);
  const auto off = std::make_shared<OrderRig>(false);
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
  return {group};
}

}  // namespace vigil::engine::bench
