#pragma once

#include <string_view>

/// Configurations compiled into the binary from the files in configs/, so that it runs without any file.
namespace vigil::engine {

/// configs/default.yaml: what `vigil run` uses without --config.
[[nodiscard]] std::string_view default_config_text() noexcept;
/// configs/replay.yaml: what `vigil replay` uses without --config.
[[nodiscard]] std::string_view replay_config_text() noexcept;

/// configs/benchmark_targets.yaml: what `vigil bench` judges by without --targets.
[[nodiscard]] std::string_view benchmark_targets_text() noexcept;

/// configs/alerts.yml: the rules of an engine whose configuration names none.
[[nodiscard]] std::string_view built_in_rules_text() noexcept;

/// configs/slos.yml: the service level objectives that ship.
[[nodiscard]] std::string_view built_in_slos_text() noexcept;

/// configs/models/synthetic-1s.json: a model of the market that the engine makes up.
[[nodiscard]] std::string_view built_in_model_text() noexcept;

/// Stand for the file's name in messages.
inline constexpr std::string_view kDefaultConfigName = "default.yaml (built in)";
inline constexpr std::string_view kReplayConfigName = "replay.yaml (built in)";
inline constexpr std::string_view kBuiltInRulesName = "alerts.yml (built in)";
inline constexpr std::string_view kBuiltInSlosName = "slos.yml (built in)";
inline constexpr std::string_view kBuiltInModelName = "synthetic-1s.json (built in)";
inline constexpr std::string_view kBenchmarkTargetsName = "benchmark_targets.yaml (built in)";

}  // namespace vigil::engine
