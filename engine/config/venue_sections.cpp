#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"
#include "engine/config/config_words.h"

namespace vigil::engine {
namespace {

using orders::Duration;

void read_latency(const YamlValue& value, LatencyConfig& latency) {
  constexpr Duration kLongest = std::chrono::minutes{1};
  read_duration(value["minimum"], latency.minimum, Duration::zero(), kLongest);
  read_duration(value["median"], latency.median, Duration::zero(), kLongest);
  read_real(value["sigma"], latency.sigma, 0, 5);
}

void read_fee(const YamlValue& value, FeeConfig& fee) {
  read_decimal(value["notional_ratio"], fee.notional_ratio, Sign::Any);
  const bool possible = fee.notional_ratio <= orders::Ratio{1} && fee.notional_ratio >= orders::Ratio{-1};
  if (!possible && value["notional_ratio"].given()) value["notional_ratio"].refuse("be from -1 to 1");
  read_decimal(value["per_unit"], fee.per_unit, Sign::Any);
}

void read_fee_currency(const YamlValue& value, EngineConfig& config, std::string& out) {
  if (value.holds("settlement")) {
    out.clear();
    return;
  }
  if (value.holds("base")) {
    out = "base";
    return;
  }
  const std::string* text = value.scalar("be settlement, base or a currency code");
  if (text == nullptr) return;
  if (!is_currency_code(*text)) return value.refuse("be settlement, base or a currency code");
  orders::CurrencyId currency = orders::kNoCurrency;
  if (read_currency(value, config, currency)) out = *text;
}

void read_faults(const YamlValue& value, FaultConfig& faults) {
  read_real(value["drop_report"], faults.drop_report, 0, 1);
  read_real(value["repeat_report"], faults.repeat_report, 0, 1);
  read_real(value["reorder_reports"], faults.reorder_reports, 0, 1);
  read_real(value["delay_report"], faults.delay_report, 0, 1);
  read_duration(value["report_delay"], faults.report_delay, Duration::zero());
  read_real(value["late_fill_after_cancel"], faults.late_fill_after_cancel, 0, 1);
  read_real(value["reject_order"], faults.reject_order, 0, 1);
  read_duration(value["disconnect_every"], faults.disconnect_every, Duration::zero());
  read_duration(value["disconnect_for"], faults.disconnect_for, std::chrono::milliseconds{1});
  read_count(value["messages_per_second"], faults.messages_per_second, 0, 10'000'000);
}

void read_venue(const YamlValue& entry, EngineConfig& config, SimulatedVenueConfig& venue) {
  (void)choice_of(entry["type"], {"simulated"});  // the one type there is
  read_count(entry["seed"], venue.seed, 0, std::numeric_limits<std::uint64_t>::max());
  read_latency(entry["latency"]["outbound"], venue.outbound);
  read_latency(entry["latency"]["inbound"], venue.inbound);
  read_fee(entry["fees"]["maker"], venue.maker);
  read_fee(entry["fees"]["taker"], venue.taker);
  read_fee_currency(entry["fees"]["currency"], config, venue.fee_currency);
  read_decimal(entry["unknown_size"], venue.unknown_size, Sign::NotNegative);
  read_faults(entry["faults"], venue.faults);
  read_boolean(entry["healthy_at_start"], venue.healthy_at_start);
}

void read_venues(const YamlValue& list, EngineConfig& config) {
  for (const YamlValue& entry : list.elements()) {
    SimulatedVenueConfig venue = config.venue_defaults;
    venue.seed += config.venues.size();  // else all would draw the same delays
    read_name(entry["name"], venue.name);
    if (!accept_name(entry["name"], config.venues, &SimulatedVenueConfig::name, venue.name, kMaxVenues))
      return;
    read_venue(entry, config, venue);
    config.venues.push_back(std::move(venue));
  }
  if (config.venues.empty() && !config.define_from_feed) {
    list.refuse("name at least one venue unless define_from_feed is true",
                list.given() ? "empty" : "missing");
  }
}

}  // namespace

void read_venue_sections(const YamlValue& root, EngineConfig& config) {
  read_venue(root["venue_defaults"], config, config.venue_defaults);
  read_venues(root["venues"], config);

  const YamlValue router = root["router"];
  read_choice(router["strategy"], config.router.strategy, kRoutingWords);
  read_count(router["max_slices"], config.router.max_slices, 1, 64);
  read_duration(router["stale_quote_after"], config.router.stale_quote_after, std::chrono::milliseconds{1});

  const YamlValue retry = root["retry"];
  read_count(retry["max_attempts"], config.retry.max_attempts, 0, 20);
  read_duration(retry["base_delay"], config.retry.base_delay, std::chrono::microseconds{1},
                std::chrono::minutes{1});
}

}  // namespace vigil::engine
