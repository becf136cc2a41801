#pragma once

#include <cstdint>
#include <string_view>

namespace vigil::monitoring {

/// CRC-32C (Castagnoli) of the bytes, by the processor's instruction where it has one.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes) noexcept;
/// The same without the instruction: what the other is checked against.
[[nodiscard]] std::uint32_t crc32c_portable(std::string_view bytes) noexcept;

}  // namespace vigil::monitoring
