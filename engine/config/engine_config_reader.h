#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/config/yaml.h"
#include "risk/limits.h"

namespace vigil::engine {

/// Reads the engine's YAML file: defaults filled in, names resolved (resolve_names was called). Throws
/// ConfigError with everything that is wrong.
[[nodiscard]] EngineConfig read_engine_config(const std::string& path);
/// The same from a text; `name` stands in messages for the file.
[[nodiscard]] EngineConfig read_engine_config(std::string_view text, std::string name);

/// Every key the reader knows, "venues[].latency.outbound.minimum", a NAME where the file has names; sorted.
[[nodiscard]] std::vector<std::string> known_config_keys();

struct ConfigCheck {
  std::vector<std::string> errors;
  std::vector<std::string> notes;  ///< names that only a feed can define: right, or misspelt
};
/// What `vigil config check` prints. Never throws for what is in the file or for a file that cannot be read.
[[nodiscard]] ConfigCheck check_config(const std::string& path);

/// Gives the value of an environment variable, or nothing.
using Environment = std::function<std::optional<std::string>(const char* name)>;
[[nodiscard]] std::optional<std::string> process_environment(const char* name);
/// Applies ENABLE_METRICS, METRICS_PORT, PROMETHEUS_PUSH_GATEWAY and VIGIL_LOG_LEVEL over what the file says;
/// an empty variable counts as unset. Throws ConfigError, naming the variables, when a value is not
/// understood; the configuration is then as it was.
void apply_environment(EngineConfig& config, const Environment& get);

/// Brings everything that goes by name in line with the instruments, accounts, venues and strategies there
/// are now: limits tables (instruments without an entry get the default), permissions, instruments of
/// strategies. To be called again after a feed defined instruments or venues. Returns a message for each name
/// of the file that still means nothing. A strategy none of whose instruments exist gets {kNoInstrument}: it
/// trades nothing.
std::vector<std::string> resolve_names(EngineConfig& config);

/// A venue that a feed names: venue_defaults with a name and a seed of its own. To be added at the end of
/// config.venues.
[[nodiscard]] SimulatedVenueConfig venue_from_defaults(const EngineConfig& config, std::string name);

/// Reads the file again for its limits only, resolved against the instruments, accounts, venues and
/// strategies of `current`. The whole file is checked; ConfigError leaves the caller with the limits it has.
/// Entries of names that the running engine does not have are without effect until it is started again.
[[nodiscard]] risk::Limits read_limits(const std::string& path, const EngineConfig& current);

/// What a running engine takes from its file when it is told to read it again.
struct Reloaded {
  risk::Limits limits;       ///< as read_limits gives them
  HttpAuthConfig http_auth;  ///< the secrets as their files have them now
  RulesConfig rules;
  SloConfig slo;
  AlertThresholdSettings thresholds;
  AlertingConfig alerting;
};
/// Reads the file again, and the files of secrets that it names. ConfigError leaves the caller with what it
/// has.
[[nodiscard]] Reloaded read_again(const std::string& path, const EngineConfig& current);

}  // namespace vigil::engine
