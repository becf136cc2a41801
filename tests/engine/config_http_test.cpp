#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"

using namespace vigil::engine;

namespace {

/// A file that goes with the test.
struct SecretFile {
  std::string path =
      (std::filesystem::temp_directory_path() / ("vigil_secret_" + std::to_string(::getpid()))).string();
  explicit SecretFile(const std::string& content) { std::ofstream(path, std::ios::binary) << content; }
  ~SecretFile() { std::filesystem::remove(path); }
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;
};

EngineConfig read(const std::string& auth) {
  return read_engine_config("accounts: [{name: A, initial_capital: 1}]\nhttp:\n  auth:\n    " + auth + "\n",
                            "f.yaml");
}

std::string message_of(const std::string& auth) {
  try {
    (void)read(auth);
  } catch (const ConfigError& error) {
    REQUIRE(error.messages().size() == 1);
    return error.messages().front();
  }
  return "none";
}

}  // namespace

TEST_SUITE("config of HTTP access") {
  TEST_CASE("a secret is the line in a file, with or without its line end") {
    for (const char* content : {"open sesame", "open sesame\n", "open sesame\r\n"}) {
      const SecretFile file(content);
      const EngineConfig config = read("metrics: {token: \"file:" + file.path + "\"}");
      CHECK(config.http_auth.metrics.token.text == "open sesame");
      CHECK(config.http_auth.api.token.text.empty());
      CHECK(config.http_auth.control.token.text.empty());
    }
  }

  TEST_CASE("a secret is the value of an environment variable") {
    ::setenv("VIGIL_TEST_SECRET", "sesame", 1);  // NOLINT(concurrency-mt-unsafe): there is one thread
    const EngineConfig config = read("control: {user: desk, password: \"environment:VIGIL_TEST_SECRET\"}");
    ::unsetenv("VIGIL_TEST_SECRET");  // NOLINT(concurrency-mt-unsafe)
    CHECK(config.http_auth.control.user == "desk");
    CHECK(config.http_auth.control.password.text == "sesame");
  }

  TEST_CASE("what is shown names where secrets are, not what they are, and reads back") {
    const SecretFile file("sesame\n");
    const std::string source = "file:" + file.path;
    const EngineConfig config =
        read("api: {token: \"" + source + "\", user: desk, password: \"" + source + "\"}");
    const std::string shown = show_config(config);
    CHECK(shown.find(source) != std::string::npos);
    CHECK(shown.find("sesame") == std::string::npos);
    CHECK(show_config(read_engine_config(shown, "shown.yaml")) == shown);
  }

  TEST_CASE("a secret that cannot be had names the file, the line and the key") {
    CHECK(message_of("api: {token: \"file:/no/such/file\"}") ==
          "f.yaml:4: http.auth.api.token: must name a file that can be read, was /no/such/file (No such file "
          "or "
          "directory)");
    CHECK(message_of("api: {token: \"file:/\"}") ==
          "f.yaml:4: http.auth.api.token: must name a file that can be read, was / (Is a directory)");
    CHECK(
        message_of("api: {token: \"environment:VIGIL_TEST_NOT_SET\"}") ==
        "f.yaml:4: http.auth.api.token: must name an environment variable, was VIGIL_TEST_NOT_SET (not set)");
  }

  TEST_CASE("a secret that is none is refused without repeating it") {
    const std::string start =
        "f.yaml:4: http.auth.control.token: must name one line of 1 to 4096 printable ASCII characters, was ";
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "empty"},
        {"\n", "empty"},
        {"sesame\nopen\n", "more lines or other characters"},
        {"sesame\t", "more lines or other characters"},
        {std::string(4097, 's'), "longer"},
        {std::string(9000, 's'), "longer"}};
    for (const auto& [given, fault] : cases) {
      const std::string content = given;
      CAPTURE(content);
      const SecretFile file(content);
      CHECK(message_of("control: {token: \"file:" + file.path + "\"}") ==
            start + file.path + " (" + fault + ")");
    }
    CHECK(
        message_of("control: {token: sesame}") ==
        "f.yaml:4: http.auth.control.token: must be none, file:PATH or environment:NAME, was something else");
    CHECK(message_of("control: {token: \"file:\"}") ==
          "f.yaml:4: http.auth.control.token: must be none, file:PATH or environment:NAME, was file:");
  }

  TEST_CASE("user and password stand together") {
    const SecretFile file("sesame");
    CHECK(message_of("api: {user: desk}") ==
          "f.yaml:4: http.auth.api.user: must stand with a password, was alone");
    CHECK(message_of("api: {password: \"file:" + file.path + "\"}") ==
          "f.yaml:4: http.auth.api.password: must stand with a user, was alone");
    CHECK(message_of("api: {user: \"a:b\"}") ==
          "f.yaml:4: http.auth.api.user: must be none or a text without a colon, was a:b");
  }
}
