#pragma once

#include <string>
#include <string_view>

#include "engine/config/yaml.h"

namespace vigil::engine {

/// A secret and where it was read. Both empty: there is none.
struct Secret {
  std::string source = {};  ///< "file:PATH" or "environment:NAME"
  std::string text = {};    ///< never shown, never logged
  friend bool operator==(const Secret&, const Secret&) = default;
};

/// Whether a text says where a secret is, and is not one.
[[nodiscard]] bool is_secret_source(std::string_view text) noexcept;

/// none, or where the secret is: it is read there now. What is refused is noted, and never repeated.
void read_secret(const YamlValue& value, Secret& out);

}  // namespace vigil::engine
