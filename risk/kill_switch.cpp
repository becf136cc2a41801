#include "risk/kill_switch.h"

namespace vigil::risk {
namespace {

constexpr std::size_t index_of(KillScope::Level level) noexcept {
  return static_cast<std::size_t>(level);
}

}  // namespace

using orders::Duration;
using orders::Order;
using Level = KillScope::Level;

bool covers(const KillScope& scope, const Order& order) noexcept {
  switch (scope.level) {
    case Level::Firm:
      return true;
    case Level::Account:
      return index(order.account) == scope.id;
    case Level::Strategy:
      return index(order.strategy) == scope.id;
    case Level::Venue:
      return index(order.venue) == scope.id;
    case Level::Instrument:
      return index(order.instrument) == scope.id;
  }
  return false;
}

KillSwitch::KillSwitch(std::size_t account_count, std::size_t strategy_count, std::size_t venue_count,
                       std::size_t instrument_count) {
  engaged_[index_of(Level::Firm)].resize(1);
  engaged_[index_of(Level::Account)].resize(account_count);
  engaged_[index_of(Level::Strategy)].resize(strategy_count);
  engaged_[index_of(Level::Venue)].resize(venue_count);
  engaged_[index_of(Level::Instrument)].resize(instrument_count);
}

std::size_t KillSwitch::place(const KillScope& scope) noexcept {
  return scope.level == Level::Firm ? 0 : scope.id;
}

bool KillSwitch::engaged(Level level, std::size_t id) const noexcept {
  const auto& table = engaged_[index_of(level)];
  return id < table.size() && table[id] != 0;
}

bool KillSwitch::engaged(const KillScope& scope) const noexcept {
  return engaged(scope.level, place(scope));
}

bool KillSwitch::engage(const KillScope& scope, std::size_t cancels, Duration now) noexcept {
  auto& table = engaged_[index_of(scope.level)];
  if (place(scope) >= table.size()) return false;
  if (table[place(scope)] == 0) {
    table[place(scope)] = 1;
    ++counts_[index_of(scope.level)];
    ++total_;
  }
  triggered_at_ = now;
  outstanding_ += cancels;
  last_duration_.reset();
  if (outstanding_ == 0) last_duration_ = Duration{0};
  return true;
}

bool KillSwitch::release(const KillScope& scope) noexcept {
  if (!engaged(scope)) return false;
  engaged_[index_of(scope.level)][place(scope)] = 0;
  --counts_[index_of(scope.level)];
  --total_;
  return true;
}

bool KillSwitch::cancel_acknowledged(Duration now) noexcept {
  if (outstanding_ == 0) return false;
  if (--outstanding_ != 0) return false;
  last_duration_ = now - triggered_at_;
  return true;
}

bool KillSwitch::matches(const Order& order) const noexcept {
  if (total_ == 0) return false;
  return engaged(Level::Firm, 0) || engaged(Level::Account, index(order.account)) ||
         engaged(Level::Strategy, index(order.strategy)) || engaged(Level::Venue, index(order.venue)) ||
         engaged(Level::Instrument, index(order.instrument));
}

std::size_t KillSwitch::count(Level level) const noexcept {
  return counts_[index_of(level)];
}

}  // namespace vigil::risk
