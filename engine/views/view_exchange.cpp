#include "engine/views/view_exchange.h"

#include <algorithm>

namespace vigil::engine {

ViewExchange::ViewExchange(const EngineConfig& config) {
  const std::size_t pairs = config.portfolio.accounts.size() * config.instruments.size();
  slots_.make_room([&](View& view) {
    view.orders.reserve(View::kMaxOrders);
    view.positions.reserve(pairs);
    view.exposures.reserve(pairs);
    view.accounts.reserve(config.portfolio.accounts.size());
    const std::size_t accounts = config.portfolio.accounts.size();
    view.account_exposures.reserve(accounts);
    view.strategy_pnl.reserve(config.strategies.size());
    view.limits.reserve(accounts);
    view.venue_exposures.reserve(accounts * config.venues.size());
    view.scenarios.losses.reserve(accounts * config.scenarios.confidences.size());
    view.scenarios.stress.reserve(accounts * config.scenarios.stress.size());
    view.strategies_enabled.resize(config.strategies.size());
    view.venues_connected.resize(config.venues.size());
    view.references.resize(config.instruments.size());
  });
}

void ViewExchange::answer(Core& core, View& view, orders::EventTime now) noexcept {
  view.time = now;
  view.trading_state = core.risk().trading_state();
  view.halt_reason = core.risk().halt_reason();
  view.live_orders = core.orders().live_count();
  view.remembered_orders = core.orders().remembered_count();
  view.order_capacity = core.orders().capacity();
  view.in_doubt = core.orders().in_doubt_count();
  view.oldest_in_doubt = core.orders().oldest_in_doubt_age(now.monotonic);
  view.identity_residual = core.portfolio().identity_residual();
  for (std::size_t i = 0; i < view.venues_connected.size(); ++i) {
    view.venues_connected[i] = core.venue_connected(static_cast<orders::VenueId>(i));
  }
  for (std::size_t i = 0; i < view.strategies_enabled.size(); ++i) {
    view.strategies_enabled[i] = core.risk().strategy_enabled(static_cast<orders::StrategyId>(i));
  }

  view.orders.clear();
  view.more_orders = false;
  view.positions.clear();
  view.accounts.clear();
  view.strategy_pnl.clear();
  view.exposures.clear();
  view.account_exposures.clear();
  view.limits.clear();
  view.venue_exposures.clear();
  const std::size_t accounts = core.portfolio().account_count();
  switch (view.kind) {
    case ViewKind::Orders: {
      const std::size_t limit = std::min(view.limit, View::kMaxOrders);
      core.orders().for_each_open(view.after, [&](orders::Order& order) {
        if (view.orders.size() == limit) {
          view.more_orders = true;
          return false;
        }
        view.orders.push_back(order);
        return true;
      });
      break;
    }
    case ViewKind::Positions:
      for (std::size_t account = 0; account < accounts; ++account) {
        const auto id = static_cast<orders::AccountId>(account);
        view.accounts.push_back(core.portfolio().account(id, now.wall));
        for (std::size_t i = 0; i < view.references.size(); ++i) {
          const auto instrument = static_cast<orders::InstrumentId>(i);
          if (core.portfolio().position(id, instrument).fill_count() == 0) continue;
          view.positions.push_back(core.portfolio().view(id, instrument, now.wall));
        }
      }
      for (std::size_t i = 0; i < core.config().strategies.size(); ++i) {
        const auto strategy = static_cast<orders::StrategyId>(i);
        view.strategy_pnl.push_back(core.portfolio().strategy(strategy).pnl());
      }
      break;
    case ViewKind::Risk:
      copy_scenarios(core.scenarios(), accounts, view.scenarios);
      for (std::size_t account = 0; account < accounts; ++account) {
        const auto id = static_cast<orders::AccountId>(account);
        view.accounts.push_back(core.portfolio().account(id, now.wall));
        view.account_exposures.push_back(core.risk().account_exposure(id));
        view.limits.push_back(core.risk().limit_report(id, core.scenarios().at_risk(id), now));
        for (std::size_t v = 0; v < view.venues_connected.size(); ++v) {
          view.venue_exposures.push_back(core.risk().venue_exposure(id, static_cast<orders::VenueId>(v)));
        }
        for (std::size_t i = 0; i < view.references.size(); ++i) {
          const auto instrument = static_cast<orders::InstrumentId>(i);
          view.exposures.push_back({id, instrument, core.risk().exposure(id, instrument)});
        }
      }
      break;
    case ViewKind::Status:
      for (std::size_t i = 0; i < view.references.size(); ++i) {
        view.references[i] = core.market().reference(static_cast<orders::InstrumentId>(i));
      }
      break;
  }
}

}  // namespace vigil::engine
