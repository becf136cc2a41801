#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "engine/bench/cases.h"
#include "engine/commands/bench.h"
#include "engine/commands/commands.h"

namespace vigil::engine {

void add_bench_command(CLI::App& app, Action& action) {
  auto* const command =
      app.add_subcommand("bench", "Measure what monitoring costs and judge it by its targets");
  const auto options = std::make_shared<BenchOptions>();
  std::vector<std::string> subjects;
  for (const bench::Subject& subject : bench::subjects()) subjects.emplace_back(subject.name);

  command->add_option("--json", options->json, "write the report as JSON to this file");
  command->add_option("--compare", options->compare, "fail if a ratio is worse than in this earlier report")
      ->check(CLI::ExistingFile);
  command->add_option("--only", options->only, "measure only this subject")->check(CLI::IsMember(subjects));
  command->add_option("--targets", options->targets, "bars to judge by (YAML); default: the built-in ones")
      ->check(CLI::ExistingFile);
  command->add_flag("--quick", options->quick, "everything once over: says whether it works, not how fast");
  command->callback([options, &action] { action = [options] { return run_bench(*options); }; });
}

}  // namespace vigil::engine
