#pragma once

#include <cstdint>
#include <string_view>

namespace vigil::monitoring {

/// CRC-32C (Castagnoli), as iSCSI and many file formats have it.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes) noexcept;

}  // namespace vigil::monitoring
