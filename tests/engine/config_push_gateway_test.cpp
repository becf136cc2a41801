#include <doctest/doctest.h>

#include <string>

#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"

using namespace vigil::engine;
using namespace std::chrono_literals;

namespace {

EngineConfig read(const std::string& section) {
  return read_engine_config("accounts: [{name: A, initial_capital: 1}]\npush_gateway:\n  " + section + "\n",
                            "f.yaml");
}

std::string message_of(const std::string& section) {
  try {
    (void)read(section);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "none";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("config of the push gateway") {
  TEST_CASE("nothing is pushed unless a URL says where to") {
    CHECK(read("job: other").push_gateway.target.host.empty());
    CHECK(read("url: none").push_gateway.target.host.empty());
  }

  TEST_CASE("every key has its effect, and what is written reads back the same but for the password") {
    const EngineConfig config = read(
        "{url: 'http://me:secret@gateway:9091/x', job: fast, grouping: [instance=a=b, zone=], interval: 1s, "
        "timeout: 50ms, delete_at_end: false}");
    const auto& push = config.push_gateway;
    CHECK(push.target.text() == "http://gateway:9091/x");
    CHECK(push.target.user == "me");
    CHECK(push.target.password == "secret");
    CHECK(push.job == "fast");
    CHECK(push.grouping == vigil::monitoring::PushGrouping{{"instance", "a=b"}, {"zone", ""}});
    CHECK(push.interval == 1s);
    CHECK(push.timeout == 50ms);
    CHECK_FALSE(push.delete_at_end);

    const std::string text = show_config(config);
    CHECK_FALSE(has(text, "secret"));
    const auto again = read_engine_config(text, "again.yaml").push_gateway;
    CHECK(again.target.text() == push.target.text());
    CHECK(again.target.user == "me");
    CHECK(again.grouping == push.grouping);
    CHECK(again.interval == push.interval);
    CHECK(again.timeout == push.timeout);
    CHECK_FALSE(again.delete_at_end);
  }

  TEST_CASE("what is wrong is said with its place, and never with a password") {
    CHECK(has(message_of("url: gateway:9091"), "f.yaml:3: push_gateway.url: must be none or http://"));
    const std::string message = message_of("url: http://me:secret@gateway:0");
    CHECK(has(message, "with a port from 1 to 65535"));
    CHECK_FALSE(has(message, "secret"));
    CHECK(has(message_of("url: https://gateway"), "HTTPS is not supported"));
    CHECK(has(message_of("job: \"\""), "push_gateway.job: must be a text of at least one character"));
    for (const char* entry : {"instance", "job=x", "__x=y", "a-b=c", "=x"}) {
      CAPTURE(entry);
      CHECK(has(message_of("grouping: [\"" + std::string(entry) + "\"]"), "must be LABEL=VALUE"));
    }
    CHECK(has(message_of("grouping: [a=1, a=2]"), "push_gateway.grouping[1]: must be a label of its own"));
    CHECK(has(message_of("interval: 1ms"), "push_gateway.interval"));
    CHECK(has(message_of("timeout: 2m"), "push_gateway.timeout"));
  }
}
