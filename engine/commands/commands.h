#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace vigil::engine {

/// What the chosen command does; returns the process's exit code.
using Action = std::function<int()>;

/// Each adds its sub-command; parsing the command line sets `action` to what was chosen.
void add_run_command(CLI::App& app, Action& action);
void add_replay_command(CLI::App& app, Action& action);
void add_metrics_command(CLI::App& app, Action& action);
void add_config_command(CLI::App& app, Action& action);
void add_rules_command(CLI::App& app, Action& action);
void add_slo_command(CLI::App& app, Action& action);
void add_journal_command(CLI::App& app, Action& action);
void add_bench_command(CLI::App& app, Action& action);
void add_features_command(CLI::App& app, Action& action);
/// Of `rules`.
void add_backtest_command(CLI::App& rules, Action& action);

/// Exit codes: 0 success, 1 a judged failure (a file that cannot be read, a wrong configuration under
/// `config check`), 2 wrong usage (flags, configuration of a command that needs it).
inline constexpr int kExitSuccess = 0;
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;

}  // namespace vigil::engine
