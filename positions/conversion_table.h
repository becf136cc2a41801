#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "orders/decimal.h"
#include "orders/ids.h"

namespace vigil::positions {

/// A fixed rate between two currencies, used until (and unless) the market gives one. 1 `from` = rate `to`.
struct ConversionConfig {
  orders::CurrencyId from = orders::kNoCurrency;
  orders::CurrencyId to = orders::kNoCurrency;
  orders::Ratio rate{};
};

/// Rates between all pairs of currencies. A pair is converted at, in this order: the rate observed for it,
/// the observed rate of the reversed pair, the configured rate, the configured rate of the reversed pair, or
/// across the first currency (in the configured order) to and from which one of these exists. Core thread
/// only; all memory is reserved at construction.
///
/// An amount is multiplied by a rate and divided by a reversed one, so that 1/60000 loses no digits; rounded
/// half to even to 1e-8, across another currency to 1e-16 after each step and then to 1e-8.
class ConversionTable {
 public:
  /// Throws std::invalid_argument for a rate that is not positive or a currency that does not exist.
  ConversionTable(std::size_t currency_count, const std::vector<ConversionConfig>& conversions);

  enum class Observation : std::uint8_t {
    Ignored,    ///< the same rate again, not positive, or from a source of lower rank
    Moved,      ///< the rate of a known pair changed
    NewSource,  ///< first observation of the pair: any conversion may take another way now
  };
  /// The market says 1 `from` = `rate` `to`. Of several sources of one pair the one with the lowest `rank`
  /// that has been heard is used; a rate stays until the next observation.
  Observation observe(orders::CurrencyId from, orders::CurrencyId to, orders::Price rate,
                      std::uint32_t rank) noexcept;

  /// Nothing without a rate, for an unknown currency or when the result does not fit. Zero is zero in every
  /// currency.
  [[nodiscard]] std::optional<orders::Money> convert(orders::Money amount, orders::CurrencyId from,
                                                     orders::CurrencyId to) const noexcept {
    if (from == to || amount.raw() == 0) return amount;
    return converted(amount, from, to);
  }
  /// What 1 `from` is in `to`, rounded to 1e-8.
  [[nodiscard]] std::optional<orders::Ratio> rate(orders::CurrencyId from,
                                                  orders::CurrencyId to) const noexcept;
  /// True when converting `from` into `to` reads the pair (pair_from, pair_to) in that direction of
  /// quotation.
  [[nodiscard]] bool reads(orders::CurrencyId from, orders::CurrencyId to, orders::CurrencyId pair_from,
                           orders::CurrencyId pair_to) const noexcept;
  /// Sets a 1 in `pairs` (currencies x currencies, row = from) for each pair that the conversion reads.
  void note_pairs(orders::CurrencyId from, orders::CurrencyId to,
                  std::vector<std::uint8_t>& pairs) const noexcept;
  [[nodiscard]] std::size_t currency_count() const noexcept { return count_; }

  template <typename Wire>
  void state(Wire& wire) {
    for (Pair& pair : pairs_) {
      Pair kept = pair;
      wire(kept.rate);
      wire.choice(kept.source, Source::Observed);
      wire(kept.rank);
      if constexpr (Wire::kReads) {
        if (kept.source != Source::None && kept.rate <= 0) return wire.fail();
        pair = kept;
      }
    }
    if constexpr (Wire::kReads) find_paths();
  }

 private:
  enum class Source : std::uint8_t { None, Configured, Observed };
  struct Pair {
    std::int64_t rate = 0;  ///< units of 1e-8, positive
    Source source = Source::None;
    std::uint32_t rank = 0;
  };
  struct Step {
    std::uint32_t pair = 0;
    bool reversed = false;
  };
  struct Path {
    std::uint8_t steps = 0;  ///< 0: no way
    Step step[2];
  };

  [[nodiscard]] std::optional<orders::Money> converted(orders::Money amount, orders::CurrencyId from,
                                                       orders::CurrencyId to) const noexcept;
  [[nodiscard]] bool known(orders::CurrencyId currency) const noexcept {
    return orders::index(currency) < count_;
  }
  [[nodiscard]] std::uint32_t place(orders::CurrencyId from, orders::CurrencyId to) const noexcept;
  [[nodiscard]] std::optional<Step> direct(std::uint32_t from, std::uint32_t to) const noexcept;
  [[nodiscard]] std::optional<orders::Int128> take(orders::Int128 raw, Step step) const noexcept;
  void find_paths() noexcept;

  std::size_t count_;
  std::vector<Pair> pairs_;  ///< count_ x count_, row = from
  std::vector<Path> paths_;  ///< the same shape
};

}  // namespace vigil::positions
