#include "engine/feed/directory.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace vigil::engine {
namespace {

constexpr std::size_t kMaxIds = 0xffff;  // the last value means none

template <typename Map>
auto find(const Map& map, std::string_view name) -> std::optional<typename Map::mapped_type> {
  const auto found = map.find(name);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

template <typename Map>
void index_names(const std::vector<std::string>& names, Map& map) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    map.emplace(names[i], static_cast<typename Map::mapped_type>(i));
  }
}

}  // namespace

Directory::Directory(std::vector<orders::Instrument>& instruments, std::vector<orders::Currency>& currencies,
                     DirectoryNames names, bool define_from_feed)
    : instruments_(instruments),
      currencies_(currencies),
      venues_(std::move(names.venues)),
      define_from_feed_(define_from_feed) {
  for (std::size_t i = 0; i < instruments.size(); ++i) {
    instrument_index_.emplace(instruments[i].symbol, static_cast<orders::InstrumentId>(i));
  }
  index_names(venues_, venue_index_);
  index_names(names.accounts, account_index_);
  index_names(names.strategies, strategy_index_);
}

std::optional<orders::InstrumentId> Directory::instrument(std::string_view symbol) const {
  return find(instrument_index_, symbol);
}
std::optional<orders::VenueId> Directory::venue(std::string_view name) const {
  return find(venue_index_, name);
}
std::optional<orders::AccountId> Directory::account(std::string_view name) const {
  return find(account_index_, name);
}
std::optional<orders::StrategyId> Directory::strategy(std::string_view name) const {
  return find(strategy_index_, name);
}

std::optional<orders::InstrumentId> Directory::define_instrument(orders::Instrument instrument) {
  if (instruments_.size() >= kMaxIds) return std::nullopt;
  const auto id = static_cast<orders::InstrumentId>(instruments_.size());
  if (!instrument_index_.emplace(instrument.symbol, id).second) return std::nullopt;
  instrument.id = id;
  instruments_.push_back(std::move(instrument));
  return id;
}

std::optional<orders::VenueId> Directory::define_venue(std::string_view name) {
  if (venues_.size() >= kMaxIds) return std::nullopt;
  const auto id = static_cast<orders::VenueId>(venues_.size());
  if (!venue_index_.emplace(name, id).second) return std::nullopt;
  venues_.emplace_back(name);
  return id;
}

orders::CurrencyId Directory::currency(std::string_view code) {
  const auto found = std::find_if(currencies_.begin(), currencies_.end(),
                                  [code](const orders::Currency& c) { return c.code == code; });
  const auto id = static_cast<orders::CurrencyId>(found - currencies_.begin());
  if (found == currencies_.end()) currencies_.push_back({.code = std::string(code)});
  return id;
}

std::optional<orders::InstrumentId> Directory::infer_instrument(orders::Instrument instrument) {
  const auto id = define_instrument(std::move(instrument));
  if (id) inferred_.insert(*id);
  return id;
}

bool Directory::is_inferred(orders::InstrumentId id) const {
  return inferred_.contains(id);
}

void Directory::set_increments(orders::InstrumentId id, orders::Price tick, orders::Quantity lot) {
  assert(is_inferred(id));
  instruments_[orders::index(id)].tick_size = tick;
  instruments_[orders::index(id)].lot_size = lot;
}

}  // namespace vigil::engine
