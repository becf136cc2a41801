#include <CLI/CLI.hpp>

#include "engine/commands/commands.h"
#include "engine/commands/run.h"
#include "engine/config/value_text.h"

namespace vigil::engine {

void add_run_command(CLI::App& app, Action& action) {
  auto* const command = app.add_subcommand("run", "Run the engine until it is interrupted");
  const auto options = std::make_shared<RunOptions>();
  const auto duration = std::make_shared<std::string>();
  command->add_option("--config", options->config, "engine configuration (YAML); default: built in");
  command->add_option("--data", options->data,
                      "folder of what survives the engine; default: the configuration's");
  command->add_option("--duration", *duration, "end by itself after this time, such as 60s or 5m");
  command
      ->add_option(
          "--listen", options->listen,
          "HOST:PORT of the HTTP endpoint, https://HOST:PORT with TLS; port 0 = any free one; may repeat")
      ->allow_extra_args(false);
  command->add_option("--log-level", options->log_level, "TRACE, DEBUG, INFO, WARN, ERROR or FATAL");
  command->callback([command, options, duration, &action] {
    for (const auto& [flag, text] : {std::pair{"--data", &options->data}, {"--config", &options->config}}) {
      if (command->count(flag) > 0 && text->empty())
        throw CLI::ValidationError(flag, "must be a path, was \"\"");
    }
    if (!duration->empty()) {
      options->duration = parse_duration(*duration);
      if (!options->duration || options->duration->count() <= 0) {
        throw CLI::ValidationError("--duration",
                                   "must be a positive time such as 60s or 5m, was \"" + *duration + "\"");
      }
    }
    action = [options] { return run(*options); };
  });
}

}  // namespace vigil::engine
