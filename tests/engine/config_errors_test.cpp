#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine/config/engine_config_reader.h"

using namespace vigil::engine;

namespace {

/// Nine lines that are right; a case adds its own from line 10 on.
const std::string kBase =
    "define_from_feed: false\n"
    "accounts:\n"
    "  - {name: MAIN, initial_capital: 1000}\n"
    "  - {name: SIDE, initial_capital: 1000}\n"
    "instruments:\n"
    "  - {symbol: ABC, quote: USD, tick_size: 0.01, lot_size: 10}\n"
    "  - {symbol: XBT, base: BTC, quote: USD, inverse: true, tick_size: 1, lot_size: 1}\n"
    "venues:\n"
    "  - {name: V1}\n";

std::vector<std::string> messages_of(const std::string& text) {
  try {
    (void)read_engine_config(text, "f.yaml");
  } catch (const ConfigError& e) {
    return e.messages();
  }
  return {};
}

struct Case {
  const char* lines;    ///< added to the base
  const char* message;  ///< the only one
};

void check_cases(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    CAPTURE(each.lines);
    const auto messages = messages_of(kBase + each.lines);
    REQUIRE(messages.size() == 1);
    CHECK(messages[0] == std::string("f.yaml:") + each.message);
  }
}

}  // namespace

TEST_SUITE("config errors") {
  TEST_CASE("the base of these tests is right") {
    CHECK(messages_of(kBase).empty());
  }

  TEST_CASE("values of the process") {
    check_cases({
        {"listen: 9464", "10: listen: must be HOST:PORT with a port from 0 to 65535, was 9464"},
        {"listen: [1]", "10: listen[0]: must be HOST:PORT with a port from 0 to 65535, was 1"},
        {"listen:", "10: listen: must be HOST:PORT with a port from 0 to 65535, was empty"},
        {"metrics: {enabled: yes}", "10: metrics.enabled: must be true or false, was yes"},
        {"metrics: on", "10: metrics: must be a mapping (key: value), was on"},
        {"http: {threads: 0}", "10: http.threads: must be a whole number from 1 to 64, was 0"},
        {"http: {threads: -1}", "10: http.threads: must be a whole number from 1 to 64, was -1"},
        {"http: {threads: 4.5}", "10: http.threads: must be a whole number from 1 to 64, was 4.5"},
        {"http:\n  threads: 65", "11: http.threads: must be a whole number from 1 to 64, was 65"},
        {"log: {level: LOUD}",
         "10: log.level: must be one of TRACE, DEBUG, INFO, WARN, ERROR, FATAL, was LOUD"},
        {"log: {file: \"a\\nb\"}", "10: log.file: must be a text without control characters, was \"a?b\""},
        {"log: {redact_keys: password}", "10: log.redact_keys: must be a list, was password"},
        {"log: {queue_capacity: 1}",
         "10: log.queue_capacity: must be a whole number from 16 to 16777216, was 1"},
        {"orders: {capacity: 0}", "10: orders.capacity: must be a whole number from 16 to 50000000, was 0"},
        {"orders: {response_timeout: 5}",
         "10: orders.response_timeout: must be a duration such as 250ms, 5s, 1m or 2h, was 5"},
        {"orders: {response_timeout: 0}",
         "10: orders.response_timeout: must be a duration from 1ms to 8784h, was 0"},
        {"queues: {market: 18446744073709551616}",
         "10: queues.market: must be a whole number from 64 to 16777216, was 18446744073709551616"},
        {"buckets: {order_size_usd: [1, 2, 2]}",
         "10: buckets.order_size_usd[2]: must be above the bound before it (2), was 2"},
        {"buckets: {trade_duration_seconds: [-1, 2]}",
         "10: buckets.trade_duration_seconds[0]: must not be negative, was -1"},
        {"buckets: {order_size_usd: []}",
         "10: buckets.order_size_usd: must be a list of 1 to 200 numbers, was one of 0"},
        {"buckets: {trade_pnl_usd: [-1, nan]}", "10: buckets.trade_pnl_usd[1]: must be a number, was nan"},
        {"clock: rdtsc", "10: clock: must be one of auto, tsc, monotonic, was rdtsc"},
        {"on_shutdown: wait", "10: on_shutdown: must be one of cancel, keep, was wait"},
        {"session_end: 24:00", "10: session_end: must be a time of day in UTC, HH:MM or HH:MM:SS, was 24:00"},
        {"lisen: 1", "10: lisen: must be a known key, was lisen (did you mean listen?)"},
        {"log: {levle: INFO}", "10: log.levle: must be a known key, was levle (did you mean level?)"},
        {"log:\n  level: INFO\n  level: WARN",
         "12: log.level: must be given once, was given on line 11 already"},
        {"<<: {listen: 1}", "10: <<: must be a known key, was <<"},
    });
  }

  TEST_CASE("what is traded") {
    check_cases({
        {"currencies: [{code: usd}]",
         "10: currencies[0].code: must be a currency code: 1 to 12 capital letters or digits, was usd"},
        {"currencies: [{decimals: 2}]", "10: currencies[0].code: must be given, was missing"},
        {"currencies: [{code: USD, decimals: 9}]",
         "10: currencies[0].decimals: must be a whole number from 0 to 8, was 9"},
        {"currencies: [{code: USD}, {code: USD}]",
         "10: currencies[1].code: must be a name of its own (an entry before has it), was USD"},
        {"conversions: [{from: EUR, to: EUR, rate: 1}]",
         "10: conversions[0].to: must be another currency than from, was EUR"},
        {"conversions: [{from: EUR, to: USD, rate: 0}]", "10: conversions[0].rate: must be positive, was 0"},
        {"conversions: [{from: EUR, to: USD, rate: 1.123456789}]",
         "10: conversions[0].rate: must have at most 8 decimals, was 1.123456789"},
        {"conversions: [{from: EUR, to: USD}]", "10: conversions[0].rate: must be given, was missing"},
        {"conversions: [{from: EUR, to: USD, rate: 1}, {from: USD, to: EUR, rate: 1}]",
         "10: conversions[1].from: must be a pair of its own (an entry before converts these two "
         "currencies), was USD"},
        {"conversions: [{from: EUR, to: USD, rate: 92233720369}]",
         "10: conversions[0].rate: must be at most 92233720368 away from zero, was 92233720369"},
        {"mark_basis: last", "10: mark_basis: must be one of touch, mid, was last"},
        {"stale_mark_after: 1 s",
         "10: stale_mark_after: must be a duration such as 250ms, 5s, 1m or 2h, was \"1 s\""},
        {"reporting_currency: $",
         "10: reporting_currency: must be a currency code: 1 to 12 capital letters or "
         "digits, was $"},
    });
  }

  TEST_CASE("instruments and accounts") {
    const auto with_instrument = [](const std::string& entry) {
      return messages_of("accounts: [{name: A, initial_capital: 1}]\ninstruments:\n  - " + entry + "\n");
    };
    const auto one = [](const std::string& message) { return std::vector<std::string>{message}; };
    CHECK(with_instrument("{symbol: A, quote: USD, tick_size: 0, lot_size: 1}") ==
          one("f.yaml:3: instruments[0].tick_size: must be positive, was 0"));
    CHECK(with_instrument("{symbol: A, quote: USD, tick_size: 1, lot_size: -1}") ==
          one("f.yaml:3: instruments[0].lot_size: must be positive, was -1"));
    CHECK(with_instrument("{symbol: A, quote: USD, lot_size: 1}") ==
          one("f.yaml:3: instruments[0].tick_size: must be given, was missing"));
    CHECK(with_instrument("{symbol: A B, quote: USD, tick_size: 1, lot_size: 1}") ==
          one("f.yaml:3: instruments[0].symbol: must be a name: 1 to 40 letters, digits or . _ - / :, was "
              "\"A B\""));
    CHECK(
        with_instrument("{symbol: default, quote: USD, tick_size: 1, lot_size: 1}") ==
        one("f.yaml:3: instruments[0].symbol: must be a name other than the words default, all and none, was "
            "default"));
    CHECK(with_instrument("{symbol: A, quote: USD, inverse: true, tick_size: 1, lot_size: 1}") ==
          one("f.yaml:3: instruments[0].base: must be the currency an inverse contract settles in, was "
              "missing"));
    CHECK(with_instrument("{symbol: A, base: BTC, quote: USD, settlement: BTC, tick_size: 1, lot_size: 1}") ==
          one("f.yaml:3: instruments[0].settlement: must be USD (the quote currency; the base currency of an "
              "inverse contract), was BTC"));
    CHECK(with_instrument("{symbol: A, quote: USD, tick_size: 1, lot_size: 1, initial_margin: 1.5}") ==
          one("f.yaml:3: instruments[0].initial_margin: must be at most 1, was 1.5"));
    CHECK(with_instrument("{symbol: A, quote: USD, tick_size: 1e-2, lot_size: 1}") ==
          one("f.yaml:3: instruments[0].tick_size: must be a decimal number such as 12.5, was 1e-2"));
    CHECK(with_instrument("{symbol: A, quote: USD, tick_size: 1, lot_size: 1}\n"
                          "  - {symbol: A, quote: USD, tick_size: 1, lot_size: 1}") ==
          one("f.yaml:4: instruments[1].symbol: must be a name of its own (an entry before has it), was A"));

    CHECK(messages_of("") == one("f.yaml:1: accounts: must name at least one account, was missing"));
    CHECK(messages_of("\naccounts: []\n") ==
          one("f.yaml:2: accounts: must name at least one account, was empty"));
    CHECK(messages_of("accounts: [{name: A, initial_capital: 0}]") ==
          one("f.yaml:1: accounts[0].initial_capital: must be positive, was 0"));
    CHECK(messages_of(
              "accounts: [{name: A, initial_capital: 1}]\ndefine_from_feed: false\nvenues: [{name: V}]\n") ==
          one("f.yaml:1: instruments: must name at least one instrument unless define_from_feed is true, was "
              "missing"));
    CHECK(messages_of("word") ==
          std::vector<std::string>{"f.yaml:1: must be a mapping (key: value), was word",
                                   "f.yaml:1: accounts: must name at least one account, was missing"});
  }

  TEST_CASE("venues, router and retries") {
    check_cases({
        {"venue_defaults: {name: V}", "10: venue_defaults.name: must be a known key, was name"},
        {"venue_defaults: {type: fix}", "10: venue_defaults.type: must be simulated, was fix"},
        {"venue_defaults: {seed: -1}",
         "10: venue_defaults.seed: must be a whole number from 0 to 18446744073709551615, was -1"},
        {"venue_defaults: {latency: {outbound: {minimum: 2m}}}",
         "10: venue_defaults.latency.outbound.minimum: must be a duration from 0s to 1m, was 2m"},
        {"venue_defaults: {latency: {inbound: {sigma: -0.1}}}",
         "10: venue_defaults.latency.inbound.sigma: must be a number from 0 to 5, was -0.1"},
        {"venue_defaults: {faults: {drop_report: 1.01}}",
         "10: venue_defaults.faults.drop_report: must be a number from 0 to 1, was 1.01"},
        {"venue_defaults: {faults: {reject_order: 1%}}",
         "10: venue_defaults.faults.reject_order: must be a number from 0 to 1, was 1%"},
        {"venue_defaults: {fees: {maker: {notional_ratio: 2}}}",
         "10: venue_defaults.fees.maker.notional_ratio: must be from -1 to 1, was 2"},
        {"venue_defaults: {fees: {currency: quote}}",
         "10: venue_defaults.fees.currency: must be settlement, base or a currency code, was quote"},
        {"venue_defaults: {unknown_size: -1}",
         "10: venue_defaults.unknown_size: must not be negative, was -1"},
        {"router: {strategy: fast}", "10: router.strategy: must be one of smart, aggressive, was fast"},
        {"router: {max_slices: 0}", "10: router.max_slices: must be a whole number from 1 to 64, was 0"},
        {"retry: {base_delay: 0}", "10: retry.base_delay: must be a duration from 1us to 1m, was 0"},
        {"retry: {max_attempts: 21}", "10: retry.max_attempts: must be a whole number from 0 to 20, was 21"},
    });
    CHECK(messages_of("accounts: [{name: A, initial_capital: 1}]\nvenues: [{name: V}, {name: V}]\n") ==
          std::vector<std::string>{
              "f.yaml:2: venues[1].name: must be a name of its own (an entry before has it), was V"});
  }

  TEST_CASE("strategies") {
    check_cases({
        {"strategies: [{name: S, account: MAIN}]", "10: strategies[0].kind: must be given, was missing"},
        {"strategies: [{name: S, kind: random, account: MAIN, window: 3}]",
         "10: strategies[0].kind: must be one of manual, momentum, mean_reversion, model, was random"},
        {"strategies: [{name: S, kind: manual}]", "10: strategies[0].account: must be given, was missing"},
        {"strategies: [{name: S, kind: manual, account: main}]",
         "10: strategies[0].account: must be an account (MAIN, SIDE), was main"},
        {"strategies: [{name: S, kind: manual, account: MAIN, window: 3}]",
         "10: strategies[0].window: must not be given for a manual strategy, was 3"},
        {"strategies: [{name: S, kind: momentum, account: MAIN, order_quantity: 10, instruments: [ABD]}]",
         "10: strategies[0].instruments[0]: must be an instrument (ABC, XBT), was ABD"},
        {"strategies: [{name: S, kind: momentum, account: MAIN, instruments: []}]",
         "10: strategies[0].instruments: must name at least one instrument, or be all, was an empty list"},
        {"strategies: [{name: S, kind: momentum, account: MAIN, instruments: ABC}]",
         "10: strategies[0].instruments: must be a list of instruments, or all, was ABC"},
        {"strategies: [{name: S, kind: momentum, account: MAIN, instruments: [XBT, XBT]}]",
         "10: strategies[0].instruments[1]: must be named once, was XBT"},
        {"strategies: [{name: S, kind: momentum, account: MAIN, order_quantity: 9, instruments: [ABC]}]",
         "10: strategies[0].order_quantity: must be at least a lot of ABC (10), was 9"},
        {"strategies: [{name: S, kind: momentum, account: MAIN, order_quantity: 20}]",
         "10: strategies[0].max_position: must be at least order_quantity (20), was 10"},
        {"strategies: [{name: S, kind: momentum, account: MAIN, window: 1}]",
         "10: strategies[0].window: must be a whole number from 2 to 65536, was 1"},
        {"strategies: [{name: S, kind: momentum, account: MAIN, cooldown: -1s}]",
         "10: strategies[0].cooldown: must be a duration such as 250ms, 5s, 1m or 2h, was -1s"},
        {"strategies: [{name: S, kind: manual, account: MAIN}, {name: S, kind: manual, account: MAIN}]",
         "10: strategies[1].name: must be a name of its own (an entry before has it), was S"},
    });
  }

  TEST_CASE("risk") {
    check_cases({
        {"risk: {instruments: {ABC: {max_position: 15}}}",
         "10: risk.instruments.ABC.max_position: must be a multiple of the lot size of ABC (10), was 15"},
        {"risk: {instruments: {default: {max_order_quantity: 0}}}",
         "10: risk.instruments.default.max_order_quantity: must be positive, was 0"},
        {"risk: {instruments: {default: {max_price_deviation_bp: 0}}}",
         "10: risk.instruments.default.max_price_deviation_bp: must be a whole number from 1 to 1000000, was "
         "0"},
        {"risk:\n  instruments:\n    ABD: {max_position: 10}",
         "12: risk.instruments.ABD: must be an instrument (ABC, XBT), was ABD"},
        {"risk: {accounts: {default: {max_drawdown: 5}}}",
         "10: risk.accounts.default.max_drawdown: must be at most 1 (0.05 = 5 % of the peak), was 5"},
        {"risk: {accounts: {default: {max_day_loss: -100}}}",
         "10: risk.accounts.default.max_day_loss: must be positive, was -100"},
        {"risk: {accounts: {OTHER: {max_open_orders: 1}}}",
         "10: risk.accounts.OTHER: must be an account (MAIN, SIDE), was OTHER"},
        {"risk: {accounts: {MAIN: {max_open_ordres: 1}}}",
         "10: risk.accounts.MAIN.max_open_ordres: must be a known key, was max_open_ordres (did you mean "
         "max_open_orders?)"},
        {"risk: {accounts: {MAIN: 5}}", "10: risk.accounts.MAIN: must be a mapping (key: value), was 5"},
        {"risk: {venues: {V2: {max_messages_per_second: 1}}}",
         "10: risk.venues.V2: must be a venue (V1), was V2"},
        {"risk: {permissions: {S: [MAIN]}}",
         "10: risk.permissions.S: must be a strategy (there is none), was S"},
        {"strategies: [{name: S, kind: manual, account: MAIN}]\nrisk: {permissions: {S: [SIDE]}}",
         "11: risk.permissions: must permit S its own account MAIN, was SIDE"},
        {"strategies: [{name: S, kind: manual, account: MAIN}]\nrisk: {permissions: {S: [MAIN, MIAN]}}",
         "11: risk.permissions.S[1]: must be an account (MAIN, SIDE), was MIAN"},
        {"risk: {collar_period: 0}", "10: risk.collar_period: must be a duration from 1ms to 8784h, was 0"},
        {"risk: {breaker: {failures_to_open: 0}}",
         "10: risk.breaker.failures_to_open: must be a whole number from 1 to 1000000, was 0"},
        {"risk: {breker: {open_for: 1s}}",
         "10: risk.breker: must be a known key, was breker (did you mean breaker?)"},
        {"risk: [1]", "10: risk: must be a mapping (key: value), was a list"},
    });
  }

  TEST_CASE("scenarios and what the market is compared with") {
    check_cases({
        {"scenarios: {count: 2001}", "10: scenarios.count: must be a whole number from 0 to 2000, was 2001"},
        {"scenarios: {confidences: [0.4]}",
         "10: scenarios.confidences[0]: must be a number from 0.5 to 0.9999, was 0.4"},
        {"scenarios: {confidences: [0.9, 0.9]}", "10: scenarios.confidences[1]: must be named once, was 0.9"},
        {"scenarios: {confidences: []}", "10: scenarios.confidences: must have 1 to 8 entries, was a list"},
        {"scenarios: {stress: [{all: -0.1}]}", "10: scenarios.stress[0].name: must be given, was missing"},
        {"scenarios: {stress: [{name: S, all: -1}]}",
         "10: scenarios.stress[0].all: must be a number from -0.99 to 100, was -1"},
        {"scenarios: {stress: [{name: S, symbols: {ABD: 1}}]}",
         "10: scenarios.stress[0].symbols.ABD: must be an instrument (ABC, XBT), was ABD"},
        {"benchmark: {symbol: ABD}", "10: benchmark.symbol: must be an instrument (ABC, XBT), was ABD"},
        {"benchmark: {share: 0.5}", "10: benchmark.share: must not be given without a symbol, was 0.5"},
        {"regimes: {short_half_life: 2h}",
         "10: regimes.long_half_life: must be longer than short_half_life, was missing"},
        {"regimes: {quiet_below: 1.5}", "10: regimes.quiet_below: must be a number from 0 to 1, was 1.5"},
        {"correlations: {interval: 1m, half_life: 1s}",
         "10: correlations.half_life: must be a duration from 1m to 8784h, was 1s"},
        {"correlations: {symbols: 1001}",
         "10: correlations.symbols: must be a whole number from 0 to 1000, was 1001"},
    });
  }

  TEST_CASE("experiments") {
    const std::string strategies =
        "strategies: [{name: A, kind: momentum, account: MAIN, order_quantity: 10}, {name: B, kind: "
        "momentum, account: MAIN, order_quantity: 10}, {name: D, kind: manual, account: MAIN}]\n";
    const auto refused = [&](const std::string& experiment) {
      const auto messages = messages_of(kBase + strategies + experiment);
      REQUIRE(messages.size() == 1);
      return messages[0];
    };
    CHECK(messages_of(kBase + strategies + "experiments: [{name: X, variants: [A, B], slot: 10s}]").empty());
    CHECK(refused("experiments: [{name: X, variants: [A, C]}]") ==
          "f.yaml:11: experiments[0].variants[1]: must be a strategy (A, B, D), was C");
    CHECK(
        refused("experiments: [{name: X, variants: [A, D]}]") ==
        "f.yaml:11: experiments[0].variants[1]: must be a strategy that decides by itself, not a manual one, "
        "was D");
    CHECK(refused("experiments: [{name: X, variants: [A]}]") ==
          "f.yaml:11: experiments[0].variants: must name two strategies or more, was fewer");
    CHECK(refused("experiments: [{name: X, variants: [A, A]}]") ==
          "f.yaml:11: experiments[0].variants[1]: must be in one experiment, once, was A");
    CHECK(refused("experiments: [{name: X, variants: [A, B], slot: 1ms}]") ==
          "f.yaml:11: experiments[0].slot: must be a duration from 100ms to 168h, was 1ms");
  }

  TEST_CASE("the synthetic market") {
    check_cases({
        {"synthetic: {stress_volatility: 0.5}",
         "10: synthetic.stress_volatility: must be a number from 1 to 100, was 0.5"},
        {"synthetic: {instruments: [{start_price: 1}]}",
         "10: synthetic.instruments[0].symbol: must be given, was missing"},
        {"synthetic: {instruments: [{symbol: ABD}]}",
         "10: synthetic.instruments[0].symbol: must be an instrument (ABC, XBT), was ABD"},
        {"synthetic: {instruments: [{symbol: ABC}, {symbol: ABC}]}",
         "10: synthetic.instruments[1].symbol: must be named once, was ABC"},
        {"synthetic: {instruments: [{symbol: ABC, market_correlation: -1.5}]}",
         "10: synthetic.instruments[0].market_correlation: must be a number from -1 to 1, was -1.5"},
        {"synthetic: {instruments: [{symbol: ABC, spread: 0.001}]}",
         "10: synthetic.instruments[0].spread: must be at least a tick (0.01), was 0.001"},
        {"synthetic: {instruments: [{symbol: ABC, start_price: 0.01}]}",
         "10: synthetic.instruments[0].start_price: must be above the spread (0.01), was 0.01"},
        {"synthetic: {instruments: [{symbol: ABC, typical_size: 1}]}",
         "10: synthetic.instruments[0].typical_size: must be at least a lot (10), was 1"},
        {"synthetic: {quotes_per_second: 0}",
         "10: synthetic.quotes_per_second: must be a number from 0.001 to 100000, was 0"},
    });
  }

  TEST_CASE("models and signals") {
    check_cases({
        {"models: [{file: a.json}]", "10: models[0].name: must be given, was missing"},
        {"models: [{name: a}]", "10: models[0].file: must be given, was missing"},
        {"models: [{name: a, file: ''}]",
         "10: models[0].file: must be the path of a model's description, was \"\""},
        {"models: [{name: a, file: a}, {name: a, file: b}]",
         "10: models[1].name: must be a name of its own (an entry before has it), was a"},
        {"models: [{name: a, file: a, instruments: [XYZ]}]",
         "10: models[0].instruments[0]: must be an instrument (ABC, XBT), was XYZ"},
        {"models: [{name: a, file: a, instruments: []}]",
         "10: models[0].instruments: must name at least one instrument, or be all, was an empty list"},
        {"models: [{name: a, file: a, kind: linear}]", "10: models[0].kind: must be a known key, was kind"},
        {"signals: {errors_to_switch_off: 0}",
         "10: signals.errors_to_switch_off: must be a whole number from 1 to 1000000, was 0"},
        {"signals: {pending_predictions: -1}",
         "10: signals.pending_predictions: must be a whole number from 1 to 1000000, was -1"},
        {"signals: {accuracy_windows: []}", "10: signals.accuracy_windows: must be 1 to 8 durations, was 0"},
        {"signals: {accuracy_windows: [1m, 60s]}",
         "10: signals.accuracy_windows[1]: must be named once, was 60s"},
        {"signals: {accuracy_windows: [1ms]}",
         "10: signals.accuracy_windows[0]: must be a duration from 1s to 8784h, was 1ms"},
        {"signals: {indicators: [spread_bp, spread_bp]}",
         "10: signals.indicators[1]: must be named once, was spread_bp"},
        {"signals: {importance_one_in: 0}",
         "10: signals.importance_one_in: must be a whole number from 1 to 1000000, was 0"},
        {"signals: {drift_window: 10, drift_least: 11}",
         "10: signals.drift_least: must be at most drift_window (10), was 11"},
        {"buckets: {training_duration_seconds: [2, 1]}",
         "10: buckets.training_duration_seconds[1]: must be above the bound before it (2), was 1"},
    });
    CHECK(messages_of(kBase + "signals: {indicators: [moon]}").size() == 1);
    CHECK(
        messages_of(kBase + "models: [{name: a, file: a.json, instruments: [ABC]}, {name: b, file: b.json}]")
            .empty());
  }

  TEST_CASE("all errors are reported at once, in the order of the file") {
    const auto messages = messages_of(
        "risk: {cancel_on_halt: maybe}\n"
        "lisen: x\n"
        "accounts:\n"
        "  - {name: A, initial_capital: -5}\n"
        "http: {threads: 0, thread: 1}\n");
    CHECK(messages == std::vector<std::string>{
                          "f.yaml:1: risk.cancel_on_halt: must be true or false, was maybe",
                          "f.yaml:2: lisen: must be a known key, was lisen (did you mean listen?)",
                          "f.yaml:4: accounts[0].initial_capital: must be positive, was -5",
                          "f.yaml:5: http.threads: must be a whole number from 1 to 64, was 0",
                          "f.yaml:5: http.thread: must be a known key, was thread (did you mean threads?)",
                      });
  }

  TEST_CASE("the exception's text is all messages, one a line") {
    CHECK_THROWS_WITH_AS((void)read_engine_config("accounts: []\nx: 1\n", "f.yaml"),
                         "f.yaml:1: accounts: must name at least one account, was empty\n"
                         "f.yaml:2: x: must be a known key, was x",
                         ConfigError);
  }

  TEST_CASE("no message repeats a text that is to be redacted") {
    for (const std::string list : {"[{hunter2: x}]", "hunter2", "[\"hunter2\\n\"]", "[[hunter2]]"}) {
      const auto messages = messages_of(kBase + "log: {redact_values: " + list + "}");
      REQUIRE_FALSE(messages.empty());
      for (const std::string& message : messages) CHECK(message.find("hunter2") == std::string::npos);
    }
  }
}
