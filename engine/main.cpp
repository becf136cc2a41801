#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <iostream>

#include "engine/commands/commands.h"
#include "engine/config/yaml.h"
#include "engine/version.h"

namespace {

/// What is opened next must not take the number of a standard stream that the caller closed: what is written
/// to that stream would go into it.
void open_standard_streams() {
  int file = 0;
  while (file >= 0 && file <= STDERR_FILENO) file = ::open("/dev/null", O_RDWR);
  if (file > STDERR_FILENO) ::close(file);
}

/// The action's code, or a failure's if what it printed did not arrive.
int flushed(int code) {
  std::cout.flush();
  if (std::cout.good() && std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  std::cerr << "standard output: cannot be written\n";
  return code == vigil::engine::kExitSuccess ? vigil::engine::kExitFailure : code;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace vigil::engine;
  open_standard_streams();
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
  add_slo_command(app, action);
  add_journal_command(app, action);
  add_bench_command(app, action);
  add_features_command(app, action);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // CLI11 has codes of its own; help and version are no errors.
    return app.exit(error) == 0 ? kExitSuccess : kExitUsage;
  }
  if (!action) {
    std::cerr
        << "a command is required: run, replay, metrics, config, rules, slo, journal, bench or features; "
           "--help says more\n";
    return kExitUsage;
  }
  try {
    return flushed(action());
  } catch (const ConfigError& error) {
    std::cerr << error.what() << '\n';
    return kExitUsage;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return kExitFailure;
  }
}
