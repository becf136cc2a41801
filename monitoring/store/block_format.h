#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The fixed parts of a block; the whole format stands in block.h.
namespace vigil::monitoring::block_format {

inline constexpr std::string_view kMagic = "VIGILBLK";
inline constexpr std::string_view kEndMagic = "KLBLIGIV";
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::size_t kHeaderSize = 40;
inline constexpr std::size_t kFooterSize = 32;

}  // namespace vigil::monitoring::block_format
