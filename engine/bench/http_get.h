#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vigil::engine::bench {

/// Gets `path` from this machine over a connection of its own, to the last byte; with `gzip` the client says
/// that it takes that. Returns the answer's bytes, header included. Throws std::runtime_error unless it is a
/// 200.
std::size_t http_get(std::uint16_t port, std::string_view path, bool gzip);
/// The same, plain and kept: the whole answer, header included.
[[nodiscard]] std::string http_get_text(std::uint16_t port, std::string_view path);

}  // namespace vigil::engine::bench
