#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "orders/ids.h"
#include "orders/time.h"

namespace vigil::engine {

enum class SignalType : std::uint8_t { Buy, Sell, Hold };
inline constexpr std::array<std::string_view, 3> kSignalTypeNames{"buy", "sell", "hold"};
[[nodiscard]] constexpr std::string_view to_string(SignalType type) noexcept {
  return kSignalTypeNames[static_cast<std::size_t>(type)];
}

enum class Confidence : std::uint8_t { Low, Medium, High };
inline constexpr std::array<std::string_view, 3> kConfidenceNames{"low", "medium", "high"};
[[nodiscard]] constexpr std::string_view to_string(Confidence confidence) noexcept {
  return kConfidenceNames[static_cast<std::size_t>(confidence)];
}

/// What a model says at a quote. Plain data, copied through queues.
struct Signal {
  orders::InstrumentId instrument = orders::kNoInstrument;
  std::uint16_t model = 0;  ///< its place in the configuration
  SignalType type = SignalType::Hold;
  Confidence confidence = Confidence::Low;
  double probability = 0.5;  ///< of the mid going up within the model's horizon
  orders::Timestamp quote_time{};
};

}  // namespace vigil::engine
