#include "orders/execution_report.h"

#include <array>

namespace vigil::orders {
namespace {

constexpr std::array<std::string_view, kReportKindCount> kKindWords{
    "accepted",        "rejected", "triggered",       "fill",    "canceled",
    "cancel_rejected", "updated",  "update_rejected", "expired", "status"};

}  // namespace

std::string_view to_string(ReportKind kind) noexcept {
  return kKindWords[static_cast<std::size_t>(kind)];
}

}  // namespace vigil::orders
