#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "engine/signals/signal.h"
#include "engine/signals/strategy_config.h"
#include "orders/instrument.h"
#include "orders/market.h"
#include "orders/order.h"

namespace vigil::engine {

/// Where a strategy's orders go: the core's intake. Called within the market event that caused them.
class RequestSink {
 public:
  virtual ~RequestSink() = default;
  virtual void request(const orders::OrderRequest& request) noexcept = 0;
};

/// A demonstration strategy: watches the reference mid of its instruments over a window of quotes.
/// Momentum buys what rose by the threshold over the window and sells what fell; mean reversion does the
/// opposite against the window's mean; Model does what a model says, if it is confident. One order at a time
/// per instrument, never beyond max_position. Signals are floating point; what they lead to (prices,
/// quantities) comes exact from the quote and the configuration. Core thread only; no allocation after
/// construction.
class Strategy {
 public:
  Strategy(orders::StrategyId id, const StrategyConfig& config,
           const std::vector<orders::Instrument>& instruments);

  void on_reference(orders::InstrumentId instrument, const orders::Quote& reference, orders::EventTime now,
                    RequestSink& sink) noexcept;
  /// What a model says of the instrument; `reference`: the best there is now.
  void on_signal(const Signal& signal, const orders::Quote& reference, orders::EventTime now,
                 RequestSink& sink) noexcept;
  /// As on_reference without a new order: what rests too long is taken back.
  void stand_by(orders::InstrumentId instrument, const orders::Quote& reference, orders::EventTime now,
                RequestSink& sink) noexcept;
  /// The same without asking for anything: the window goes on.
  void look_at(orders::InstrumentId instrument, const orders::Quote& reference) noexcept;
  /// A request of this strategy is on its way; its own, or one of an earlier run.
  void on_sent(const orders::OrderRequest& request, orders::EventTime now) noexcept;
  /// A fill of one of this strategy's orders.
  void on_fill(orders::InstrumentId instrument, orders::Side side, orders::Quantity quantity) noexcept;
  /// One of this strategy's orders ended.
  void on_closed(orders::InstrumentId instrument, const orders::ClientOrderId& id) noexcept;
  /// A cancel was refused here; it will be asked for again.
  void on_cancel_refused(orders::InstrumentId instrument, const orders::ClientOrderId& id) noexcept;

  [[nodiscard]] bool watches(orders::InstrumentId instrument) const noexcept {
    return tracks_[orders::index(instrument)].watched;
  }
  [[nodiscard]] const StrategyConfig& config() const noexcept { return config_; }

  template <typename Wire>
  void state(Wire& wire) {
    wire(tracks_);
    wire(orders_sent_);
  }

 private:
  static constexpr std::size_t kLongestWindow = std::size_t{1} << 24U;

  struct Track {
    bool watched = false;
    std::uint32_t count = 0;  ///< quotes seen, up to the window
    std::uint32_t next = 0;   ///< where the next mid goes
    double sum = 0;
    std::vector<double> mids;  ///< ring of `window` values
    orders::Quantity position{};
    orders::Timestamp last_order{};
    bool working = false;
    bool cancel_sent = false;
    orders::ClientOrderId working_id;

    template <typename Wire>
    void state(Wire& wire) {
      wire(count);
      wire(next);
      wire(sum);
      std::vector<double> window = mids;
      wire.list(window, kLongestWindow);
      if (window.size() == mids.size() && count <= mids.size() &&
          next < std::max<std::size_t>(mids.size(), 1)) {
        mids = std::move(window);
      } else {
        // Of another length now: it fills anew.
        count = next = 0;
        sum = 0;
      }
      wire(position);
      wire(last_order);
      wire(working);
      wire(cancel_sent);
      wire(working_id);
    }
  };

  [[nodiscard]] SignalType evaluate(Track& track, double mid) const noexcept;
  void send(Track& track, const orders::Instrument& instrument, orders::Side side,
            const orders::Quote& reference, orders::EventTime now, RequestSink& sink) noexcept;
  void cancel_if_old(Track& track, orders::EventTime now, RequestSink& sink) noexcept;

  orders::StrategyId id_;
  StrategyConfig config_;
  const std::vector<orders::Instrument>& instruments_;
  std::vector<Track> tracks_;  // by InstrumentId
  std::uint64_t orders_sent_ = 0;
};

}  // namespace vigil::engine
