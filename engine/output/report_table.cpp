#include <fmt/format.h>
#include <fmt/ostream.h>

#include <ostream>

#include "engine/output/report.h"

namespace vigil::engine {
namespace {

template <typename T>
std::string text(const std::optional<T>& value) {
  return value ? value->to_string() : "-";
}

std::string microseconds(std::int64_t ns) {
  return fmt::format("{:.1f}", static_cast<double>(ns) / 1e3);
}
std::string basis_points(std::int64_t raw) {
  return fmt::format("{:.3f}", static_cast<double>(raw) / static_cast<double>(orders::kScale));
}

void print_input(std::ostream& out, const ReplayReport& report) {
  fmt::print(out, "Input\n  {:<10} {:>10} {:>10} {:>9} {:>8} {:>8}  {}\n", "format", "rows", "events",
             "bad lines", "crossed", "locked", "path");
  for (const FeedStatistics& file : report.files) {
    fmt::print(out, "  {:<10} {:>10} {:>10} {:>9} {:>8} {:>8}  {}\n", file.format, file.rows, file.events,
               file.bad_lines, file.crossed, file.locked, file.path);
  }
  fmt::print(out, "  span {:.3f} s, {} rows of orders\n",
             static_cast<double>((report.last - report.first).count()) / 1e9, report.order_rows);
}

void print_orders(std::ostream& out, const ReplayReport& report) {
  fmt::print(out, "\nOrders\n");
  for (std::size_t i = 0; i < orders::kOrderStatusCount; ++i) {
    if (report.orders_by_status[i] == 0) continue;
    fmt::print(out, "  {:<16} {:>10}\n", orders::to_string(static_cast<orders::OrderStatus>(i)),
               report.orders_by_status[i]);
  }
  fmt::print(out, "  {:<16} {:>10}\n  {:<16} {:>10}\n", "(slices)", report.slices, "(fills)", report.fills);
  for (std::size_t i = 0; i < orders::kDenyReasonCount; ++i) {
    if (report.denials[i] == 0) continue;
    fmt::print(out, "  denied   {:<28} {:>10}\n", orders::to_string(static_cast<orders::DenyReason>(i)),
               report.denials[i]);
  }
  for (std::size_t i = 0; i < orders::kRejectReasonCount; ++i) {
    if (report.rejects[i] == 0) continue;
    fmt::print(out, "  rejected {:<28} {:>10}\n", orders::to_string(static_cast<orders::RejectReason>(i)),
               report.rejects[i]);
  }
}

void print_positions(std::ostream& out, const EngineConfig& config, const ReplayReport& report) {
  fmt::print(out, "\nPositions\n  {:<12} {:<14} {:>14} {:>16} {:>18} {:>18} {:>14} {}\n", "account", "symbol",
             "quantity", "average price", "realized", "unrealized", "mark", "currency");
  for (const positions::PositionView& position : report.positions) {
    const orders::Instrument& instrument = config.instruments[orders::index(position.instrument)];
    fmt::print(out, "  {:<12} {:<14} {:>14} {:>16} {:>18} {:>18} {:>14} {}\n",
               config.portfolio.accounts[orders::index(position.account)].name, instrument.symbol,
               position.quantity.to_string(), text(position.average_price), position.realized.to_string(),
               text(position.unrealized), text(position.mark) + (position.mark_stale ? "*" : ""),
               config.currencies[orders::index(instrument.settlement)].code);
  }
  fmt::print(out, "\nAccounts\n  {:<12} {:>20} {:>18} {:>18} {:>16} {:>20} {:>12} {}\n", "account", "cash",
             "realized", "unrealized", "commissions", "equity", "drawdown", "currency");
  for (const positions::AccountView& account : report.accounts) {
    const positions::AccountConfig& known = config.portfolio.accounts[orders::index(account.account)];
    fmt::print(out, "  {:<12} {:>20} {:>18} {:>18} {:>16} {:>20} {:>12.6f} {}\n", known.name,
               text(account.cash), text(account.realized), text(account.unrealized),
               text(account.commissions), text(account.equity), account.max_drawdown,
               config.currencies[orders::index(known.base_currency)].code);
  }
  fmt::print(out, "  cash identity residual {}\n", report.identity_residual.to_string());
}

}  // namespace

void print_report(std::ostream& out, const EngineConfig& config, const ReplayReport& report) {
  print_input(out, report);
  print_orders(out, report);
  print_positions(out, config, report);
  fmt::print(out,
             "\nSlippage against the arrival mid, basis points, positive = cost\n  {:<14} {:>8} {:>10} "
             "{:>10} {:>10} {:>10}\n",
             "symbol", "orders", "mean", "p50", "p95", "p99");
  for (const SlippageSummary& row : report.slippage) {
    fmt::print(out, "  {:<14} {:>8} {:>10} {:>10} {:>10} {:>10}\n", row.symbol, row.samples,
               basis_points(row.mean), basis_points(row.p50), basis_points(row.p95), basis_points(row.p99));
  }
  fmt::print(out,
             "\nLatency in the replay's own time, microseconds\n  {:<26} {:>8} {:>12} {:>12} {:>12} {:>12}\n",
             "stage", "orders", "p50", "p99", "p99.9", "max");
  for (const LatencySummary& row : report.latency) {
    if (row.samples == 0) continue;
    fmt::print(out, "  {:<26} {:>8} {:>12} {:>12} {:>12} {:>12}\n", row.stage, row.samples,
               microseconds(row.p50), microseconds(row.p99), microseconds(row.p999), microseconds(row.max));
  }
}

}  // namespace vigil::engine
