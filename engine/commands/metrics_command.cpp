#include <CLI/CLI.hpp>
#include <iostream>

#include "engine/commands/catalogue.h"
#include "engine/commands/commands.h"

namespace vigil::engine {

void add_metrics_command(CLI::App& app, Action& action) {
  auto* const command =
      app.add_subcommand("metrics", "List every metric: name, type, unit, labels, help; separated by tabs");
  command->callback([&action] {
    action = [] {
      monitoring::Registry registry;
      declare_catalogue(registry);
      for (const monitoring::MetricDefinition& definition : registry.definitions()) {
        std::cout << definition.name << '\t' << monitoring::to_string(definition.type) << '\t'
                  << definition.unit << '\t';
        if (definition.labels.empty()) std::cout << '-';
        for (std::size_t i = 0; i < definition.labels.size(); ++i) {
          std::cout << (i == 0 ? "" : ",") << definition.labels[i];
        }
        std::cout << '\t' << definition.help << '\n';
      }
      return kExitSuccess;
    };
  });
}

}  // namespace vigil::engine
