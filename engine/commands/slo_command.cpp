#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "engine/commands/commands.h"
#include "engine/config/yaml.h"
#include "monitoring/promql/number_text.h"
#include "monitoring/slo/slo_file.h"

namespace vigil::engine {
namespace {

using monitoring::SloDefinition;
using monitoring::SloKind;
using monitoring::promql::duration_text;
using monitoring::promql::RangeEnds;

struct CheckOptions {
  std::vector<std::string> files;
  std::string ranges = "left_open";
  bool verbose = false;
};

void describe(const SloDefinition& slo) {
  std::cout << "    " << slo.file << ':' << slo.line << ": " << slo.name << ", ";
  if (slo.kind == SloKind::Count) {
    std::cout << "at most " << monitoring::promql::number_text(slo.at_most);
  } else {
    std::cout << "target " << monitoring::promql::number_text(slo.target);
  }
  std::cout << " over " << duration_text(slo.compliance_period) << ", measured over "
            << duration_text(slo.measurement_window) << "\n      " << slo.value_text << '\n';
  if (slo.kind == SloKind::Ratio) std::cout << "      of " << slo.total_text << '\n';
}

int check(const CheckOptions& options) {
  const RangeEnds ranges = options.ranges == "closed" ? RangeEnds::Closed : RangeEnds::LeftOpen;
  bool is_wrong = false;
  for (const std::string& file : options.files) {
    std::cout << "Checking " << file << '\n';
    try {
      const std::vector<SloDefinition> objectives = monitoring::read_slo_file(file, ranges);
      std::cout << "  SUCCESS: " << objectives.size() << " objectives found\n";
      if (options.verbose) {
        for (const SloDefinition& slo : objectives) describe(slo);
      }
    } catch (const ConfigError& error) {
      is_wrong = true;
      std::cout << std::flush;
      std::cerr << "  FAILED:\n" << error.what() << '\n';
    }
    std::cout << '\n';
  }
  return is_wrong ? kExitFailure : kExitSuccess;
}

}  // namespace

void add_slo_command(CLI::App& app, Action& action) {
  auto* const command = app.add_subcommand("slo", "Check files of service level objectives");
  command->require_subcommand(1);

  const auto options = std::make_shared<CheckOptions>();
  auto* const check_command =
      command->add_subcommand("check", "Report everything that is wrong in files of objectives");
  check_command->add_option("FILE", options->files, "file of objectives (YAML)")->required();
  check_command
      ->add_option("--ranges", options->ranges,
                   "left_open as Prometheus 3, or closed as Prometheus 2; default: left_open")
      ->check(CLI::IsMember({"left_open", "closed"}));
  check_command->add_flag("-v,--verbose", options->verbose, "list the objectives");
  check_command->callback([options, &action] { action = [options] { return check(*options); }; });
}

}  // namespace vigil::engine
