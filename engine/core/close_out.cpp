#include "engine/core/close_out.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace vigil::engine {

namespace {

constexpr orders::Duration kTryAgainAfter = std::chrono::seconds{1};
constexpr std::uint8_t kMostHalvings = 40;

std::int64_t size_of(orders::Quantity position) noexcept {
  return position.raw() < 0 ? -position.raw() : position.raw();
}

orders::ClientOrderId numbered(std::uint64_t number) noexcept {
  constexpr std::string_view kPrefix = "close-out-";
  std::array<char, orders::ClientOrderId::kCapacity> text;
  char* const digits = std::copy(kPrefix.begin(), kPrefix.end(), text.begin());
  const auto [end, error] = std::to_chars(digits, text.data() + text.size(), number);
  static_cast<void>(error);  // 20 digits at most
  return orders::ClientOrderId::truncated({text.data(), static_cast<std::size_t>(end - text.data())});
}

}  // namespace

CloseOut::CloseOut(std::size_t account_count, const std::vector<orders::Instrument>& instruments)
    : instruments_(instruments), entries_(account_count * instruments.size()) {}

void CloseOut::end() noexcept {
  active_ = false;
  // What is out stays so until it has ended.
  for (Entry& each : entries_) each = {.is_out = each.is_out};
}

bool CloseOut::is_done(orders::AccountId account, orders::InstrumentId instrument,
                       orders::Quantity position) const noexcept {
  const std::int64_t lot = instruments_[orders::index(instrument)].lot_size.raw();
  return size_of(position) < lot && !entry(account, instrument).is_out;
}

bool CloseOut::is_due(orders::AccountId account, orders::InstrumentId instrument, bool others_work,
                      orders::Duration now) noexcept {
  Entry& each = entry(account, instrument);
  if (each.is_out || now < each.not_before) return false;
  if (!others_work) {
    each.waiting_since = {};
    return true;
  }
  if (each.waiting_since == orders::Duration{}) each.waiting_since = now;
  return now - each.waiting_since >= kLongestWait;
}

orders::OrderRequest CloseOut::next_order(orders::AccountId account, orders::InstrumentId instrument,
                                          orders::Quantity position, orders::EventTime now) noexcept {
  Entry& each = entry(account, instrument);
  each.is_out = true;
  const std::int64_t lot = instruments_[orders::index(instrument)].lot_size.raw();
  const std::int64_t lots = std::max<std::int64_t>((size_of(position) / lot) >> each.halvings, 1);

  orders::OrderRequest request;
  request.client_order_id = numbered(next_number_++);
  request.account = account;
  request.instrument = instrument;
  request.is_liquidation = true;
  request.side = position.raw() > 0 ? orders::Side::Sell : orders::Side::Buy;
  request.type = orders::OrderType::Market;
  request.time_in_force = orders::TimeInForce::ImmediateOrCancel;
  request.terms.quantity = orders::Quantity::from_raw(lots * lot);
  request.decided = now;
  return request;
}

void CloseOut::ended(orders::AccountId account, orders::InstrumentId instrument, Ending ending,
                     orders::Duration pause, orders::Duration now) noexcept {
  Entry& each = entry(account, instrument);
  each.is_out = false;
  if (ending == Ending::TooLarge && each.halvings < kMostHalvings) ++each.halvings;
  each.not_before = now + (ending == Ending::Failed ? kTryAgainAfter : pause);
}

}  // namespace vigil::engine
