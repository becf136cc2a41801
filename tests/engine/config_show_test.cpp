#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"
#include "engine/config/value_text.h"
#include "engine/config/yaml.h"

using namespace vigil::engine;

namespace {

std::filesystem::path source_root() {
  return std::filesystem::path(__FILE__).parent_path() / ".." / "..";
}

std::string content(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool begins(const std::string& text, const std::string& start) {
  return text.compare(0, start.size(), start) == 0;
}

/// Keys that hold a value, not other keys; `default` is one of the names.
std::set<std::string> known_values() {
  const auto keys = known_config_keys();
  std::set<std::string> values;
  for (const std::string& key : keys) {
    const bool is_section = std::any_of(keys.begin(), keys.end(), [&](const std::string& other) {
      return begins(other, key + ".") || begins(other, key + "[");
    });
    if (!is_section && key.find(".default") == std::string::npos) values.insert(key);
  }
  return values;
}

/// True when something stands in the value under a key such as venues[].fees.currency, in any member of a
/// list.
bool stands_in(const YamlValue& value, const std::string& key) {
  if (key.empty()) return value.given();
  const std::size_t dot = key.find('.');
  std::string word = key.substr(0, dot);
  const std::string rest = dot == std::string::npos ? "" : key.substr(dot + 1);
  if (word == "NAME") {
    const auto entries = value.entries();
    return !entries.empty() && stands_in(entries.front().value, rest);
  }
  const bool is_list = word.size() > 2 && word.substr(word.size() - 2) == "[]";
  if (!is_list) return stands_in(value[word], rest);
  word.resize(word.size() - 2);
  const auto elements = value[word].elements();
  return std::any_of(elements.begin(), elements.end(),
                     [&](const YamlValue& element) { return stands_in(element, rest); });
}

/// Beside the default configuration: one of everything that it has none of.
std::string with_everything() {
  return std::string(default_config_text()) +
         R"(
alerting:
  alertmanagers: [{url: "http://alertmanager:9093/x"}]
  receivers:
    - {name: engine, kind: log}
    - {name: hook, kind: webhook, url: "http://desk/hook"}
    - {name: chat, kind: slack, url: "environment:VIGIL_TEST_SLACK"}
    - {name: pager, kind: pagerduty, routing_key: "environment:VIGIL_TEST_KEY"}
    - {name: mail, kind: email, url: "smtp://mail", from: a@example.org, to: [b@example.org]}
  route:
    receiver: engine
    routes:
      - {receiver: hook, matchers: ["severity=~\"critical|high\""], continue: true, group_by: ["..."],
         group_wait: 0s, group_interval: 5m, repeat_interval: 1h, routes: [{receiver: mail}]}
  inhibit_rules: [{source_matchers: [severity=critical], target_matchers: [severity=warning], equal: [team]}]
)";
}

EngineConfig read_everything() {
  ::setenv("VIGIL_TEST_SLACK", "https://chat/sesame",
           1);                              // NOLINT(concurrency-mt-unsafe): there is one thread
  ::setenv("VIGIL_TEST_KEY", "sesame", 1);  // NOLINT(concurrency-mt-unsafe)
  return read_engine_config(with_everything(), "f.yaml");
}

}  // namespace

TEST_SUITE("config show") {
  TEST_CASE("what is shown reads back and shows the same") {
    const std::string everything = show_config(read_everything());
    CHECK(everything.find("sesame") == std::string::npos);
    for (const std::string_view text :
         {default_config_text(), replay_config_text(), std::string_view{everything}}) {
      const std::string shown = show_config(read_engine_config(text, "f.yaml"));
      CHECK(show_config(read_engine_config(shown, "shown.yaml")) == shown);
    }
  }

  TEST_CASE("unresolved names, odd values and hidden secrets survive the way through the shown form") {
    const EngineConfig config = read_engine_config(
        "accounts: [{name: a/b:c, initial_capital: 0.00000001, base_currency: 1INCH}]\n"
        "listen: \"[::1]:0\"\n"
        "log: {file: '/var/log/\"odd\\ \xC3\xBC # name: x', redact_values: [hunter2, other], redact_keys: "
        "[\"NULL\", '~']}\n"
        "strategies: [{name: s, kind: momentum, instruments: [LATE, LATER], max_position: 1}]\n"
        "risk: {instruments: {LATE: {max_position: 0.5}, default: {max_position: 3}},\n"
        "       permissions: {s: ['a/b:c']}, duplicate_window: 1ns}\n"
        "venue_defaults: {faults: {disconnect_every: 1.5h}, fees: {currency: base, maker: {per_unit: "
        "-0.5}}}\n"
        "buckets: {trade_pnl_usd: [-1e300, -1e-300, 0.1]}\n"
        "day_start: 17:30\n",
        "f.yaml");
    const std::string shown = show_config(config);
    CHECK(shown.find("hunter2") == std::string::npos);
    const EngineConfig again = read_engine_config(shown, "shown.yaml");
    CHECK(show_config(again) == shown);
    CHECK(again.log.file == config.log.file);
    CHECK(again.log.redacted_keys == config.log.redacted_keys);
    CHECK(again.buckets.trade_pnl_usd == config.buckets.trade_pnl_usd);
    CHECK(again.by_name.strategy_instruments == config.by_name.strategy_instruments);
    CHECK(again.by_name.instrument_limits.at("LATE").max_position ==
          vigil::orders::Quantity::from_raw(50'000'000));
  }

  TEST_CASE("any printable text reads back from its YAML form") {
    rc::check([](const std::string& any) {
      std::string text;
      for (const char c : any) {
        if (static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f) text += c;
      }
      const YamlDocument document("k: [" + yaml_text(text) + "]\n", "f.yaml");
      const auto elements = document.root()["k"].elements();
      RC_ASSERT(elements.size() == 1u);
      RC_ASSERT(elements[0].holds(text));
    });
  }

  TEST_CASE("every key is shown") {
    const std::string shown = show_config(read_everything());
    for (const std::string& key : known_values()) {
      CAPTURE(key);
      const YamlDocument document(shown, "shown.yaml");
      CHECK(stands_in(document.root(), key));
    }
  }

  TEST_CASE("every key is documented and every documented key is known") {
    const auto page = source_root() / "docs" / "CONFIGURATION.md";
    if (!std::filesystem::exists(page)) {
      MESSAGE("skipped: no source tree at " << source_root().string());
      return;
    }
    std::set<std::string> documented;
    std::istringstream lines(content(page));
    for (std::string line; std::getline(lines, line);) {
      const bool is_key = begins(line, "| `") && line[3] >= 'a' && line[3] <= 'z';
      if (is_key) documented.insert(line.substr(3, line.find('`', 3) - 3));
    }
    std::set<std::string> known;
    for (const std::string& key : known_values()) {
      if (!begins(key, "venue_defaults.")) {
        known.insert(key);
        continue;
      }
      // One row stands for all of them; their twins of venues[] explain them.
      known.insert("venue_defaults.*");
      CHECK(documented.count("venues[]" + key.substr(std::string("venue_defaults").size())) == 1);
    }
    for (const std::string& key : known) {
      CAPTURE(key);
      CHECK(documented.count(key) == 1);
    }
    for (const std::string& key : documented) {
      CAPTURE(key);
      CHECK(known.count(key) == 1);
    }
  }

  TEST_CASE("the files in configs/ are what the binary carries") {
    const auto folder = source_root() / "configs";
    if (!std::filesystem::exists(folder)) {
      MESSAGE("skipped: no source tree at " << source_root().string());
      return;
    }
    CHECK(content(folder / "default.yaml") == default_config_text());
    CHECK(content(folder / "replay.yaml") == replay_config_text());
  }
}
