#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/slo/slo_definition.h"
#include "monitoring/slo/slo_evaluator.h"
#include "monitoring/store/sample.h"

namespace vigil::engine {

/// What was last found of the objectives: a copy, for whoever shows it.
struct SloReport {
  struct Window {
    std::chrono::milliseconds window{0};
    monitoring::SampleTime at = 0;                    ///< when it was evaluated; 0: not yet
    std::optional<monitoring::SliReading> reading{};  ///< none: there was nothing to tell
  };
  struct Objective {
    std::shared_ptr<const monitoring::SloDefinition> definition;
    std::vector<Window> windows;  ///< as in the definition, the shortest first

    /// Over that window; nothing where there is none, or nothing to tell.
    [[nodiscard]] std::optional<double> sli(std::chrono::milliseconds window) const {
      for (const Window& each : windows) {
        if (each.window == window && each.reading) return each.reading->value;
      }
      return std::nullopt;
    }
  };
  struct Availability {
    std::string component;
    std::vector<std::optional<double>> ratios;  ///< as `availability_windows`
  };

  std::vector<Objective> objectives;
  std::vector<std::chrono::milliseconds> availability_windows;
  std::vector<Availability> availability;  ///< by component
};

}  // namespace vigil::engine
