#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "engine/commands/commands.h"
#include "engine/config/yaml.h"
#include "engine/version.h"

int main(int argc, char** argv) {
  using namespace vigil::engine;
  CLI::App app{"Vigil: a trading execution engine that watches itself"};
  app.set_version_flag("--version", std::string{"vigil "} + version());
  app.require_subcommand(0, 1);  // asked for below: a word that is no command is then named in the error
  app.fallthrough(false);

  Action action;
  add_run_command(app, action);
  add_replay_command(app, action);
  add_metrics_command(app, action);
  add_config_command(app, action);
  add_rules_command(app, action);
  add_bench_command(app, action);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 has codes of its own; help and version are no errors.
    return app.exit(error) == 0 ? kExitSuccess : kExitUsage;
  }
  if (!action) {
    std::cerr << "a command is required: run, replay, metrics, config, rules or bench; --help says more\n";
    return kExitUsage;
  }
  try {
    return action();
  } catch (const ConfigError& error) {
    std::cerr << error.what() << '\n';
    return kExitUsage;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return kExitFailure;
  }
}
