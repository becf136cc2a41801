#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include "allocations.h"
#include "engine/signals/data_drift.h"
#include "engine/signals/feature_importance.h"

using namespace vigil::engine;

TEST_SUITE("data drift") {
  TEST_CASE("the index is the sum of the differences times the logarithms of the ratios") {
    // Half and half in training, a quarter and three quarters now: (-0.25) ln 0.5 + 0.25 ln 1.5.
    const std::vector<double> expected{0.5, 0.5};
    const std::vector<std::uint32_t> counts{25, 75};
    CHECK(stability_index(expected, counts) == doctest::Approx(0.25 * std::log(3.0)));
    CHECK(stability_index(expected, counts) == doctest::Approx(0.27465307216702745).epsilon(1e-15));
    CHECK(stability_index(expected, std::vector<std::uint32_t>{7, 7}) == 0);
  }

  TEST_CASE("an empty bin counts as a ten-thousandth, then and now") {
    const std::vector<std::uint32_t> counts{100, 0};
    CHECK(stability_index(std::vector<double>{0.5, 0.5}, counts) ==
          doctest::Approx(0.5 * std::log(2.0) + (1e-4 - 0.5) * std::log(1e-4 / 0.5)));
    CHECK(stability_index(std::vector<double>{1, 0}, counts) == 0);
  }

  TEST_CASE("a value at an edge belongs to the bin below it") {
    DataDrift drift({{.edges = {1, 2}, .shares = {0.5, 0.5, 0}}}, 4, 1);
    for (const double value : {0.0, 1.0, 1.5, 2.0}) drift.add(std::vector<double>{value});
    CHECK(*drift.score(0) == doctest::Approx(0));
  }

  TEST_CASE("with too few samples there is no score") {
    DataDrift drift({{.edges = {0}, .shares = {0.5, 0.5}}}, 10, 3);
    drift.add(std::vector<double>{1});
    drift.add(std::vector<double>{1});
    CHECK_FALSE(drift.score(0));
    drift.add(std::vector<double>{-1});
    CHECK(drift.score(0));
  }

  TEST_CASE("only the last samples of the window count, for each input on its own") {
    rc::check([] {
      const auto window = *rc::gen::inRange<std::size_t>(1, 40);
      const FeatureDistribution first{.edges = {-1, 0, 1}, .shares = {0.25, 0.25, 0.25, 0.25}};
      const FeatureDistribution second{.edges = {0.5}, .shares = {0.9, 0.1}};
      DataDrift drift({first, second}, window, 1);
      std::deque<std::vector<double>> seen;
      const auto count = *rc::gen::inRange(1, 120);
      for (int i = 0; i < count; ++i) {
        const std::vector<double> inputs{*rc::gen::inRange(-20, 21) / 10.0,
                                         *rc::gen::inRange(-20, 21) / 10.0};
        drift.add(inputs);
        seen.push_back(inputs);
        if (seen.size() > window) seen.pop_front();
      }
      const FeatureDistribution* const both[] = {&first, &second};
      for (std::size_t input = 0; input < 2; ++input) {
        const auto& [edges, shares] = *both[input];
        double wanted = 0;
        for (std::size_t bin = 0; bin < shares.size(); ++bin) {
          double inside = 0;
          for (const auto& inputs : seen) {
            const bool above = bin == 0 || inputs[input] > edges[bin - 1];
            const bool below = bin == edges.size() || inputs[input] <= edges[bin];
            if (above && below) ++inside;
          }
          const double now = std::max(inside / static_cast<double>(seen.size()), 1e-4);
          const double then = std::max(shares[bin], 1e-4);
          wanted += (now - then) * std::log(now / then);
        }
        RC_ASSERT(std::abs(*drift.score(input) - wanted) < 1e-12);
      }
    });
  }

  TEST_CASE("inputs that moved raise the score, and neither adding nor scoring allocates") {
    const FeatureDistribution tenths{.edges = {1, 2, 3, 4, 5, 6, 7, 8, 9},
                                     .shares = std::vector<double>(10, 0.1)};
    DataDrift drift({tenths}, 1000, 100);
    const std::size_t before = allocations();
    for (int i = 0; i < 1000; ++i) {
      const double value = i % 10 + 0.5;
      drift.add({&value, 1});
    }
    CHECK(*drift.score(0) < 1e-12);
    for (int i = 0; i < 1000; ++i) {
      const double value = i % 10 + 4.5;
      drift.add({&value, 1});
    }
    CHECK(*drift.score(0) > 0.25);
    CHECK(allocations() == before);
  }
}

TEST_SUITE("feature importance") {
  TEST_CASE("shares are those of the mean absolute contributions") {
    FeatureImportance importance(3);
    for (std::size_t i = 0; i + 1 < FeatureImportance::kLeast; ++i) {
      importance.add(std::vector<double>{i % 2 == 0 ? 3.0 : -3.0, -1.0, 0.0});
    }
    CHECK_FALSE(importance.share(0));
    importance.add(std::vector<double>{3, 1, 0});
    CHECK(*importance.share(0) == doctest::Approx(0.75));
    CHECK(*importance.share(1) == doctest::Approx(0.25));
    CHECK(*importance.share(2) == 0);
  }

  TEST_CASE("what is long ago is forgotten") {
    FeatureImportance importance(2);
    for (int i = 0; i < 5000; ++i) importance.add(std::vector<double>{1, 0});
    for (int i = 0; i < 10'000; ++i) importance.add(std::vector<double>{0, 1});
    CHECK(*importance.share(0) < 1e-3);
    CHECK(*importance.share(0) > 0);
  }

  TEST_CASE("there are no shares of nothing") {
    FeatureImportance importance(2);
    for (int i = 0; i < 100; ++i) importance.add(std::vector<double>{0, 0});
    CHECK_FALSE(importance.share(0));
  }
}
