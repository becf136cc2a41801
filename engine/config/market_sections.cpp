#include <algorithm>

#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"
#include "engine/config/config_words.h"

namespace vigil::engine {
namespace {

void read_currencies(const YamlValue& list, EngineConfig& config) {
  constexpr std::string_view kMust = "be a currency code: 1 to 12 capital letters or digits";
  for (const YamlValue& entry : list.elements()) {
    const YamlValue code = entry["code"];
    int decimals = 8;
    read_count(entry["decimals"], decimals, 0, 8);
    if (!code.given()) {
      code.require();
      continue;
    }
    const std::string* text = code.scalar(kMust);
    if (text == nullptr) continue;
    if (!is_currency_code(*text)) {
      code.refuse(kMust);
      continue;
    }
    std::string name = *text;
    if (!accept_name(code, config.currencies, &orders::Currency::code, name, kMaxCurrencies)) return;
    if (!name.empty()) config.currencies.push_back({name, decimals});
  }
}

void read_currencies_of(const YamlValue& entry, EngineConfig& config, orders::Instrument& instrument) {
  if (!entry["base"].holds(kNone)) read_currency(entry["base"], config, instrument.base);
  entry["quote"].require();
  const bool has_quote = read_currency(entry["quote"], config, instrument.quote);
  read_boolean(entry["inverse"], instrument.inverse);
  if (instrument.inverse && instrument.base == orders::kNoCurrency) {
    entry["base"].refuse("be the currency an inverse contract settles in");
  }
  const orders::CurrencyId due = instrument.inverse ? instrument.base : instrument.quote;
  instrument.settlement = due;
  orders::CurrencyId given = due;
  if (!read_currency(entry["settlement"], config, given) || given == due) return;
  if (due == orders::kNoCurrency || !has_quote) return;  // noted above
  entry["settlement"].refuse("be " + config.currencies[orders::index(due)].code +
                             " (the quote currency; the base currency of an inverse contract)");
}

void read_instruments(const YamlValue& list, EngineConfig& config) {
  for (const YamlValue& entry : list.elements()) {
    orders::Instrument instrument;
    read_name(entry["symbol"], instrument.symbol);
    if (!accept_name(entry["symbol"], config.instruments, &orders::Instrument::symbol, instrument.symbol,
                     kMaxInstruments)) {
      return;
    }
    instrument.id = orders::InstrumentId{static_cast<std::uint16_t>(config.instruments.size())};
    read_currencies_of(entry, config, instrument);
    entry["tick_size"].require();
    read_decimal(entry["tick_size"], instrument.tick_size, Sign::Positive);
    entry["lot_size"].require();
    read_decimal(entry["lot_size"], instrument.lot_size, Sign::Positive);
    read_decimal(entry["multiplier"], instrument.multiplier, Sign::Positive);
    read_decimal(entry["initial_margin"], instrument.initial_margin, Sign::Positive);
    if (instrument.initial_margin > orders::Ratio{1}) entry["initial_margin"].refuse("be at most 1");
    read_boolean(entry["restricted"], instrument.restricted);
    read_boolean(entry["tradable"], instrument.tradable);
    config.instruments.push_back(std::move(instrument));
  }
}

void read_accounts(const YamlValue& list, EngineConfig& config) {
  auto& accounts = config.portfolio.accounts;
  const std::vector<YamlValue> entries = list.elements();
  if (entries.empty()) list.refuse("name at least one account", list.given() ? "empty" : "missing");
  for (const YamlValue& entry : entries) {
    positions::AccountConfig account;
    read_name(entry["name"], account.name);
    if (!accept_name(entry["name"], accounts, &positions::AccountConfig::name, account.name, kMaxAccounts)) {
      return;
    }
    account.base_currency = config.portfolio.reporting_currency;
    read_currency(entry["base_currency"], config, account.base_currency);
    entry["initial_capital"].require();
    read_decimal(entry["initial_capital"], account.initial_capital, Sign::Positive);
    accounts.push_back(std::move(account));
  }
}

void read_conversions(const YamlValue& list, EngineConfig& config) {
  auto& conversions = config.portfolio.conversions;
  for (const YamlValue& entry : list.elements()) {
    positions::ConversionConfig conversion;
    for (const char* key : {"from", "to", "rate"}) entry[key].require();
    const bool known_from = read_currency(entry["from"], config, conversion.from);
    const bool known_to = read_currency(entry["to"], config, conversion.to);
    read_decimal(entry["rate"], conversion.rate, Sign::Positive);
    if (!known_from || !known_to) continue;
    if (conversion.from == conversion.to) {
      entry["to"].refuse("be another currency than from");
      continue;
    }
    const bool repeated = std::any_of(conversions.begin(), conversions.end(), [&](const auto& other) {
      return (other.from == conversion.from && other.to == conversion.to) ||
             (other.from == conversion.to && other.to == conversion.from);
    });
    if (repeated) {
      entry["from"].refuse("be a pair of its own (an entry before converts these two currencies)");
      continue;
    }
    conversions.push_back(conversion);
  }
}

}  // namespace

bool is_currency_code(std::string_view text) noexcept {
  if (text.empty() || text.size() > 12) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); });
}

orders::CurrencyId define_currency(EngineConfig& config, std::string_view code) {
  const std::size_t place = place_of(config.currencies, &orders::Currency::code, code);
  if (place == config.currencies.size()) config.currencies.push_back({std::string(code), 8});
  return orders::CurrencyId{static_cast<std::uint16_t>(place)};
}

bool read_currency(const YamlValue& value, EngineConfig& config, orders::CurrencyId& out) {
  constexpr std::string_view kMust = "be a currency code: 1 to 12 capital letters or digits";
  const std::string* text = value.scalar(kMust);
  if (text == nullptr) return false;
  if (!is_currency_code(*text)) {
    value.refuse(kMust);
    return false;
  }
  if (config.currencies.size() >= kMaxCurrencies) {
    value.refuse("be one of at most " + std::to_string(kMaxCurrencies) + " currencies", "one more");
    return false;
  }
  out = define_currency(config, *text);
  return true;
}

std::string must_be_one(std::string_view what, const std::vector<std::string>& names) {
  std::string must = "be ";
  must.append(what);
  return names.empty() ? must + " (there is none)" : must + " (" + word_list(names) + ")";
}

void read_market_sections(const YamlValue& root, EngineConfig& config) {
  read_currencies(root["currencies"], config);
  config.portfolio.reporting_currency = define_currency(config, "USD");
  read_currency(root["reporting_currency"], config, config.portfolio.reporting_currency);
  read_instruments(root["instruments"], config);
  if (config.instruments.empty() && !config.define_from_feed) {
    root["instruments"].refuse("name at least one instrument unless define_from_feed is true",
                               root["instruments"].given() ? "empty" : "missing");
  }
  read_accounts(root["accounts"], config);
  read_conversions(root["conversions"], config);
  read_choice(root["mark_basis"], config.portfolio.mark_basis, kMarkBasisWords);
  read_duration(root["stale_mark_after"], config.portfolio.stale_mark_after, std::chrono::milliseconds{1});
  read_time_of_day(root["day_start"], config.portfolio.day_start);
}

}  // namespace vigil::engine
