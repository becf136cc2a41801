#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orders/enums.h"
#include "orders/ids.h"

namespace vigil::orders {

/// What the label order_type says: stop orders of either kind are stop_loss.
enum class TypeLabel : std::uint8_t { Market, Limit, StopLoss };
inline constexpr std::size_t kTypeLabels = 3;
inline constexpr std::array<std::string_view, kTypeLabels> kTypeLabelWords{"market", "limit", "stop_loss"};
[[nodiscard]] constexpr std::size_t label_of(OrderType type) noexcept {
  if (type == OrderType::Market) return static_cast<std::size_t>(TypeLabel::Market);
  return static_cast<std::size_t>(has_stop(type) ? TypeLabel::StopLoss : TypeLabel::Limit);
}

/// Where the series of an instrument, a venue and a type of order stand in the dense arrays of a metrics
/// class. The last venue stands for "no venue"; its handles record nothing. A family takes up to 3,000 series
/// with a symbol before the registry folds them; staying below it keeps the other labels: only the symbol of
/// an instrument beyond becomes "other".
class MetricPlaces {
 public:
  /// `symbols` by InstrumentId, `venues` by VenueId.
  MetricPlaces(std::vector<std::string> symbols, std::vector<std::string> venues)
      : symbols_(std::move(symbols)), venues_(std::move(venues)) {}

  [[nodiscard]] const std::vector<std::string>& symbols() const noexcept { return symbols_; }
  [[nodiscard]] const std::vector<std::string>& venues() const noexcept { return venues_; }

  /// Which instruments have series of their own in families that take up to `per_symbol` series each.
  struct SymbolRows {
    std::size_t own = 0;
    bool has_other = false;
    [[nodiscard]] std::size_t row(InstrumentId id) const noexcept {
      return index(id) < own ? index(id) : own;
    }
    [[nodiscard]] std::size_t count() const noexcept { return own + 1; }
  };
  [[nodiscard]] SymbolRows rows_for(std::size_t per_symbol, bool always_other = false) const noexcept {
    if (!always_other && symbols_.size() * per_symbol <= kSymbolSeries) return {symbols_.size(), false};
    const std::size_t rows = kSymbolSeries / std::max<std::size_t>(per_symbol, 1);
    const std::size_t own = std::min(symbols_.size(), rows > 0 ? rows - 1 : 0);
    return {own, always_other || own < symbols_.size()};
  }
  /// Calls take(row, symbol) for each row that is to have series.
  template <typename Take>
  void each_symbol(const SymbolRows& rows, const Take& take) const {
    for (std::size_t row = 0; row < rows.own; ++row) take(row, std::string_view{symbols_[row]});
    if (rows.has_other) take(rows.own, std::string_view{"other"});
  }

  [[nodiscard]] std::size_t venue(VenueId id) const noexcept {
    return index(id) < venues_.size() ? index(id) : venues_.size();
  }
  [[nodiscard]] std::size_t venue_count() const noexcept { return venues_.size() + 1; }
  [[nodiscard]] std::size_t by_venue_type(std::size_t venue, std::size_t type) const noexcept {
    return venue * kTypeLabels + type;
  }
  [[nodiscard]] std::size_t by_symbol_venue(std::size_t row, std::size_t venue) const noexcept {
    return row * venue_count() + venue;
  }
  [[nodiscard]] std::size_t by_symbol_venue_type(std::size_t row, std::size_t venue,
                                                 std::size_t type) const noexcept {
    return by_symbol_venue(row, venue) * kTypeLabels + type;
  }

 private:
  static constexpr std::size_t kSymbolSeries = 3000;
  std::vector<std::string> symbols_;
  std::vector<std::string> venues_;
};

}  // namespace vigil::orders
