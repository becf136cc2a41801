#include <array>
#include <memory>

#include <prometheus/text_serializer.h>

#include "engine/bench/cases.h"
#include "engine/bench/filled.h"
#include "engine/bench/http_get.h"
#include "engine/bench/served.h"
#include "engine/bench/timing.h"
#include "monitoring/exposition/exposition.h"
#include "monitoring/http/gzip.h"

namespace vigil::engine::bench {
namespace {

std::string our_text(const monitoring::Registry& registry) {
  std::string text;
  monitoring::Exposition(registry).write(monitoring::ExpositionFormat::Text, {}, text);
  return text;
}

/// The registries live as long as the group's cases.
Group to_text_group(const std::string& subject, void (*fill_ours)(monitoring::Registry&, std::size_t),
                    void (*fill_peer)(prometheus::Registry&, std::size_t), std::size_t series) {
  const auto ours = std::make_shared<monitoring::Registry>();
  const auto peer = std::make_shared<prometheus::Registry>();
  fill_ours(*ours, series);
  fill_peer(*peer, series);
  Group group;
  add_pair(
      group, subject, "ns",
      [ours](std::vector<double>& samples) { samples.push_back(time_of([&] { keep(our_text(*ours)); })); },
      [peer](std::vector<double>& samples) {
        samples.push_back(time_of([&] { keep(prometheus::TextSerializer{}.Serialize(peer->Collect())); }));
      });
  return group;
}

Group served_group(std::size_t counters) {
  const auto served = std::make_shared<Served>();
  fill_counters(served->registry, counters);
  const auto text = std::make_shared<std::string>(our_text(served->registry));
  Group group;
  group.cases.push_back({"scrape_gzip_100k_counters/vigil", "ns", [text](std::vector<double>& samples) {
                           samples.push_back(time_of([&] { keep(monitoring::gzip(*text)); }));
                         }});
  for (const bool gzip : {false, true}) {
    group.cases.push_back({gzip ? "scrape_http_gzip_100k_counters/vigil" : "scrape_http_100k_counters/vigil",
                           "ns", [served, gzip](std::vector<double>& samples) {
                             samples.push_back(
                                 time_of([&] { keep(http_get(served->server.port(), "/metrics", gzip)); }));
                           }});
  }
  return group;
}

}  // namespace

std::vector<Group> scrape_groups(const Effort&) {
  return {to_text_group("scrape_1k_counters", fill_counters, fill_counters, 1'000),
          to_text_group("scrape_10k_counters", fill_counters, fill_counters, 10'000),
          to_text_group("scrape_100k_counters", fill_counters, fill_counters, 100'000),
          to_text_group("scrape_1k_histograms", fill_histograms, fill_histograms, 1'000),
          to_text_group("scrape_5k_histograms", fill_histograms, fill_histograms, 5'000),
          served_group(100'000)};
}

}  // namespace vigil::engine::bench
