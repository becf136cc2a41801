#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "engine/commands/commands.h"
#include "engine/commands/journal_commands.h"
#include "engine/commands/replay.h"

namespace vigil::engine {

void add_replay_command(CLI::App& app, Action& action) {
  auto* const command =
      app.add_subcommand("replay", "Run recorded market data and orders through the engine");
  const auto options = std::make_shared<ReplayOptions>();
  const auto speed = std::make_shared<std::string>("max");
  const auto bad_line = std::make_shared<std::string>("fail");
  const auto journal = std::make_shared<JournalReplayOptions>();
  auto* const feed =
      command
          ->add_option(
              "--feed", options->feeds,
              "FORMAT:PATH, several merge by time; FORMAT: quotes, trades, lobster, binance; gzip is read "
              "directly; of a LOBSTER pair name the message file")
          ->expected(1, -1);
  auto* const until =
      command->add_option("--until", journal->until,
                          "with --journal: stop behind this record, and print what the engine "
                          "knew then as JSON");
  auto* const metrics = command->add_option(
      "--metrics", journal->metrics, "with --journal: write all metrics at the end as Prometheus text");
  auto* const folder =
      command
          ->add_option(
              "--journal", journal->folder,
              "do again what the journal of this data folder says, and check that it comes out the same")
          ->check(CLI::ExistingDirectory);
  until->needs(folder);
  metrics->needs(folder);
  std::vector<CLI::Option*> of_feeds{feed};
  const auto add = [&](CLI::Option* option) { of_feeds.push_back(option); };
  add(command->add_option("--orders", options->orders,
                          "CSV of orders; without --config the demonstration strategies then stay quiet"));
  add(command->add_option("--config", options->config, "engine configuration (YAML); default: built in"));
  command->add_option("--report", options->report, "write the report as JSON");
  command->add_option("--html", options->html,
                      "write the report as a page with charts; it links to the JSON of --report");
  command->add_option("--fills", options->fills, "write every fill as CSV");
  command->add_option("--orders-out", options->orders_out, "write every order with its final state as CSV");
  add(command->add_option("--perf", options->perf, "write what the machine took as JSON"));
  add(command->add_option("--speed", *speed, "max, or times real time: 1x, 10x")->capture_default_str());
  add(command->add_option("--on-bad-line", *bad_line, "what to do with a line that cannot be read")
          ->check(CLI::IsMember({"fail", "skip"}))
          ->capture_default_str());
  add(command->add_option("--log-level", options->log_level,
                          "TRACE, DEBUG, INFO, WARN, ERROR or FATAL; to standard error"));
  add(command->add_flag("--hold", options->hold, "keep serving HTTP after the end, until interrupted"));
  for (CLI::Option* const option : of_feeds) folder->excludes(option);
  command->callback([options, journal, speed, bad_line, &action] {
    if (!journal->folder.empty()) {
      journal->report = options->report;
      journal->html = options->html;
      journal->fills = options->fills;
      journal->orders_out = options->orders_out;
      action = [journal] { return replay_journal(*journal); };
      return;
    }
    if (options->feeds.empty()) throw CLI::RequiredError("--feed or --journal");
    try {
      options->speed = parse_speed(*speed);
    } catch (const std::invalid_argument& error) {
      throw CLI::ValidationError("--speed", error.what());
    }
    options->on_bad_line = *bad_line == "skip" ? OnBadLine::Skip : OnBadLine::Fail;
    action = [options] { return replay(*options); };
  });
}

}  // namespace vigil::engine
