#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "monitoring/yaml/config_error.h"
#include "monitoring/yaml/yaml_reader.h"

using namespace vigil::monitoring;

namespace {

std::vector<std::string> messages_of(const std::string& text) {
  return YamlDocument(text, "f.yaml").messages();
}

std::vector<std::string> one(const std::string& message) {
  return {message};
}

}  // namespace

TEST_SUITE("YAML reader") {
  TEST_CASE("values are found by key and place, with their paths") {
    const YamlDocument document("a: {b: [x, y]}\n", "f.yaml");
    const auto elements = document.root()["a"]["b"].elements();
    REQUIRE(elements.size() == 2);
    REQUIRE(elements[1].scalar("be a text") != nullptr);
    CHECK(*elements[1].scalar("be a text") == "y");
    CHECK(elements[1].path() == "a.b[1]");
    CHECK_FALSE(document.root()["a"]["c"]["d"].given());
    CHECK(document.messages().empty());
  }

  TEST_CASE("a syntax error names its line") {
    CHECK(messages_of("a: 1\nb: [1, 2\n") ==
          one("f.yaml:3: must be YAML, was not: end of sequence flow not found"));
    CHECK_FALSE(YamlDocument("a: [", "f.yaml").readable());
  }

  TEST_CASE("a second document is refused") {
    CHECK(messages_of("a: 1\n---\nb: 1\n") == one("f.yaml:3: must hold one YAML document, was a second one"));
  }

  TEST_CASE("a repeated key is refused at any depth and the first one holds") {
    const YamlDocument document("a:\n  - b: 1\n    b: 2\n", "f.yaml");
    CHECK(document.messages() == one("f.yaml:3: a[0].b: must be given once, was given on line 2 already"));
    CHECK(*document.root()["a"].elements()[0]["b"].scalar("be") == "1");
  }

  TEST_CASE("unknown keys are refused with the key that was meant") {
    YamlDocument document("listen: 1\nriks: 2\nsomething: 3\n", "f.yaml");
    (void)document.root()["listen"];
    (void)document.root()["risk"];
    document.refuse_unknown_keys();
    CHECK(document.messages() ==
          std::vector<std::string>{"f.yaml:2: riks: must be a known key, was riks (did you mean risk?)",
                                   "f.yaml:3: something: must be a known key, was something"});
  }

  TEST_CASE("an alias stands for a copy of its anchor") {
    YamlDocument document("a: &x {k: 1}\nb: *x\n", "f.yaml");
    CHECK(*document.root()["a"]["k"].scalar("be") == "1");
    CHECK(*document.root()["b"]["k"].scalar("be") == "1");
  }

  TEST_CASE("an alias of itself is refused") {
    CHECK(messages_of("a: &x [*x]\n") == one("f.yaml:1: must not contain an alias of itself"));
  }

  TEST_CASE("aliases cannot blow a small file up") {
    std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
      const std::string before = "*a" + std::to_string(i - 1);
      text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
      for (int n = 0; n < 9; ++n) text += before + ", ";
      text += "]\n";
    }
    CHECK(messages_of(text) == one("f.yaml:5: must hold at most 100000 values, was more"));
  }

  TEST_CASE("deep nesting is refused, in one piece or through aliases") {
    const std::string deep = "a: " + std::string(600, '[') + std::string(600, ']') + "\n";
    CHECK(messages_of(deep) == one("f.yaml:1: must be nested at most 32 deep, was deeper"));
    std::string chained = "a0: &a0 [x]\n";
    for (int i = 1; i < 40; ++i) {
      chained +=
          "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
    }
    CHECK(messages_of(chained) == one("f.yaml:32: must be nested at most 32 deep, was deeper"));
  }

  TEST_CASE("control characters are refused, since one of them would end the file unnoticed") {
    CHECK(messages_of("a: 1\n\x04"
                      "b: 2\n") == one("f.yaml:2: must be text in UTF-8, was a control character (4)"));
    CHECK(messages_of(std::string("a: 1\n\0", 6)) ==
          one("f.yaml:2: must be text in UTF-8, was a control character (0)"));
  }

  TEST_CASE("tags and keys that are no words are refused") {
    CHECK(messages_of("a: !!binary aGk=\n") ==
          one("f.yaml:1: a: must be a value without a tag, was tagged tag:yaml.org,2002:binary"));
    CHECK(messages_of("? [a]\n: 1\n") == one("f.yaml:1: must have a word as key, was a list or a mapping"));
  }

  TEST_CASE("too long a text is refused") {
    CHECK(messages_of(std::string(YamlDocument::kMaxBytes + 1, '#')) ==
          one("f.yaml:1: must be at most 4194304 bytes long, was 4194305"));
  }

  TEST_CASE("a great many messages end in a count") {
    std::string text;
    for (int i = 0; i < 300; ++i) text += "key" + std::to_string(i) + ": 1\n";
    YamlDocument document(text, "f.yaml");
    (void)document.root()["x"];
    document.refuse_unknown_keys();
    const auto messages = document.messages();
    REQUIRE(messages.size() == YamlDocument::kMaxMessages + 1);
    CHECK(messages.back() == "f.yaml: and 100 more");
  }

  TEST_CASE("a file that cannot be read says why") {
    CHECK_THROWS_WITH_AS(
        (void)read_config_file("/no/such/file.yaml"),
        "/no/such/file.yaml: must be a file that can be read, was not: No such file or directory",
        ConfigError);
    CHECK_THROWS_WITH_AS((void)read_config_file("/"),
                         "/: must be a file that can be read, was not: Is a directory", ConfigError);
    CHECK_THROWS_WITH_AS((void)read_config_file("/dev/zero"),
                         "/dev/zero: must be at most 4194304 bytes long, was longer", ConfigError);
  }
}
