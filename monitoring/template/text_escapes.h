#pragma once

#include <string>
#include <string_view>

namespace vigil::monitoring::text_template {

/// For HTML: & < > quotes and NUL.
[[nodiscard]] std::string html_escaped(std::string_view text);
/// For a string of JavaScript.
[[nodiscard]] std::string js_escaped(std::string_view text);
/// For the query of a URL: a space is a plus sign.
[[nodiscard]] std::string query_escaped(std::string_view text);

/// The path of a URL, decoded; empty when it has none.
[[nodiscard]] std::string url_path(std::string_view url);

/// `host:port`, `[address]:port` without the port; what is neither, as it is.
[[nodiscard]] std::string without_port(std::string_view text);
/// `host.domain:port` as `host:port`; an address stays.
[[nodiscard]] std::string without_domain(std::string_view text);

}  // namespace vigil::monitoring::text_template
