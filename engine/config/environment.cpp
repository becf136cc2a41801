#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "engine/config/config_words.h"
#include "engine/config/engine_config_reader.h"
#include "engine/config/value_text.h"
#include "engine/config/yaml.h"

namespace vigil::engine {
namespace {

std::string refusal(const char* name, std::string_view must, std::string_view was) {
  std::string text = "environment: ";
  return text.append(name).append(": must be ").append(must).append(", was ").append(shown_text(was));
}

}  // namespace

std::optional<std::string> process_environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read once at the start
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

void apply_environment(EngineConfig& config, const Environment& get) {
  const auto value_of = [&](const char* name) {
    auto value = get(name);
    if (value && value->empty()) value.reset();
    return value;
  };
  std::vector<std::string> messages;
  bool enabled = config.metrics_enabled;
  std::vector<std::string> listen = config.listen;
  monitoring::LogLevel level = config.log.level;

  if (const auto text = value_of("ENABLE_METRICS")) {
    enabled = *text == "true" || *text == "1";
    if (!enabled && *text != "false" && *text != "0") {
      messages.push_back(refusal("ENABLE_METRICS", "true, false, 1 or 0", *text));
    }
  }
  if (const auto text = value_of("METRICS_PORT")) {
    const auto port = parse_port(*text);
    if (!port) messages.push_back(refusal("METRICS_PORT", "a port from 0 to 65535", *text));
    const auto address = parse_listen_address(listen.front());
    if (port && address) listen.front() = address->scheme + address->host + ":" + std::to_string(*port);
  }
  if (const auto text = value_of("VIGIL_LOG_LEVEL")) {
    std::string upper = *text;
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    bool known = false;
    for (const auto& [word, each] : kLogLevelWords) {
      if (word != upper) continue;
      level = each;
      known = true;
    }
    if (!known) {
      messages.push_back(refusal("VIGIL_LOG_LEVEL", "one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL", *text));
    }
  }

  monitoring::PushTarget target = config.push_gateway.target;
  if (const auto text = value_of("PROMETHEUS_PUSH_GATEWAY")) {
    try {
      target = monitoring::parse_push_url(*text);
    } catch (const std::runtime_error& error) {
      // Whoever wrote an @ may have written a password before it.
      const bool may_have_secret = text->find('@') != std::string::npos;
      messages.push_back(
          refusal("PROMETHEUS_PUSH_GATEWAY", error.what(), may_have_secret ? "a URL (not shown)" : *text));
    }
  }

  if (!messages.empty()) throw ConfigError(std::move(messages));
  config.push_gateway.target = std::move(target);
  config.metrics_enabled = enabled;
  config.listen = std::move(listen);
  config.log.level = level;
}

}  // namespace vigil::engine
