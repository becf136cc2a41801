#include <CLI/CLI.hpp>
#include <memory>

#include "engine/commands/commands.h"
#include "engine/commands/feature_table.h"

namespace vigil::engine {

void add_features_command(CLI::App& app, Action& action) {
  auto* const command = app.add_subcommand(
      "features", "Compute the features that models see over recorded quotes, for scripts/train_model.py");
  const auto options = std::make_shared<FeatureTableOptions>();
  const auto bad_line = std::make_shared<std::string>("fail");
  command
      ->add_option("--feed", options->feeds,
                   "FORMAT:PATH, several merge by time; FORMAT: quotes, trades, lobster, binance")
      ->required()
      ->expected(1, -1);
  command->add_option("--config", options->config, "engine configuration (YAML); default: that of replays");
  command->add_option("--out", options->out, "the CSV to write: time, symbol, mid and every feature")
      ->required();
  command
      ->add_option("--model", options->models,
                   "a model's description, several may be given: adds a column with the probability that it "
                   "gives of the mid going up")
      ->check(CLI::ExistingFile);
  command->add_option("--on-bad-line", *bad_line, "what to do with a line that cannot be read")
      ->check(CLI::IsMember({"fail", "skip"}))
      ->capture_default_str();
  command->callback([options, bad_line, &action] {
    options->on_bad_line = *bad_line == "skip" ? OnBadLine::Skip : OnBadLine::Fail;
    action = [options] { return write_feature_table(*options); };
  });
}

}  // namespace vigil::engine
