#pragma once

#include <string>

namespace vigil::engine {

/// A secret and where it was read. Both empty: there is none.
struct Secret {
  std::string source = {};  ///< "file:PATH" or "environment:NAME"
  std::string text = {};    ///< never shown, never logged
};

/// What callers of a group of paths have to present; a token, or user and password, or one of the two.
struct HttpAccessConfig {
  Secret token = {};
  std::string user = {};  ///< empty if and only if there is no password
  Secret password = {};
};

/// By group of paths: /metrics; POST /api/control/...; and all others. /health and /ready ask for nothing.
struct HttpAuthConfig {
  HttpAccessConfig metrics;
  HttpAccessConfig api;
  HttpAccessConfig control;
};

}  // namespace vigil::engine
