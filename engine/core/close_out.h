#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "orders/decimal.h"
#include "orders/ids.h"
#include "orders/instrument.h"
#include "orders/order.h"
#include "orders/time.h"

namespace vigil::engine {

/// Which orders bring all positions back to flat: of the engine's own, at the market, one at a time for an
/// account and instrument. What a venue, a limit or a missing price refuses is tried again a second later;
/// what is too large for a limit, with half the quantity. Core thread only; allocates at construction.
class CloseOut {
 public:
  CloseOut(std::size_t account_count, const std::vector<orders::Instrument>& instruments);

  void begin() noexcept { active_ = true; }
  void end() noexcept;
  [[nodiscard]] bool active() const noexcept { return active_; }

  /// Working orders of others are waited for (they were asked to cancel), but not longer than this.
  static constexpr orders::Duration kLongestWait = std::chrono::seconds{5};
  /// Whether there is nothing more to close: `position` is less than a lot, and no order is out.
  [[nodiscard]] bool is_done(orders::AccountId account, orders::InstrumentId instrument,
                             orders::Quantity position) const noexcept;
  /// `others_work`: the account has other working orders in the instrument.
  [[nodiscard]] bool is_due(orders::AccountId account, orders::InstrumentId instrument, bool others_work,
                            orders::Duration now) noexcept;
  /// The order to send for a position that is due and not done. It counts as out until ended() is told of it.
  [[nodiscard]] orders::OrderRequest next_order(orders::AccountId account, orders::InstrumentId instrument,
                                                orders::Quantity position, orders::EventTime now) noexcept;
  enum class Ending : std::uint8_t { Traded, TooLarge, Failed };
  /// The order that was out has ended. `pause`: before the next one, unless it failed.
  void ended(orders::AccountId account, orders::InstrumentId instrument, Ending ending,
             orders::Duration pause, orders::Duration now) noexcept;

  template <typename Wire>
  void state(Wire& wire) {
    wire(entries_);
    wire(active_);
    wire(next_number_);
  }

 private:
  struct Entry {
    bool is_out = false;
    std::uint8_t halvings = 0;
    orders::Duration not_before{};
    orders::Duration waiting_since{};  ///< for others' orders; 0: not

    template <typename Wire>
    void state(Wire& wire) {
      wire(is_out);
      wire(halvings);
      wire(not_before);
      wire(waiting_since);
    }
  };
  [[nodiscard]] Entry& entry(orders::AccountId account, orders::InstrumentId instrument) noexcept {
    return entries_[orders::index(account) * instruments_.size() + orders::index(instrument)];
  }
  [[nodiscard]] const Entry& entry(orders::AccountId account,
                                   orders::InstrumentId instrument) const noexcept {
    return entries_[orders::index(account) * instruments_.size() + orders::index(instrument)];
  }

  const std::vector<orders::Instrument>& instruments_;
  std::vector<Entry> entries_;  ///< by account, then instrument
  bool active_ = false;
  std::uint64_t next_number_ = 1;
};

}  // namespace vigil::engine
