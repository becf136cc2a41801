#include <doctest/doctest.h>

#include <map>
#include <string>

#include "engine/config/engine_config_reader.h"

using namespace vigil::engine;
using vigil::monitoring::LogLevel;

namespace {

Environment environment(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

std::string error_of(EngineConfig& config, const Environment& variables) {
  try {
    apply_environment(config, variables);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_SUITE("config environment") {
  TEST_CASE("without variables nothing changes, and an empty one counts as unset") {
    EngineConfig config;
    apply_environment(config, environment({}));
    apply_environment(config,
                      environment({{"ENABLE_METRICS", ""}, {"METRICS_PORT", ""}, {"VIGIL_LOG_LEVEL", ""}}));
    CHECK(config.metrics_enabled);
    CHECK(config.listen == std::vector<std::string>{"127.0.0.1:9464"});
    CHECK(config.log.level == LogLevel::Info);
  }

  TEST_CASE("ENABLE_METRICS switches the metrics on and off over the file") {
    EngineConfig config;
    for (const auto& [given, enabled] :
         std::map<std::string, bool>{{"false", false}, {"true", true}, {"0", false}, {"1", true}}) {
      const std::string text = given;
      CAPTURE(text);
      config.metrics_enabled = !enabled;
      apply_environment(config, environment({{"ENABLE_METRICS", text}}));
      CHECK(config.metrics_enabled == enabled);
    }
  }

  TEST_CASE(
      "PROMETHEUS_PUSH_GATEWAY replaces the URL, and what is wrong with it is said without its password") {
    EngineConfig config;
    apply_environment(config, environment({{"PROMETHEUS_PUSH_GATEWAY", "http://gateway:9091"}}));
    CHECK(config.push_gateway.target.text() == "http://gateway:9091");
    CHECK(error_of(config, environment({{"PROMETHEUS_PUSH_GATEWAY", "gateway:9091"}})) ==
          "environment: PROMETHEUS_PUSH_GATEWAY: must be http://[USER:PASSWORD@]HOST[:PORT][/PREFIX], "
          "beginning "
          "with http://, was gateway:9091");
    const std::string error =
        error_of(config, environment({{"PROMETHEUS_PUSH_GATEWAY", "http://me:secret@g:x"}}));
    CHECK(error.find("a port from 1 to 65535") != std::string::npos);
    CHECK(error.find("secret") == std::string::npos);
    CHECK(config.push_gateway.target.text() == "http://gateway:9091");
  }

  TEST_CASE("METRICS_PORT replaces the port of the first address and keeps the rest") {
    EngineConfig config;
    config.listen = {"[::1]:9464"};
    apply_environment(config, environment({{"METRICS_PORT", "8080"}}));
    CHECK(config.listen == std::vector<std::string>{"[::1]:8080"});
    config.listen = {"https://127.0.0.1:9465", "127.0.0.1:9464"};
    apply_environment(config, environment({{"METRICS_PORT", "8080"}}));
    CHECK(config.listen == std::vector<std::string>{"https://127.0.0.1:8080", "127.0.0.1:9464"});
  }

  TEST_CASE("VIGIL_LOG_LEVEL replaces the level, in any case") {
    EngineConfig config;
    apply_environment(config, environment({{"VIGIL_LOG_LEVEL", "Debug"}}));
    CHECK(config.log.level == LogLevel::Debug);
  }

  TEST_CASE("values that are not understood are errors that name the variable, and change nothing") {
    EngineConfig config;
    const Environment wrong =
        environment({{"ENABLE_METRICS", "off"}, {"METRICS_PORT", "80x"}, {"VIGIL_LOG_LEVEL", "LOUD"}});
    CHECK(error_of(config, wrong) ==
          "environment: ENABLE_METRICS: must be true, false, 1 or 0, was off\n"
          "environment: METRICS_PORT: must be a port from 0 to 65535, was 80x\n"
          "environment: VIGIL_LOG_LEVEL: must be one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL, was LOUD");
    CHECK(error_of(config, environment({{"METRICS_PORT", "65536"}, {"VIGIL_LOG_LEVEL", "ERROR"}})) ==
          "environment: METRICS_PORT: must be a port from 0 to 65535, was 65536");
    CHECK(config.log.level == LogLevel::Info);
    CHECK(config.metrics_enabled);
    CHECK(config.listen == std::vector<std::string>{"127.0.0.1:9464"});
  }
}
