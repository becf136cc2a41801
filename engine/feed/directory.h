#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "orders/instrument.h"

namespace vigil::engine {

/// Names of a configuration, each id being the place in its list.
struct DirectoryNames {
  std::vector<std::string> venues;
  std::vector<std::string> accounts;
  std::vector<std::string> strategies;
};

/// Turns the names in market data and orders files into ids. Before the engine is wired it also takes up what
/// a feed brings along: new instruments and currencies go straight into the configuration's lists, new venues
/// stand at the end of venues(). The lists are only touched by the functions that define; afterwards looking
/// names up needs none of them. Not for several threads while it is being added to.
class Directory {
 public:
  /// define_from_feed: whether discover() may define what the configuration does not have. The lists must
  /// outlive the last definition.
  Directory(std::vector<orders::Instrument>& instruments, std::vector<orders::Currency>& currencies,
            DirectoryNames names, bool define_from_feed);

  [[nodiscard]] std::optional<orders::InstrumentId> instrument(std::string_view symbol) const;
  [[nodiscard]] std::optional<orders::VenueId> venue(std::string_view name) const;
  [[nodiscard]] std::optional<orders::AccountId> account(std::string_view name) const;
  [[nodiscard]] std::optional<orders::StrategyId> strategy(std::string_view name) const;

  [[nodiscard]] bool define_from_feed() const noexcept { return define_from_feed_; }
  [[nodiscard]] const std::vector<orders::Instrument>& instruments() const noexcept { return instruments_; }
  /// By VenueId: those of the configuration, then those defined since.
  [[nodiscard]] const std::vector<std::string>& venues() const noexcept { return venues_; }

  /// Adds an instrument (its id is given here). Nothing when the symbol is taken or all 65,535 ids are.
  std::optional<orders::InstrumentId> define_instrument(orders::Instrument instrument);
  /// As define_instrument, for one whose tick and lot size are read off a file's numbers: more files may
  /// change them with set_increments.
  std::optional<orders::InstrumentId> infer_instrument(orders::Instrument instrument);
  [[nodiscard]] bool is_inferred(orders::InstrumentId id) const;
  void set_increments(orders::InstrumentId id, orders::Price tick, orders::Quantity lot);
  /// Adds a venue. Nothing when the name is taken or all 65,535 ids are.
  std::optional<orders::VenueId> define_venue(std::string_view name);
  /// The currency of this code, added with 8 decimals where it is new.
  orders::CurrencyId currency(std::string_view code);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  template <typename Id>
  using Index = std::unordered_map<std::string, Id, Hash, std::equal_to<>>;

  std::vector<orders::Instrument>& instruments_;
  std::vector<orders::Currency>& currencies_;
  std::vector<std::string> venues_;
  Index<orders::InstrumentId> instrument_index_;
  Index<orders::VenueId> venue_index_;
  Index<orders::AccountId> account_index_;
  Index<orders::StrategyId> strategy_index_;
  std::unordered_set<orders::InstrumentId> inferred_;
  bool define_from_feed_;
};

}  // namespace vigil::engine
