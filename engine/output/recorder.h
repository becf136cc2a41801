#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/config/engine_config.h"
#include "engine/core/observer.h"
#include "engine/output/csv_file.h"

namespace vigil::engine {

/// Keeps what a replay reports: every order's last state, counts of refusals, and the fills file as they
/// happen. It stands outside the core's promise not to allocate: a replay has no latency to protect.
class Recorder : public CoreObserver {
 public:
  /// `fills` may be null: no fills file was asked for.
  Recorder(const EngineConfig& config, CsvFile* fills);

  void denied(const orders::OrderRequest& request, const orders::Order* order, const risk::Verdict& verdict,
              orders::EventTime now) override;
  void rejected(const orders::Order& order, const orders::ExecutionReport& report) override;
  void filled(const orders::Order& order, const orders::ExecutionReport& report,
              const positions::BookedFill& booked, orders::EventTime now) override;
  void forgotten(const orders::Order& order) override { orders_.push_back(order); }
  void alert(const AlertNote& note, orders::EventTime now) override { alerts_.push_back({now.wall, note}); }
  void reference(orders::InstrumentId, const orders::Quote&) override {}

  /// Takes in the orders still remembered; call once, at the end. After it `orders` is complete, by id.
  void finish(const orders::OrderManager& manager);

  [[nodiscard]] const std::vector<orders::Order>& orders() const noexcept { return orders_; }
  [[nodiscard]] const std::array<std::uint64_t, orders::kDenyReasonCount>& denials() const noexcept {
    return denials_;
  }
  [[nodiscard]] const std::array<std::uint64_t, orders::kRejectReasonCount>& rejects() const noexcept {
    return rejects_;
  }
  /// New orders refused before they became one (a duplicate client id, a full table).
  [[nodiscard]] std::uint64_t not_created() const noexcept { return not_created_; }
  [[nodiscard]] std::uint64_t fill_count() const noexcept { return fill_count_; }
  /// An alert's change, and when the core took it up.
  struct RecordedAlert {
    orders::Timestamp time;
    AlertNote note;
  };
  [[nodiscard]] const std::vector<RecordedAlert>& alerts() const noexcept { return alerts_; }

 private:
  const EngineConfig& config_;
  CsvFile* fills_;
  std::vector<orders::Order> orders_;
  std::array<std::uint64_t, orders::kDenyReasonCount> denials_{};
  std::array<std::uint64_t, orders::kRejectReasonCount> rejects_{};
  std::uint64_t not_created_ = 0;
  std::uint64_t fill_count_ = 0;
  std::vector<RecordedAlert> alerts_;
};

/// One row per order, by id: final state, reason, cum and average price, every stage's time (nanoseconds UTC,
/// empty = not reached).
void write_orders_csv(CsvFile& file, const EngineConfig& config, const std::vector<orders::Order>& orders);

}  // namespace vigil::engine
