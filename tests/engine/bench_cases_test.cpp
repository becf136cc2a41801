#include "engine/bench/cases.h"

#include <string>

#include <doctest/doctest.h>
#include <prometheus/text_serializer.h>

#include "engine/bench/filled.h"
#include "engine/bench/runner.h"
#include "monitoring/exposition/text.h"

using namespace vigil;
using namespace vigil::engine::bench;

namespace {

Case constant(const std::string& name, std::vector<std::string>& calls, double value) {
  return {name, "ns", [&calls, name, value](std::vector<double>& samples) {
            calls.push_back(name);
            samples.push_back(value);
          }};
}

/// Lines of the metrics that were filled in; the registry's own are none of them.
std::size_t lines(const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find("\nbench_"); at != std::string::npos; at = text.find("\nbench_", at + 1)) {
    ++count;
  }
  return count;
}

std::string text_of(const monitoring::Registry& registry) {
  return monitoring::to_text(registry.Collect());
}
std::string text_of(const prometheus::Registry& registry) {
  return prometheus::TextSerializer{}.Serialize(registry.Collect());
}

}  // namespace

TEST_CASE("a group's cases take turns and its warm-up leaves no samples") {
  std::vector<std::string> calls;
  const Group group{{constant("a", calls, 2), constant("b", calls, 6)}, {{"b_over_a", "b", "a"}}};
  Results results;
  run_group("subject", group, {.rounds = 2, .warm_up_rounds = 1}, results);
  CHECK(calls == std::vector<std::string>{"a", "b", "b", "a", "a", "b"});
  CHECK(results.cases.at("a").summary.samples == 2);
  CHECK(results.cases.at("a").subject == "subject");
  CHECK(results.ratios.at("b_over_a").summary.median == 3);
}

TEST_CASE("a ratio of a case that its group has not is our bug") {
  std::vector<std::string> calls;
  const Group group{{constant("a", calls, 2)}, {{"b_over_a", "b", "a"}}};
  Results results;
  CHECK_THROWS_AS(run_group("subject", group, {.rounds = 1}, results), std::logic_error);
}

TEST_CASE("both sides of a scrape expose the same series") {
  monitoring::Registry ours;
  prometheus::Registry peer;
  fill_counters(ours, 2'500);
  fill_counters(peer, 2'500);
  fill_histograms(ours, 1'200);
  fill_histograms(peer, 1'200);
  CHECK(lines(text_of(ours)) == lines(text_of(peer)));
  CHECK(text_of(ours).find("\"other\"") == std::string::npos);  // no family reached its cap
}
