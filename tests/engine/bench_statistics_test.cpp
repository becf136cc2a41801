#include "engine/bench/statistics.h"

#include <doctest/doctest.h>

#include "engine/bench/environment.h"

using namespace vigil::engine::bench;

TEST_CASE("a quantile is the smallest value that enough of the values do not exceed") {
  const std::vector<double> values{1, 2, 3, 4};
  CHECK(quantile(values, 0) == 1);
  CHECK(quantile(values, 0.25) == 1);
  CHECK(quantile(values, 0.5) == 2);
  CHECK(quantile(values, 0.51) == 3);
  CHECK(quantile(values, 0.99) == 4);
  CHECK(quantile(values, 1) == 4);
}

TEST_CASE("a summary does not depend on the order of the values") {
  const Summary summary = summarize({5, 1, 4, 2, 3});
  CHECK(summary.samples == 5);
  CHECK(summary.mean == 3);
  CHECK(summary.median == 3);
  CHECK(summary.p25 == 2);
  CHECK(summary.p75 == 4);
  CHECK(summary.p95 == 5);
  CHECK(summary.p99 == 5);
  CHECK(summary.least == 1);
  CHECK(summary.most == 5);
}

TEST_CASE("the summary of nothing has no samples") {
  CHECK(summarize({}).samples == 0);
}

TEST_CASE("the cases of a group take turns forward and backward") {
  CHECK(turns(3, 0) == std::vector<std::size_t>{0, 1, 2});
  CHECK(turns(3, 1) == std::vector<std::size_t>{2, 1, 0});
  CHECK(turns(3, 2) == std::vector<std::size_t>{0, 1, 2});
  CHECK(turns(0, 1).empty());
}

TEST_CASE("two cases are compared round by round") {
  const std::vector<double> peer{10, 40};
  const std::vector<double> ours{5, 10};
  CHECK(quotients(peer, ours) == std::vector<double>{2, 4});
}

TEST_CASE("cases with different numbers of samples are compared by their medians") {
  const std::vector<double> peer{10, 20, 30};
  const std::vector<double> ours{4, 5};
  CHECK(quotients(peer, ours) == std::vector<double>{5});
}

TEST_CASE("nothing is compared with a case that was not measured or took no time") {
  const std::vector<double> some{1, 2};
  const std::vector<double> zero{1, 0};
  CHECK(quotients(some, {}).empty());
  CHECK(quotients({}, some).empty());
  CHECK(quotients(some, zero).empty());
}

TEST_CASE("the processor's name is read from the first line that has it") {
  CHECK(cpu_model("processor\t: 0\nmodel name\t: AMD EPYC 9R14\nmodel name\t: other\n") == "AMD EPYC 9R14");
  CHECK(cpu_model("model name\t: X") == "X");
  CHECK(cpu_model("processor : 0\n").empty());
  CHECK(cpu_model("").empty());
}

TEST_CASE("the environment of a run is never left blank") {
  const Environment environment = read_environment();
  CHECK(!environment.cpu.empty());
  CHECK(environment.cores > 0);
  CHECK(!environment.kernel.empty());
  CHECK(!environment.compiler.empty());
  CHECK(!environment.build_type.empty());
  CHECK(!environment.clock.empty());
}
