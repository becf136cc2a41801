#include "engine/output/journal_json.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <vector>

#include "engine/journal/journal_reader.h"
#include "engine/tape/event_codec.h"
#include "engine/tape/tape_reader.h"
#include "engine/views/json_parts.h"

namespace vigil::engine {
namespace {

constexpr std::array<const char*, 4> kActions{"new", "cancel", "replace", "cancel_all"};
constexpr std::array<const char*, 3> kSendWords{"sent", "disconnected", "queue_full"};

Json terms_json(const orders::OrderTerms& terms) {
  return {{"quantity", decimal(terms.quantity)},
          {"limit_price", decimal(terms.limit_price)},
          {"stop_price", decimal(terms.stop_price)}};
}

Json request_json(const EngineConfig& config, const orders::OrderRequest& request) {
  Json json{{"action", kActions[static_cast<std::size_t>(request.action)]},
            {"client_order_id", request.client_order_id.view()},
            {"account", account_name(config, request.account)},
            {"strategy", strategy_name(config, request.strategy)}};
  if (request.action == orders::OrderRequest::Action::New) {
    json["symbol"] = symbol_name(config, request.instrument);
    json["venue"] = venue_name(config, request.venue);
    json["side"] = orders::to_string(request.side);
    json["type"] = orders::to_string(request.type);
    json["time_in_force"] = orders::to_string(request.time_in_force);
    if (request.is_liquidation) json["liquidation"] = true;
  }
  if (request.action == orders::OrderRequest::Action::New ||
      request.action == orders::OrderRequest::Action::Replace) {
    json.update(terms_json(request.terms));
  }
  if (request.expire_at != orders::Timestamp{}) json["expire_at"] = orders::nanoseconds_of(request.expire_at);
  json["decided"] = orders::nanoseconds_of(request.decided.wall);
  return json;
}

Json report_json(const EngineConfig& config, const orders::ExecutionReport& report) {
  Json json{{"kind", orders::to_string(report.kind)},
            {"order_id", static_cast<std::uint64_t>(report.order)},
            {"venue", venue_name(config, report.venue)},
            {"venue_order_id", report.venue_order_id.view()},
            {"venue_time", orders::nanoseconds_of(report.venue_time)}};
  if (report.reason != orders::RejectReason::None) json["reason"] = orders::to_string(report.reason);
  if (!report.text.empty()) json["text"] = report.text.view();
  if (report.kind == orders::ReportKind::Updated) json.update(terms_json(report.terms));
  if (report.kind == orders::ReportKind::Status) {
    json["status"] = orders::to_string(report.status);
    json["cum_quantity"] = decimal(report.cum_quantity);
    json["symbol"] = symbol_name(config, report.instrument);
    json["side"] = orders::to_string(report.side);
    json.update(terms_json(report.terms));
  }
  if (report.kind == orders::ReportKind::Fill) {
    if (report.resent) json["resent"] = true;
    json["trade_id"] = report.trade_id.view();
    json["price"] = decimal(report.price);
    json["quantity"] = decimal(report.quantity);
    json["commission"] = decimal(report.commission);
    json["commission_currency"] = currency_code(config, report.commission_currency);
    json["liquidity"] = orders::to_string(report.liquidity);
  }
  return json;
}

Json market_json(const EngineConfig& config, const orders::MarketEvent& event) {
  Json json{{"symbol", symbol_name(config, event.instrument)},
            {"venue", venue_name(config, event.venue)},
            {"feed_time", orders::nanoseconds_of(event.time)}};
  if (event.kind == orders::MarketEventKind::Quote) {
    json["bid"] = decimal(event.quote.bid);
    json["ask"] = decimal(event.quote.ask);
    json["bid_size"] = decimal(event.quote.bid_size);
    json["ask_size"] = decimal(event.quote.ask_size);
  } else {
    json["price"] = decimal(event.price);
    json["size"] = decimal(event.size);
    json["aggressor"] = event.aggressor ? Json(orders::to_string(*event.aggressor)) : Json(nullptr);
  }
  return json;
}

Json scope_json(const EngineConfig& config, const risk::KillScope& scope) {
  Json json{{"level", risk::to_string(scope.level)}};
  switch (scope.level) {
    case risk::KillScope::Level::Firm:
      break;
    case risk::KillScope::Level::Account:
      json["name"] = account_name(config, orders::AccountId{scope.id});
      break;
    case risk::KillScope::Level::Strategy:
      json["name"] = strategy_name(config, orders::StrategyId{scope.id});
      break;
    case risk::KillScope::Level::Venue:
      json["name"] = venue_name(config, orders::VenueId{scope.id});
      break;
    case risk::KillScope::Level::Instrument:
      json["name"] = symbol_name(config, orders::InstrumentId{scope.id});
      break;
  }
  return json;
}

Json command_json(const EngineConfig& config, const ControlCommand& command) {
  using Kind = ControlCommand::Kind;
  Json json{{"command", to_string(command.kind)}, {"by", command.by_alert ? "alert" : "person"}};
  if (command.kind == Kind::JournalFailed) json["by"] = "engine";
  if (command.kind == Kind::EngageKillSwitch || command.kind == Kind::ReleaseKillSwitch) {
    json["scope"] = scope_json(config, command.scope);
  }
  if (command.strategy != orders::kNoStrategy) json["strategy"] = strategy_name(config, command.strategy);
  if (command.venue != orders::kNoVenue) json["venue"] = venue_name(config, command.venue);
  return json;
}

Json entry_json(const EngineConfig& config, const TapeEntry& entry) {
  return std::visit(
      [&config](const auto& what) -> Json {
        using What = std::decay_t<decltype(what)>;
        if constexpr (std::is_same_v<What, orders::Duration>) {
          return {{"clock_ns", what.count()}};
        } else if constexpr (std::is_same_v<What, SendResult>) {
          return {{"send", kSendWords[static_cast<std::size_t>(what)]}};
        } else if constexpr (std::is_same_v<What, orders::OrderRequest>) {
          return {{"strategy_request", request_json(config, what)}};
        } else {
          Json commands = Json::array();
          for (const ControlCommand& command : what.commands) {
            commands.push_back(command_json(config, command));
          }
          return {{"alert_commands", std::move(commands)}};
        }
      },
      entry);
}

std::optional<Json> body_json(const EngineConfig& config, const RecordView& record) {
  WireReader body(record.body);
  Json json = Json::object();
  switch (record.header.type) {
    case RecordType::RunStarted: {
      const auto start = read_run_start(record);
      if (!start) return std::nullopt;
      return Json{{"run", start->run}, {"version", start->version}, {"configuration", start->configuration}};
    }
    case RecordType::Quote:
    case RecordType::Trade: {
      orders::MarketEvent event;
      if (record.header.type == RecordType::Trade) event.kind = orders::MarketEventKind::Trade;
      orders::Duration waited{};
      body(waited);
      fields(body, event);
      json = market_json(config, event);
      json["waited_ns"] = waited.count();
      break;
    }
    case RecordType::Request: {
      orders::OrderRequest request;
      bool venue_known = true;
      body(venue_known);
      fields(body, request);
      json = request_json(config, request);
      if (!venue_known) json["venue_unknown"] = true;
      break;
    }
    case RecordType::Report: {
      orders::ExecutionReport report;
      fields(body, report);
      json = report_json(config, report);
      break;
    }
    case RecordType::VenueConnection: {
      auto venue = orders::kNoVenue;
      bool connected = false;
      body(venue);
      body(connected);
      json = {{"venue", venue_name(config, venue)}, {"connected", connected}};
      break;
    }
    case RecordType::Control: {
      ControlCommand command;
      fields(body, command);
      json = command_json(config, command);
      break;
    }
    case RecordType::StateHash: {
      std::uint64_t hash = 0;
      body(hash);
      json = {{"hash", hash}};
      break;
    }
    case RecordType::Alert: {
      AlertNote note;
      fields(body, note);
      json.update(alert_json(note));
      break;
    }
    case RecordType::Signal: {
      Signal signal;
      fields(body, signal);
      json = signal_json(config, signal);
      break;
    }
    case RecordType::Timer:
    case RecordType::RunEnded:
    case RecordType::Seal:
      break;
  }
  if (body.has_failed()) return std::nullopt;
  return json;
}

std::string compact(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json limits_json(const EngineConfig& config, const risk::Limits& limits) {
  Json instruments = Json::array();
  for (const orders::Instrument& instrument : config.instruments) {
    const risk::InstrumentLimits& each = risk::limits_of(limits, instrument.id);
    const auto number = [](const auto& value) { return value ? Json(*value) : Json(nullptr); };
    instruments.push_back({{"symbol", instrument.symbol},
                           {"max_order_quantity", decimal(each.max_order_quantity)},
                           {"max_order_notional", decimal(each.max_order_notional)},
                           {"max_position", decimal(each.max_position)},
                           {"max_price_deviation_bp", number(each.max_price_deviation_bp)},
                           {"max_period_deviation_bp", number(each.max_period_deviation_bp)}});
  }
  Json accounts = Json::array();
  for (std::size_t i = 0; i < config.portfolio.accounts.size(); ++i) {
    const risk::AccountLimits& each = risk::limits_of(limits, static_cast<orders::AccountId>(i));
    const auto number = [](const auto& value) { return value ? Json(*value) : Json(nullptr); };
    accounts.push_back({{"account", config.portfolio.accounts[i].name},
                        {"max_gross_exposure", decimal(each.max_gross_exposure)},
                        {"max_net_exposure", decimal(each.max_net_exposure)},
                        {"max_day_loss", decimal(each.max_day_loss)},
                        {"max_drawdown", decimal(each.max_drawdown)},
                        {"max_margin_usage", decimal(each.max_margin_usage)},
                        {"max_open_orders", number(each.max_open_orders)},
                        {"max_open_positions", number(each.max_open_positions)},
                        {"max_messages_per_second", number(each.max_messages_per_second)}});
  }
  return {{"instruments", std::move(instruments)}, {"accounts", std::move(accounts)}};
}

/// By id, the last at the end.
std::vector<const orders::Order*> last_refused(const Core& core) {
  constexpr std::size_t kMost = 100;
  std::vector<const orders::Order*> refused;
  core.orders().for_each_remembered([&](const orders::Order& order) {
    const bool was_refused =
        order.deny_reason != orders::DenyReason::None || order.reject_reason != orders::RejectReason::None;
    if (was_refused) refused.push_back(&order);
  });
  std::ranges::sort(refused, {}, [](const orders::Order* order) { return order->id; });
  if (refused.size() > kMost) refused.erase(refused.begin(), refused.end() - kMost);
  return refused;
}

Json kill_switches_json(const EngineConfig& config, const Core& core) {
  using Level = risk::KillScope::Level;
  const std::array<std::pair<Level, std::size_t>, 5> levels{
      {{Level::Firm, 1},
       {Level::Account, config.portfolio.accounts.size()},
       {Level::Strategy, config.strategies.size()},
       {Level::Venue, config.venues.size()},
       {Level::Instrument, config.instruments.size()}}};
  Json engaged = Json::array();
  for (const auto& [level, count] : levels) {
    for (std::size_t id = 0; id < count; ++id) {
      const risk::KillScope scope{level, static_cast<std::uint16_t>(id)};
      if (core.risk().kill_engaged(scope)) engaged.push_back(scope_json(config, scope));
    }
  }
  return engaged;
}

}  // namespace

std::string record_json(const EngineConfig& config, const RecordView& record) {
  Json json{{"sequence", record.header.sequence},
            {"time", orders::nanoseconds_of(record.header.time.wall)},
            {"monotonic_ns", record.header.time.monotonic.count()},
            {"type", to_string(record.header.type)}};
  if (auto body = body_json(config, record)) {
    json.update(*body);
  } else {
    json["error"] = "the body is none of this type";
  }
  const auto tape = read_tape(record.tape);
  if (!tape) json["error"] = "the tape cannot be read";
  if (tape && !tape->empty()) {
    Json entries = Json::array();
    for (const TapeEntry& entry : *tape) entries.push_back(entry_json(config, entry));
    json["tape"] = std::move(entries);
  }
  return compact(json);
}

std::string core_state_json(const EngineConfig& config, Core& core, std::uint64_t sequence) {
  const orders::EventTime now = core.now();
  Json open = Json::array();
  Json refused = Json::array();
  core.orders().for_each_open(orders::kNoOrder, [&](orders::Order& order) {
    open.push_back(order_json(config, order));
    return true;
  });
  for (const orders::Order* const order : last_refused(core)) {
    Json row = order_json(config, *order);
    row["deny_reason"] = orders::to_string(order->deny_reason);
    row["reject_reason"] = orders::to_string(order->reject_reason);
    refused.push_back(std::move(row));
  }
  Json positions = Json::array();
  Json accounts = Json::array();
  for (std::size_t i = 0; i < config.portfolio.accounts.size(); ++i) {
    const auto account = static_cast<orders::AccountId>(i);
    Json row = account_json(config, core.portfolio().account(account, now.wall));
    const risk::RiskManager::AccountExposure exposure = core.risk().account_exposure(account);
    row["gross_exposure"] = decimal(exposure.gross);
    row["net_exposure"] = decimal(exposure.net);
    accounts.push_back(std::move(row));
    for (const orders::Instrument& instrument : config.instruments) {
      if (core.portfolio().position(account, instrument.id).fill_count() == 0) continue;
      positions.push_back(position_json(config, core.portfolio().view(account, instrument.id, now.wall)));
    }
  }
  Json strategies = Json::array();
  for (std::size_t i = 0; i < config.strategies.size(); ++i) {
    strategies.push_back({{"strategy", config.strategies[i].name},
                          {"enabled", core.risk().strategy_enabled(static_cast<orders::StrategyId>(i))}});
  }
  Json venues = Json::array();
  for (std::size_t i = 0; i < config.venues.size(); ++i) {
    const auto venue = static_cast<orders::VenueId>(i);
    venues.push_back({{"venue", config.venues[i].name},
                      {"connected", core.venue_connected(venue)},
                      {"paused", core.risk().venue_paused(venue)}});
  }
  Json alerts = Json::array();
  core.alerts().for_each([&alerts](const AlertNote& note) { alerts.push_back(alert_json(note)); });
  Json market = Json::array();
  for (const orders::Instrument& instrument : config.instruments) {
    const orders::Quote& quote = core.market().reference(instrument.id);
    market.push_back(
        {{"symbol", instrument.symbol}, {"bid", decimal(quote.bid)}, {"ask", decimal(quote.ask)}});
  }
  const Json document{{"sequence", sequence},
                      {"time", orders::nanoseconds_of(now.wall)},
                      {"state_hash", core.state_hash()},
                      {"trading_state", risk::to_string(core.risk().trading_state())},
                      {"halt_reason", risk::to_string(core.risk().halt_reason())},
                      {"kill_switches", kill_switches_json(config, core)},
                      {"in_doubt", core.orders().in_doubt_count()},
                      {"orders", std::move(open)},
                      {"refused_orders", std::move(refused)},
                      {"positions", std::move(positions)},
                      {"accounts", std::move(accounts)},
                      {"cash_identity_residual", core.portfolio().identity_residual().to_string()},
                      {"strategies", std::move(strategies)},
                      {"venues", std::move(venues)},
                      {"alerts", std::move(alerts)},
                      {"market", std::move(market)},
                      {"limits", limits_json(config, core.risk().limits())}};
  return compact(document);
}

}  // namespace vigil::engine
