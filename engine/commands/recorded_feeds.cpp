#include "engine/commands/recorded_feeds.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "engine/config/engine_config_reader.h"

namespace vigil::engine {

Directory discover_all(EngineConfig& config, const std::vector<FeedSpec>& specs, OnBadLine on_bad_line) {
  DirectoryNames names;
  for (const SimulatedVenueConfig& venue : config.venues) names.venues.push_back(venue.name);
  for (const positions::AccountConfig& account : config.portfolio.accounts)
    names.accounts.push_back(account.name);
  for (const StrategyConfig& strategy : config.strategies) names.strategies.push_back(strategy.name);
  Directory directory(config.instruments, config.currencies, std::move(names), config.define_from_feed);
  for (const FeedSpec& spec : specs) discover(spec, directory, on_bad_line);
  for (std::size_t i = config.venues.size(); i < directory.venues().size(); ++i) {
    config.venues.push_back(venue_from_defaults(config, directory.venues()[i]));
  }
  if (auto unresolved = resolve_names(config); !unresolved.empty()) throw ConfigError(std::move(unresolved));
  return directory;
}

MergedFeed open_all(const std::vector<FeedSpec>& specs, const Directory& directory, OnBadLine on_bad_line) {
  std::vector<std::unique_ptr<FileFeed>> files;
  for (const FeedSpec& spec : specs) files.push_back(open_feed(spec, directory, on_bad_line));
  return MergedFeed(std::move(files));
}

bool is_same_file(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::exists(a, ignored) && fs::exists(b, ignored)) {
    return fs::is_regular_file(a, ignored) && fs::equivalent(a, b, ignored);
  }
  return fs::weakly_canonical(a, ignored) == fs::weakly_canonical(b, ignored);
}

}  // namespace vigil::engine
