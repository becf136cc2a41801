#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "orders/order.h"
#include "orders/time.h"
#include "risk/trading_state.h"

namespace vigil::risk {

inline constexpr std::size_t kKillLevelCount = 5;

/// Whether `order` falls under `scope`. A routed parent has no venue: its slices do.
[[nodiscard]] bool covers(const KillScope& scope, const orders::Order& order) noexcept;

/// Which scopes are killed now (any number at once), and how long the cancels of the latest engagement took.
/// Core thread only.
class KillSwitch {
 public:
  KillSwitch(std::size_t account_count, std::size_t strategy_count, std::size_t venue_count,
             std::size_t instrument_count);

  /// `cancels` acknowledgements are awaited from now on, beside those that earlier engagements still wait
  /// for. False when the scope names no known id: nothing changes. With nothing to wait for it is complete at
  /// once.
  bool engage(const KillScope& scope, std::size_t cancels, orders::Duration now) noexcept;
  /// False when the scope was not engaged.
  bool release(const KillScope& scope) noexcept;
  /// True when this was the last one awaited: last_duration() is new.
  bool cancel_acknowledged(orders::Duration now) noexcept;

  [[nodiscard]] bool engaged(const KillScope& scope) const noexcept;
  [[nodiscard]] bool engaged(KillScope::Level level, std::size_t id) const noexcept;
  [[nodiscard]] bool matches(const orders::Order& order) const noexcept;
  /// Scopes engaged at a level.
  [[nodiscard]] std::size_t count(KillScope::Level level) const noexcept;
  [[nodiscard]] std::size_t cancels_outstanding() const noexcept { return outstanding_; }
  /// Trigger to last acknowledgement of the latest engagement; nothing while cancels are outstanding.
  [[nodiscard]] std::optional<orders::Duration> last_duration() const noexcept { return last_duration_; }

  template <typename Wire>
  void state(Wire& wire) {
    wire(engaged_);
    wire(counts_);
    wire(total_);
    wire(outstanding_);
    wire(triggered_at_);
    wire(last_duration_);
  }

 private:
  [[nodiscard]] static std::size_t place(const KillScope& scope) noexcept;

  std::array<std::vector<std::uint8_t>, kKillLevelCount> engaged_;  ///< by level, then id; firm has one place
  std::array<std::size_t, kKillLevelCount> counts_{};
  std::size_t total_ = 0;
  std::size_t outstanding_ = 0;
  orders::Duration triggered_at_{};
  std::optional<orders::Duration> last_duration_;
};

}  // namespace vigil::risk
