#include "engine/signals/features.h"

#include <cmath>

namespace vigil::engine {
namespace {

constexpr double kBasisPoints = 1e4;

/// Most numbers here fit into 64 bits, which the processor converts; wider ones take a call.
double real(orders::Int128 value) noexcept {
  const auto narrow = static_cast<std::int64_t>(value);
  return narrow == value ? static_cast<double>(narrow) : static_cast<double>(value);
}

/// (now - then) / then, the difference being exact.
double change_bp(orders::Int128 now, orders::Int128 then) noexcept {
  return real(now - then) / real(then) * kBasisPoints;
}

double ratio_or_zero(orders::Int128 part, orders::Int128 whole) noexcept {
  return whole == 0 ? 0 : real(part) / real(whole);
}

}  // namespace

std::optional<Feature> parse_feature(std::string_view name) noexcept {
  const auto* const found = std::find(kFeatureNames.begin(), kFeatureNames.end(), name);
  if (found == kFeatureNames.end()) return std::nullopt;
  return static_cast<Feature>(found - kFeatureNames.begin());
}

namespace detail {

std::int64_t TimeWindow::step_of(orders::Timestamp time) const noexcept {
  const orders::Duration since = time.time_since_epoch();
  return since / step_ - (since % step_ < orders::Duration::zero() ? 1 : 0);
}

void TimeWindow::add(orders::Timestamp time, orders::Int128 mid_before) noexcept {
  const std::int64_t step = step_of(time);
  if (!is_started_) {
    is_started_ = true;
    first_ = current_ = step;
  } else if (step > current_) {
    // Further back than the window nothing is looked at.
    for (std::int64_t next = std::max(current_ + 1, step - kSteps); next <= step; ++next) {
      slots_[place(next)] = {mid_before, 0};
    }
    current_ = step;
    quotes_ = 0;
    for (const Slot& each : slots_) quotes_ += each.quotes;
  }
  ++slots_[place(current_)].quotes;
}

double TimeWindow::quotes_per_second() const noexcept {
  return static_cast<double>(quotes_) / std::chrono::duration<double>(step_ * kSteps).count();
}

}  // namespace detail

const FeatureValues* QuoteFeatures::take(const orders::Quote& quote) noexcept {
  if (!quote.bid || !quote.ask) return nullptr;
  const orders::Int128 bid = quote.bid->raw();
  const orders::Int128 ask = quote.ask->raw();
  const orders::Int128 twice_mid = bid + ask;
  if (twice_mid <= 0) return nullptr;

  time_ = std::max(time_, quote.time);
  second_.add(time_, twice_mid_);
  ten_seconds_.add(time_, twice_mid_);
  if (twice_mid_ != 0) {
    const double change = change_bp(twice_mid, twice_mid_);
    variance_16_.add(change);
    variance_64_.add(change);
  }
  twice_mid_ = twice_mid;
  mids_.add(twice_mid);

  values_.fill(kUnknownFeature);
  set(Feature::SpreadBp, real(2 * (ask - bid)) / real(twice_mid) * kBasisPoints);
  take_sizes(quote);
  set_returns();
  set_windows();
  return &values_;
}

/// The flow is that of Cont, Kukanov and Stoikov, "The price impact of order book events" (2014): what came
/// to the bid and left the ask, less what left the bid and came to the ask.
void QuoteFeatures::take_sizes(const orders::Quote& quote) noexcept {
  if (!quote.bid_size || !quote.ask_size) {
    touch_.reset();
    flow_.clear();
    depth_.clear();
    return;
  }
  const Touch now{quote.bid->raw(), quote.ask->raw(), quote.bid_size->raw(), quote.ask_size->raw()};
  const orders::Int128 depth = static_cast<orders::Int128>(now.bid_size) + now.ask_size;
  const double imbalance = ratio_or_zero(static_cast<orders::Int128>(now.bid_size) - now.ask_size, depth);
  set(Feature::TouchImbalance, imbalance);
  set(Feature::MicropriceBp, values_[static_cast<std::size_t>(Feature::SpreadBp)] / 2 * imbalance);
  if (touch_) {
    orders::Int128 flow = 0;
    if (now.bid >= touch_->bid) flow += now.bid_size;
    if (now.bid <= touch_->bid) flow -= touch_->bid_size;
    if (now.ask <= touch_->ask) flow -= now.ask_size;
    if (now.ask >= touch_->ask) flow += touch_->ask_size;
    flow_.add(flow);
    depth_.add(depth);
  }
  touch_ = now;
}

void QuoteFeatures::set_returns() noexcept {
  constexpr std::array<std::pair<Feature, std::size_t>, 4> kReturns{{{Feature::Return1Bp, 1},
                                                                     {Feature::Return4Bp, 4},
                                                                     {Feature::Return16Bp, 16},
                                                                     {Feature::Return64Bp, 64}}};
  for (const auto& [feature, places] : kReturns) {
    if (mids_.count() > places) set(feature, change_bp(twice_mid_, mids_.back(places)));
  }
  if (second_.is_known()) {
    set(Feature::Return1sBp, change_bp(twice_mid_, second_.mid_at_begin()));
    set(Feature::QuoteRate1s, second_.quotes_per_second());
  }
  if (ten_seconds_.is_known()) {
    set(Feature::Return10sBp, change_bp(twice_mid_, ten_seconds_.mid_at_begin()));
    set(Feature::QuoteRate10s, ten_seconds_.quotes_per_second());
  }
}

void QuoteFeatures::set_windows() noexcept {
  if (variance_16_.is_known()) set(Feature::Volatility16Bp, std::sqrt(variance_16_.mean()));
  if (variance_64_.is_known()) set(Feature::Volatility64Bp, std::sqrt(variance_64_.mean()));
  constexpr std::array kMeans{Feature::MidToMean16Bp, Feature::MidToMean64Bp, Feature::MidToMean256Bp};
  for (std::size_t i = 0; i < kMeans.size(); ++i) {
    const std::size_t length = decltype(mids_)::kLengths[i];
    if (mids_.count() < length) continue;
    set(kMeans[i], change_bp(twice_mid_ * static_cast<orders::Int128>(length), mids_.sum(i)));
  }
  constexpr std::array kFlows{Feature::OrderFlow16, Feature::OrderFlow64};
  for (std::size_t i = 0; i < kFlows.size(); ++i) {
    if (flow_.count() < decltype(flow_)::kLengths[i]) continue;
    set(kFlows[i], ratio_or_zero(flow_.sum(i), depth_.sum(i)));
  }
}

}  // namespace vigil::engine
