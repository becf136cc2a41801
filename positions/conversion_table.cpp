#include "positions/conversion_table.h"

#include <cassert>
#include <limits>
#include <stdexcept>
#include <string>

namespace vigil::positions {

using orders::CurrencyId;
using orders::Int128;
using orders::Money;
using orders::Price;
using orders::Ratio;

ConversionTable::ConversionTable(std::size_t currency_count, const std::vector<ConversionConfig>& conversions)
    : count_(currency_count), pairs_(currency_count * currency_count), paths_(pairs_.size()) {
  for (std::size_t i = 0; i < conversions.size(); ++i) {
    const ConversionConfig& conversion = conversions[i];
    const std::string name = "conversions[" + std::to_string(i) + "]";
    if (!known(conversion.from) || !known(conversion.to)) {
      throw std::invalid_argument(name + ": must be between configured currencies");
    }
    if (conversion.from == conversion.to) {
      throw std::invalid_argument(name + ": must be between two different currencies");
    }
    if (conversion.rate.raw() <= 0) {
      throw std::invalid_argument(name + ".rate: must be positive, was " + conversion.rate.to_string());
    }
    pairs_[place(conversion.from, conversion.to)] = {conversion.rate.raw(), Source::Configured, 0};
  }
  find_paths();
}

ConversionTable::Observation ConversionTable::observe(CurrencyId from, CurrencyId to, Price rate,
                                                      std::uint32_t rank) noexcept {
  assert(from != to);
  if (rate.raw() <= 0) return Observation::Ignored;
  Pair& pair = pairs_[place(from, to)];
  if (pair.source != Source::Observed) {
    pair = {rate.raw(), Source::Observed, rank};
    find_paths();
    return Observation::NewSource;
  }
  if (rank > pair.rank) return Observation::Ignored;
  const bool same = pair.rate == rate.raw();
  pair.rank = rank;
  pair.rate = rate.raw();
  return same ? Observation::Ignored : Observation::Moved;
}

std::optional<Money> ConversionTable::converted(Money amount, CurrencyId from, CurrencyId to) const noexcept {
  if (!known(from) || !known(to)) return std::nullopt;
  const Path& path = paths_[place(from, to)];
  if (path.steps == 0) return std::nullopt;
  if (path.steps == 1) {
    const auto raw = take(amount.raw(), path.step[0]);
    if (!raw) return std::nullopt;
    return Money::from_raw(*raw);
  }
  Int128 exact = 0;
  if (__builtin_mul_overflow(amount.raw(), static_cast<Int128>(orders::kScale), &exact)) return std::nullopt;
  const auto between = take(exact, path.step[0]);
  if (!between) return std::nullopt;
  const auto result = take(*between, path.step[1]);
  if (!result) return std::nullopt;
  return Money::from_raw(orders::divide_half_even(*result, orders::kScale));
}

std::optional<Ratio> ConversionTable::rate(CurrencyId from, CurrencyId to) const noexcept {
  const auto one = convert(Money{1}, from, to);
  if (!one || one->raw() > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return Ratio::from_raw(static_cast<std::int64_t>(one->raw()));
}

bool ConversionTable::reads(CurrencyId from, CurrencyId to, CurrencyId pair_from,
                            CurrencyId pair_to) const noexcept {
  if (from == to || !known(from) || !known(to)) return false;
  const Path& path = paths_[place(from, to)];
  const std::uint32_t pair = place(pair_from, pair_to);
  for (std::uint8_t i = 0; i < path.steps; ++i) {
    if (path.step[i].pair == pair) return true;
  }
  return false;
}

void ConversionTable::note_pairs(CurrencyId from, CurrencyId to,
                                 std::vector<std::uint8_t>& pairs) const noexcept {
  if (from == to || !known(from) || !known(to)) return;
  const Path& path = paths_[place(from, to)];
  for (std::uint8_t i = 0; i < path.steps; ++i) pairs[path.step[i].pair] = 1;
}

std::uint32_t ConversionTable::place(CurrencyId from, CurrencyId to) const noexcept {
  assert(known(from) && known(to));
  return static_cast<std::uint32_t>(orders::index(from) * count_ + orders::index(to));
}

std::optional<ConversionTable::Step> ConversionTable::direct(std::uint32_t from,
                                                             std::uint32_t to) const noexcept {
  const auto count = static_cast<std::uint32_t>(count_);
  const std::uint32_t forward = from * count + to;
  const std::uint32_t backward = to * count + from;
  for (const Source source : {Source::Observed, Source::Configured}) {
    if (pairs_[forward].source == source) return Step{forward, false};
    if (pairs_[backward].source == source) return Step{backward, true};
  }
  return std::nullopt;
}

std::optional<Int128> ConversionTable::take(Int128 raw, Step step) const noexcept {
  const std::int64_t rate = pairs_[step.pair].rate;
  return step.reversed ? orders::multiply_divide_half_even(raw, orders::kScale, rate)
                       : orders::multiply_divide_half_even(raw, rate, orders::kScale);
}

void ConversionTable::find_paths() noexcept {
  const auto count = static_cast<std::uint32_t>(count_);
  for (std::uint32_t from = 0; from < count; ++from) {
    for (std::uint32_t to = 0; to < count; ++to) {
      Path& path = paths_[from * count + to];
      path = {};
      if (from == to) continue;
      if (const auto step = direct(from, to)) {
        path = {1, {*step, {}}};
        continue;
      }
      for (std::uint32_t via = 0; via < count && path.steps == 0; ++via) {
        if (via == from || via == to) continue;
        const auto first = direct(from, via);
        const auto second = direct(via, to);
        if (first && second) path = {2, {*first, *second}};
      }
    }
  }
}

}  // namespace vigil::positions
