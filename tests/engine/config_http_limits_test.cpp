#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "engine/config/engine_config_reader.h"
#include "engine/views/server_config.h"

using namespace vigil::engine;
using namespace std::chrono_literals;

namespace {

EngineConfig read(const std::string& text) {
  return read_engine_config("accounts: [{name: A, initial_capital: 1}]\n" + text + "\n", "f.yaml");
}

/// The one message that the text gets, without "f.yaml:2: ".
std::string message_of(const std::string& text) {
  try {
    (void)read(text);
  } catch (const ConfigError& error) {
    REQUIRE(error.messages().size() == 1);
    const std::string& message = error.messages().front();
    REQUIRE(message.starts_with("f.yaml:2: "));
    return message.substr(std::string_view("f.yaml:2: ").size());
  }
  return "none";
}

void check_messages(const std::vector<std::pair<std::string, std::string>>& cases) {
  for (const auto& each : cases) {
    CAPTURE(each.first);
    CHECK(message_of(each.first) == each.second);
  }
}

}  // namespace

TEST_SUITE("config of the HTTP server") {
  TEST_CASE("limits of clients that make no sense are refused by name") {
    const std::string threads = "http.threads: must be a whole number from 1 to 64, was ";
    const std::string connections = "http.connections: must be a whole number from 1 to 10000, was ";
    const std::string backlog = "http.backlog: must be a whole number from 1 to 65535, was ";
    const std::string header = "http.header_limit: must be a whole number from 1024 to 1048576, was ";
    const std::string body = "http.body_limit: must be a whole number from 1024 to 16777216, was ";
    check_messages({
        {"http: {threads: 0}", threads + "0"},
        {"http: {threads: 65}", threads + "65"},
        {"http: {threads: many}", threads + "many"},
        {"http: {connections: 0}", connections + "0"},
        {"http: {connections: 10001}", connections + "10001"},
        {"http: {connections: 1.5}", connections + "1.5"},
        {"http: {backlog: 0}", backlog + "0"},
        {"http: {backlog: 65536}", backlog + "65536"},
        {"http: {header_limit: 1023}", header + "1023"},
        {"http: {header_limit: 16KB}", header + "16KB"},
        {"http: {body_limit: 16777217}", body + "16777217"},
        {"http: {body_limit: -1}", body + "-1"},
        {"http: {conections: 5}",
         "http.conections: must be a known key, was conections (did you mean connections?)"},
    });
  }

  TEST_CASE("times that make no sense are refused by name") {
    for (const std::string key : {"request_timeout", "send_timeout", "keep_alive_timeout"}) {
      const std::string range = "http." + key + ": must be a duration from 100ms to 10m, was ";
      check_messages({
          {"http: {" + key + ": 99ms}", range + "99ms"},
          {"http: {" + key + ": 11m}", range + "11m"},
          {"http: {" + key + ": 5}",
           "http." + key + ": must be a duration such as 250ms, 5s, 1m or 2h, was 5"},
      });
    }
  }

  TEST_CASE("TLS is asked for with certificate, key and an address, or not at all") {
    const auto configured = [](const std::string& listen, const std::string& values) {
      return "http: {tls: {" + values + "}}\nlisten: \"" + listen + "\"";
    };
    check_messages({
        {configured("https://127.0.0.1:0", "certificate: c.pem"),
         "http.tls.certificate: must stand with a key, was alone"},
        {configured("https://127.0.0.1:0", "key: k.pem"),
         "http.tls.key: must stand with a certificate, was alone"},
        {configured("127.0.0.1:0", "certificate: c.pem, key: k.pem"),
         "http.tls.certificate: must stand with an https:// address in listen, was without"},
        {configured("https://127.0.0.1:0", "minimum_version: \"1.3\""),
         "http.tls.certificate: must be given for the https:// addresses in listen, was none"},
        {configured("127.0.0.1:0", "minimum_version: \"1.1\""),
         "http.tls.minimum_version: must be one of 1.2, 1.3, was 1.1"},
        {configured("127.0.0.1:0", "certificate: \"\""),
         "http.tls.certificate: must be none or the path of a file in PEM, was \"\""},
    });
  }

  TEST_CASE("the server gets what the configuration says") {
    const auto server = server_config(
        read("http: {threads: 2, connections: 50, backlog: 7, request_timeout: 2s, send_timeout: 3s, "
             "keep_alive_timeout: 4s, header_limit: 2000, body_limit: 3000}"));
    CHECK(server.threads == 2);
    CHECK(server.connections == 50);
    CHECK(server.backlog == 7);
    CHECK(server.request_timeout == 2s);
    CHECK(server.send_timeout == 3s);
    CHECK(server.keep_alive_timeout == 4s);
    CHECK(server.header_limit == 2'000);
    CHECK(server.body_limit == 3'000);
    CHECK(server_config(read("")).connections == 256);
  }
}
