#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/feed/directory.h"

namespace vigil::engine {

enum class BinanceMarket : std::uint8_t { Spot, UsdMargined, CoinMargined };

/// What the name of a recording says.
struct BinanceName {
  BinanceMarket market = BinanceMarket::Spot;
  std::string exchange_symbol;  ///< as the exchange writes it, "BTCUSDT"
  std::string symbol;           ///< ours, "BTCUSDT-PERP" for the USD-margined perpetual
};

/// Throws FeedError where the name does not follow MARKET_SYMBOL_YYYYMMDD.
[[nodiscard]] BinanceName parse_binance_name(const std::string& path);

[[nodiscard]] std::string_view binance_venue(BinanceMarket market) noexcept;

/// The definition of an instrument of that name; nothing when base and quote currency cannot be told apart.
[[nodiscard]] std::optional<orders::Instrument> binance_instrument(const BinanceName& name,
                                                                   Directory& directory);

}  // namespace vigil::engine
