#include <CLI/CLI.hpp>
#include <memory>

#include "engine/commands/commands.h"
#include "engine/commands/journal_commands.h"

namespace vigil::engine {

void add_journal_command(CLI::App& app, Action& action) {
  auto* const command = app.add_subcommand("journal", "Check or show what an engine has recorded");
  command->require_subcommand(1);

  const auto folder = std::make_shared<std::string>();
  const auto head = std::make_shared<std::string>();
  auto* const verify =
      command->add_subcommand("verify", "Read every record, check its sum and the chain of hashes over all");
  verify->add_option("DIR", *folder, "data folder, or the folder of the journal itself")
      ->required()
      ->check(CLI::ExistingDirectory);
  verify->add_option(
      "--head", *head,
      "SEQUENCE:HASH that an earlier verification printed: up to there nothing may have changed");
  verify->callback(
      [folder, head, &action] { action = [folder, head] { return verify_journal(*folder, *head); }; });

  const auto options = std::make_shared<DumpOptions>();
  auto* const dump = command->add_subcommand("dump", "Print the records, a line of JSON each");
  dump->add_option("DIR", options->folder, "data folder, or the folder of the journal itself")
      ->required()
      ->check(CLI::ExistingDirectory);
  dump->add_option("--from", options->from, "first record")->capture_default_str();
  dump->add_option("--to", options->to, "last record");
  dump->add_option("--type", options->type, "only these")
      ->check(CLI::IsMember({"run_started", "quote", "trade", "request", "report", "venue_connection",
                             "control", "timer", "alert", "signal", "state_hash", "run_ended"}));
  dump->callback([options, &action] { action = [options] { return dump_journal(*options); }; });

  const auto compared = std::make_shared<ReconcileOptions>();
  auto* const reconcile =
      command->add_subcommand("reconcile", "Compare the fills that were booked with a drop copy");
  reconcile->add_option("DIR", compared->folder, "data folder, or the folder of the journal itself")
      ->required()
      ->check(CLI::ExistingDirectory);
  reconcile
      ->add_option(
          "--fills", compared->fills,
          "CSV with the columns venue, venue_trade_id, symbol, side, quantity, price; others are passed over")
      ->required();
  reconcile->add_option("--day", compared->day, "only what was booked on this day, YYYY-MM-DD (UTC)");
  reconcile->callback([compared, &action] { action = [compared] { return reconcile_journal(*compared); }; });
}

}  // namespace vigil::engine
