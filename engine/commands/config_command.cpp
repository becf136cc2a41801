#include <CLI/CLI.hpp>
#include <iostream>

#include "engine/commands/catalogue.h"
#include "engine/commands/commands.h"
#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"
#include "engine/config/yaml.h"

namespace vigil::engine {
namespace {

int check(const std::string& path) {
  const ConfigCheck result = check_config(path);
  for (const std::string& note : result.notes) std::cout << note << '\n';
  for (const std::string& error : result.errors) std::cerr << error << '\n';
  if (!result.errors.empty()) return kExitFailure;
  try {
    check_metric_names(read_engine_config(path), path);
  } catch (const ConfigError& error) {
    std::cerr << error.what() << '\n';
    return kExitFailure;
  }
  std::cout << path << ": is valid\n";
  return kExitSuccess;
}

int show(const std::string& path) {
  EngineConfig config = path.empty()
                            ? read_engine_config(default_config_text(), std::string{kDefaultConfigName})
                            : read_engine_config(path);
  apply_environment(config, process_environment);
  std::cout << show_config(config);
  return kExitSuccess;
}

}  // namespace

void add_config_command(CLI::App& app, Action& action) {
  auto* const command = app.add_subcommand("config", "Check or show an engine configuration");
  command->require_subcommand(1);
  const auto path = std::make_shared<std::string>();

  auto* const check_command = command->add_subcommand("check", "Report everything that is wrong in a file");
  check_command->add_option("FILE", *path, "engine configuration (YAML)")->required();
  check_command->callback([path, &action] { action = [path] { return check(*path); }; });

  auto* const show_command =
      command->add_subcommand("show", "Print the effective configuration, defaults and environment included");
  show_command->add_option("FILE", *path, "engine configuration (YAML); default: the built-in one");
  show_command->callback([path, &action] { action = [path] { return show(*path); }; });
}

}  // namespace vigil::engine
