#include "risk/scenario_book.h"

#include <algorithm>

namespace vigil::risk {
namespace {

/// The most that any of them looks at: more scenarios are never fewer of the worst.
std::size_t deepest(const ScenarioConfig& config, std::size_t n) noexcept {
  std::size_t most = 0;
  for (const double confidence : config.confidences) most = std::max(most, LossDepth(confidence, n).outcomes);
  return most;
}

/// What does not fit is as large as can be.
orders::Money money(double amount) noexcept {
  constexpr double kMost = 1e18;
  return orders::Money::from_raw(
      static_cast<orders::Int128>(std::clamp(amount, -kMost, kMost) * static_cast<double>(orders::kScale)));
}

/// P&L of a position worth 1 whose price moves by the share r: an inverse contract settles in what it is
/// about.
double pnl_of(double r, bool inverse) noexcept {
  return inverse ? r / (1 + r) : r;
}

}  // namespace

ScenarioBook::ScenarioBook(const ScenarioConfig& config, const positions::Portfolio& portfolio,
                           const std::vector<orders::Instrument>& instruments)
    : config_(config),
      portfolio_(portfolio),
      instruments_(instruments),
      rows_(instruments.size() * config.scenarios),
      stress_rows_(instruments.size() * config.stress.size()),
      mids_(instruments.size()),
      scales_(instruments.size()),
      held_(portfolio.account_count() * instruments.size()),
      held_in_(portfolio.account_count()),
      tails_(portfolio.account_count(), ScenarioTail(config.scenarios, deepest(config, config.scenarios))),
      depths_(config.confidences.size()),
      stress_pnl_(portfolio.account_count() * config.stress.size()) {
  const auto highest = std::max_element(config_.confidences.begin(), config_.confidences.end());
  highest_ = static_cast<std::size_t>(highest - config_.confidences.begin());
  for (std::size_t s = 0; s < config_.stress.size(); ++s) {
    const StressScenario& stress = config_.stress[s];
    for (std::size_t i = 0; i < instruments_.size(); ++i) {
      double shock = stress.all;
      for (const auto& [instrument, own] : stress.shocks) {
        if (orders::index(instrument) == i) shock = own;
      }
      stress_rows_[i * config_.stress.size() + s] = pnl_of(shock, instruments_[i].inverse);
    }
  }
}

void ScenarioBook::observe(std::size_t instrument, const std::optional<orders::Price>& mid,
                           bool is_first) noexcept {
  const double before = mids_[instrument];
  const double now = mid && mid->raw() > 0 ? mid->to_double() : before;
  mids_[instrument] = now;
  const orders::Instrument& definition = instruments_[instrument];
  if (now > 0) {
    const double multiplier = definition.multiplier.to_double();
    scales_[instrument] = definition.inverse ? multiplier / now : multiplier * now;
  }
  if (is_first || config_.scenarios == 0) return;
  const double r = before > 0 ? now / before - 1 : 0;
  rows_[instrument * config_.scenarios + next_] = pnl_of(r, definition.inverse);
}

void ScenarioBook::end_row(bool is_first) noexcept {
  if (!is_first && config_.scenarios > 0) {
    next_ = (next_ + 1) % config_.scenarios;
    set_count(std::min(count_ + 1, config_.scenarios));
  }
  for (std::size_t i = 0; i < tails_.size(); ++i) sum_up(static_cast<orders::AccountId>(i));
  count_held();
}

void ScenarioBook::count_held() noexcept {
  for (std::size_t account = 0; account < held_in_.size(); ++account) {
    const auto begin = held_.begin() + static_cast<std::ptrdiff_t>(account * instruments_.size());
    const auto end = begin + static_cast<std::ptrdiff_t>(instruments_.size());
    held_in_[account] = instruments_.size() - static_cast<std::size_t>(std::count(begin, end, 0.0));
  }
}

void ScenarioBook::set_count(std::size_t count) noexcept {
  count_ = count;
  for (std::size_t c = 0; c < depths_.size(); ++c) depths_[c] = LossDepth(config_.confidences[c], count);
  deepest_ = deepest(config_, count);
}

/// What one unit of the settlement currency is in the account's; 0 without a rate: it is left out.
double ScenarioBook::rate(orders::AccountId account, std::size_t instrument) const noexcept {
  constexpr std::int64_t kUnits = 1'000'000;  // so that rates far below 1 keep their digits
  const orders::CurrencyId base = portfolio_.config().accounts[orders::index(account)].base_currency;
  const orders::CurrencyId settlement = instruments_[instrument].settlement;
  if (base == settlement) return 1;
  const auto worth = portfolio_.convert(orders::Money{kUnits}, settlement, base);
  return worth ? worth->to_double() / kUnits : 0;
}

void ScenarioBook::sum_up(orders::AccountId account) noexcept {
  ScenarioTail& tail = tails_[orders::index(account)];
  tail.begin(count_);
  const auto begin =
      stress_pnl_.begin() + static_cast<std::ptrdiff_t>(orders::index(account) * config_.stress.size());
  std::fill(begin, begin + static_cast<std::ptrdiff_t>(config_.stress.size()), 0.0);
  for (std::size_t i = 0; i < instruments_.size(); ++i) {
    const auto quantity = portfolio_.position(account, static_cast<orders::InstrumentId>(i)).quantity();
    held_[place(account, i)] = quantity.to_double();
    if (quantity != orders::Quantity{}) shift(account, i, quantity.to_double());
  }
  tail.keep_worst(deepest_);
}

void ScenarioBook::shift(orders::AccountId account, std::size_t instrument, double units) noexcept {
  const double value = units * scales_[instrument] * rate(account, instrument);
  if (value == 0) return;
  tails_[orders::index(account)].add(value, row(instrument));
  const std::size_t stresses = config_.stress.size();
  for (std::size_t s = 0; s < stresses; ++s) {
    stress_pnl_[orders::index(account) * stresses + s] += value * stress_rows_[instrument * stresses + s];
  }
}

std::optional<LossAtRisk> ScenarioBook::at_risk(orders::AccountId account) const noexcept {
  const auto value = value_at_risk(account);
  if (!value) return std::nullopt;
  LossAtRisk at_risk{.loss = money(*value), .contributor = orders::kNoInstrument, .contribution = {}};
  const ScenarioTail& tail = tails_[orders::index(account)];
  const std::size_t scenario = tail.worst()[depths_[highest_].outcomes - 1].scenario;
  double most = 0;
  for (std::size_t i = 0; i < instruments_.size(); ++i) {
    const double lost = -held_[place(account, i)] * scales_[i] * rate(account, i) * row(i)[scenario];
    if (lost <= most) continue;
    most = lost;
    at_risk.contributor = static_cast<orders::InstrumentId>(i);
    at_risk.contribution = money(lost);
  }
  return at_risk;
}

void ScenarioBook::position_changed(orders::AccountId account, orders::InstrumentId instrument) noexcept {
  const std::size_t i = orders::index(instrument);
  const std::size_t a = orders::index(account);
  const double before = held_[place(account, i)];
  const double now = portfolio_.position(account, instrument).quantity().to_double();
  if (now == before) return;
  held_[place(account, i)] = now;
  if (before == 0) ++held_in_[a];
  if (now == 0) --held_in_[a];
  if (held_in_[a] != 0) return shift(account, i, now - before);
  tails_[a].clear();
  std::fill_n(stress_pnl_.begin() + static_cast<std::ptrdiff_t>(a * config_.stress.size()),
              config_.stress.size(), 0.0);
}

}  // namespace vigil::risk
