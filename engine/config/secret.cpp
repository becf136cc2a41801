#include "engine/config/secret.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <optional>
#include <system_error>

#include "engine/config/config_values.h"
#include "engine/config/engine_config_reader.h"

namespace vigil::engine {
namespace {

constexpr std::size_t kMaxSecretSize = 4096;
constexpr std::string_view kFilePrefix = "file:";
constexpr std::string_view kEnvironmentPrefix = "environment:";
constexpr std::string_view kMust = "be none, file:PATH or environment:NAME";
constexpr std::string_view kContentMust = "name one line of 1 to 4096 printable ASCII characters";

/// What is wrong with a secret; empty = nothing. Does not tell any of it.
std::string_view fault_of(std::string_view secret) {
  if (secret.empty()) return "empty";
  if (secret.size() > kMaxSecretSize) return "longer";
  const bool is_printable = std::ranges::all_of(secret, [](char c) { return c >= ' ' && c <= '~'; });
  return is_printable ? std::string_view{} : "more lines or other characters";
}

/// The content of a file but for one line end at its end; nullopt, noted, when it cannot be read.
std::optional<std::string> secret_in_file(const YamlValue& value, const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxSecretSize + 3, '\0');  // a line end, and one more to see that there is too much
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof()) {
    const std::string reason = std::generic_category().message(errno);
    value.refuse("name a file that can be read", path + " (" + reason + ")");
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

std::optional<std::string> secret_in_environment(const YamlValue& value, const std::string& name) {
  auto text = process_environment(name.c_str());
  if (!text) value.refuse("name an environment variable", name + " (not set)");
  return text;
}

}  // namespace

bool is_secret_source(std::string_view text) noexcept {
  return text.starts_with(kFilePrefix) || text.starts_with(kEnvironmentPrefix);
}

void read_secret(const YamlValue& value, Secret& out) {
  const std::string* const source = value.scalar(kMust);
  if (source == nullptr || *source == kNone) return;
  const bool is_file = source->starts_with(kFilePrefix);
  if (!is_secret_source(*source)) {
    // Perhaps the secret itself: it must not come back in a message.
    return value.refuse(kMust, "something else");
  }
  const std::string name = source->substr(is_file ? kFilePrefix.size() : kEnvironmentPrefix.size());
  if (name.empty()) return value.refuse(kMust, *source);
  const auto text = is_file ? secret_in_file(value, name) : secret_in_environment(value, name);
  if (!text) return;
  const std::string_view fault = fault_of(*text);
  if (!fault.empty()) return value.refuse(kContentMust, name + " (" + std::string(fault) + ")");
  out = {*source, *text};
}

}  // namespace vigil::engine
