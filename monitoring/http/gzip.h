#pragma once

#include <string>
#include <string_view>

namespace vigil::monitoring {

/// `text` as one gzip member, compressed for speed. Throws std::bad_alloc only.
[[nodiscard]] std::string gzip(std::string_view text);

}  // namespace vigil::monitoring
