#include <doctest/doctest.h>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"

using namespace vigil;
using namespace vigil::engine;
using namespace std::chrono_literals;
using orders::Money;
using orders::Price;
using orders::Quantity;

namespace {

EngineConfig read(const std::string& text) {
  return read_engine_config(text, "f.yaml");
}

/// A file that is there for the length of a test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    static int count = 0;
    path_ = (std::filesystem::temp_directory_path() /
             ("vigil_config_" + std::to_string(::getpid()) + "_" + std::to_string(++count) + ".yaml"))
                .string();
    write(text);
  }
  ~TemporaryFile() { std::remove(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  void write(const std::string& text) const { std::ofstream(path_) << text; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

const std::string kTwo =
    "accounts:\n"
    "  - {name: A, initial_capital: 1000.5}\n"
    "  - {name: B, base_currency: EUR, initial_capital: 2}\n"
    "instruments:\n"
    "  - {symbol: ABC, quote: USD, tick_size: 0.01, lot_size: 1}\n"
    "  - {symbol: XBT, base: BTC, quote: USD, inverse: true, tick_size: 0.5, lot_size: 1, multiplier: 100}\n"
    "venues: [{name: V}]\n"
    "strategies:\n"
    "  - {name: S, kind: momentum, account: B, instruments: [XBT]}\n"
    "  - {name: M, kind: manual, account: A}\n";

orders::Instrument share(const char* symbol, std::uint16_t id) {
  orders::Instrument instrument;
  instrument.id = orders::InstrumentId{id};
  instrument.symbol = symbol;
  instrument.quote = instrument.settlement = orders::CurrencyId{0};
  instrument.tick_size = Price{1};
  instrument.lot_size = Quantity{1};
  return instrument;
}

}  // namespace

TEST_SUITE("config reader") {
  TEST_CASE("an account is enough: everything else has a default") {
    const EngineConfig config = read("accounts: [{name: A, initial_capital: 1}]");
    const EngineConfig defaults;
    CHECK(config.listen == std::vector<std::string>{"127.0.0.1:9464"});
    CHECK(config.metrics_enabled);
    CHECK(config.log.level == monitoring::LogLevel::Info);
    CHECK(config.orders.order_capacity == defaults.orders.order_capacity);
    CHECK(config.buckets.order_size_usd == defaults.buckets.order_size_usd);
    CHECK(config.define_from_feed);
    CHECK(config.on_shutdown == OnShutdown::CancelOrders);
    CHECK(config.clock == vigil::monitoring::ClockChoice::Automatic);
    REQUIRE(config.currencies.size() == 1);
    CHECK(config.currencies[0].code == "USD");
    CHECK(config.portfolio.accounts[0].base_currency == config.portfolio.reporting_currency);
  }

  TEST_CASE("the default configurations read without an error or a loose end") {
    EngineConfig run = read_engine_config(default_config_text(), std::string(kDefaultConfigName));
    CHECK(resolve_names(run).empty());
    CHECK(run.instruments.size() == 4);
    CHECK(run.synthetic.instruments.size() == 4);
    CHECK(run.venues.size() == 3);
    CHECK(run.portfolio.accounts.size() == 2);
    EngineConfig replay = read_engine_config(replay_config_text(), std::string(kReplayConfigName));
    CHECK(resolve_names(replay).empty());
    CHECK(replay.define_from_feed);
    CHECK(replay.portfolio.strategy_count == 3);
  }

  TEST_CASE("names become ids, currencies are defined by use") {
    const EngineConfig config = read(kTwo);
    REQUIRE(config.instruments.size() == 2);
    const orders::Instrument& perpetual = config.instruments[1];
    CHECK(perpetual.id == orders::InstrumentId{1});
    CHECK(config.currencies[orders::index(perpetual.settlement)].code == "BTC");
    CHECK(config.currencies[orders::index(perpetual.quote)].code == "USD");
    CHECK(perpetual.multiplier == orders::Multiplier{100});
    CHECK(config.instruments[0].base == orders::kNoCurrency);
    CHECK(config.instruments[0].tick_size == Price::from_raw(1'000'000));
    CHECK(config.portfolio.accounts[0].initial_capital == Money::from_raw(100'050'000'000));
    CHECK(config.currencies[orders::index(config.portfolio.accounts[1].base_currency)].code == "EUR");
    CHECK(config.strategies[0].account == orders::AccountId{1});
    CHECK(config.strategies[0].instruments == std::vector{orders::InstrumentId{1}});
    CHECK(config.portfolio.strategy_count == 2);
  }

  TEST_CASE("an entry of a limits table starts from its default, and none lifts a limit") {
    const EngineConfig config = read(kTwo +
                                     "risk:\n"
                                     "  instruments:\n"
                                     "    default: {max_position: 10, max_price_deviation_bp: 50}\n"
                                     "    XBT: {max_position: none, max_order_quantity: 3}\n"
                                     "  accounts:\n"
                                     "    B: {max_day_loss: 1.5}\n"
                                     "  venues: {V: {max_messages_per_second: 7}}\n");
    const auto& instruments = config.limits.instruments;
    REQUIRE(instruments.size() == 2);
    CHECK(instruments[0].max_position == Quantity{10});
    CHECK_FALSE(instruments[0].max_order_quantity);
    CHECK_FALSE(instruments[1].max_position);
    CHECK(instruments[1].max_order_quantity == Quantity{3});
    CHECK(instruments[1].max_price_deviation_bp == 50u);
    CHECK(config.default_instrument_limits.max_position == Quantity{10});
    REQUIRE(config.limits.accounts.size() == 2);
    CHECK_FALSE(config.limits.accounts[0].max_day_loss);
    CHECK(config.limits.accounts[1].max_day_loss == Money::from_raw(150'000'000));
    CHECK(config.limits.venue_messages_per_second[0] == 7u);
    CHECK(config.limits.permissions.empty());
  }

  TEST_CASE("permissions say which account a strategy may trade for") {
    const EngineConfig config = read(kTwo + "risk: {permissions: {S: [B], M: [A, B]}}\n");
    REQUIRE(config.limits.permissions.size() == 2);
    CHECK(config.limits.permissions[0] == std::vector{false, true});
    CHECK(config.limits.permissions[1] == std::vector{true, true});
  }

  TEST_CASE("a venue starts from venue_defaults, with a seed of its own") {
    const EngineConfig config = read(
        "accounts: [{name: A, initial_capital: 1}]\n"
        "venue_defaults: {seed: 5, faults: {reject_order: 0.5}, fees: {currency: BNB}}\n"
        "venues: [{name: V}, {name: W, faults: {drop_report: 0.25}}, {name: X, seed: 1, fees: {currency: "
        "base}}]\n");
    CHECK(config.venues[0].seed == 5);
    CHECK(config.venues[1].seed == 6);
    CHECK(config.venues[1].faults.reject_order == 0.5);
    CHECK(config.venues[1].faults.drop_report == 0.25);
    CHECK(config.venues[1].fee_currency == "BNB");
    CHECK(config.venues[2].seed == 1);
    CHECK(config.venues[2].fee_currency == "base");
    const SimulatedVenueConfig found = venue_from_defaults(config, "F");
    CHECK(found.name == "F");
    CHECK(found.seed == 8);
    CHECK(found.faults.reject_order == 0.5);
  }

  TEST_CASE("names that only a feed defines are resolved once it has") {
    EngineConfig config = read(
        "accounts: [{name: A, initial_capital: 1}]\n"
        "strategies:\n"
        "  - {name: S, kind: momentum, instruments: [LATE]}\n"
        "  - {name: T, kind: momentum}\n"
        "risk:\n"
        "  instruments:\n"
        "    default: {max_position: 10}\n"
        "    LATE: {max_position: 20}\n"
        "  venues: {LV: {max_messages_per_second: 7}}\n");
    CHECK(config.strategies[0].instruments == std::vector{orders::kNoInstrument});
    CHECK(config.strategies[1].instruments.empty());
    CHECK(resolve_names(config) ==
          std::vector<std::string>{
              "f.yaml:3: strategies[0].instruments[0]: must be an instrument of the file or of a feed, was "
              "LATE",
              "f.yaml:8: risk.instruments.LATE: must be an instrument of the file or of a feed, was LATE",
              "f.yaml:9: risk.venues.LV: must be a venue of the file or of a feed, was LV"});

    config.instruments.push_back(share("FIRST", 0));
    config.instruments.push_back(share("LATE", 1));
    config.venues.push_back(venue_from_defaults(config, "LV"));
    CHECK(resolve_names(config).empty());
    CHECK(config.strategies[0].instruments == std::vector{orders::InstrumentId{1}});
    REQUIRE(config.limits.instruments.size() == 2);
    CHECK(config.limits.instruments[0].max_position == Quantity{10});
    CHECK(config.limits.instruments[1].max_position == Quantity{20});
    CHECK(config.limits.venue_messages_per_second[0] == 7u);
  }

  TEST_CASE("limits are read again against the instruments the engine has") {
    const TemporaryFile file(
        "accounts: [{name: A, initial_capital: 1}]\n"
        "risk: {instruments: {LATE: {max_position: 20}}}\n");
    EngineConfig config = read_engine_config(file.path());
    config.instruments.push_back(share("FIRST", 0));
    config.instruments.push_back(share("LATE", 1));
    (void)resolve_names(config);

    file.write(
        "accounts: [{name: B, initial_capital: 5}, {name: A, initial_capital: 5}]\n"
        "listen: localhost:1\n"
        "risk:\n"
        "  instruments: {default: {max_position: 1}, LATE: {max_position: 2}}\n"
        "  accounts: {A: {max_open_orders: 3}}\n"
        "  cancel_on_halt: false\n");
    const risk::Limits limits = read_limits(file.path(), config);
    REQUIRE(limits.instruments.size() == 2);
    CHECK(limits.instruments[0].max_position == Quantity{1});
    CHECK(limits.instruments[1].max_position == Quantity{2});
    REQUIRE(limits.accounts.size() == 1);
    CHECK(limits.accounts[0].max_open_orders == 3u);
    CHECK_FALSE(limits.cancel_on_halt);

    file.write("accounts: [{name: A, initial_capital: 1}]\nhttp: {threads: 0}\n");
    CHECK_THROWS_AS((void)read_limits(file.path(), config), ConfigError);
    CHECK_THROWS_AS((void)read_limits(file.path() + ".gone", config), ConfigError);
  }

  TEST_CASE("a check lists errors, or notes what only a feed can define") {
    const TemporaryFile wrong("accounts: []\n");
    CHECK(check_config(wrong.path()).errors ==
          std::vector<std::string>{wrong.path() + ":1: accounts: must name at least one account, was empty"});
    const TemporaryFile open(
        "accounts: [{name: A, initial_capital: 1}]\nrisk: {instruments: {ABC: {max_position: 1}}}\n");
    const ConfigCheck check = check_config(open.path());
    CHECK(check.errors.empty());
    CHECK(check.notes ==
          std::vector<std::string>{
              open.path() + ":2: risk.instruments.ABC: must be an instrument of the file or of a feed, was "
                            "ABC"});
    CHECK(check_config("/no/such/file").errors.size() == 1);
  }

  TEST_CASE("words are read in any case") {
    const EngineConfig config =
        read("accounts: [{name: A, initial_capital: 1}]\nlog: {level: warn}\nmark_basis: MID\n");
    CHECK(config.log.level == monitoring::LogLevel::Warn);
    CHECK(config.portfolio.mark_basis == positions::MarkBasis::Mid);
  }
}
