// The input is an orders file, plain or gzip.
#include "engine/gateway/orders_csv.h"
#include "tests/fuzz/feed_fuzz.h"

using namespace vigil::engine;
using vigil::engine::fuzz::require;

namespace {

struct Outcome {
  std::uint64_t rows = 0;
  FeedStatistics statistics;
};

void check_row(const OrdersCsvRow& row) {
  const vigil::orders::OrderRequest& request = row.request;
  require(!request.client_order_id.empty());
  require(!row.venue_unknown || request.venue == vigil::orders::kNoVenue);
  require(row.line > 1);
  if (request.action != vigil::orders::OrderRequest::Action::Replace) return;
  const bool changes_quantity = request.terms.quantity != vigil::orders::Quantity{0};
  require(changes_quantity || request.terms.limit_price || request.terms.stop_price);
}

std::optional<Outcome> read_orders(const std::string& path, const Directory& directory,
                                   OnBadLine on_bad_line) {
  try {
    OrdersCsv orders(path, directory, on_bad_line);
    Outcome outcome;
    vigil::orders::Timestamp last{};
    while (const auto row = orders.next()) {
      require(row->request.decided.wall >= last);
      last = row->request.decided.wall;
      check_row(*row);
      ++outcome.rows;
    }
    outcome.statistics = orders.statistics();
    return outcome;
  } catch (const FeedError& error) {
    require(std::string_view(error.what()).starts_with(error.path()));
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  testing::OwnDirectory directory({.venues = {"X"}, .accounts = {"main"}, .strategies = {"manual"}});
  directory.names.define_instrument({.symbol = "A"});
  const std::string path = fuzz::folder().write("orders.csv", fuzz::text_of(data, size));
  const auto skipping = read_orders(path, directory.names, OnBadLine::Skip);
  const auto strict = read_orders(path, directory.names, OnBadLine::Fail);
  require(skipping || !strict);
  if (!skipping) return 0;
  require(skipping->statistics.rows == skipping->rows);
  require((skipping->statistics.bad_lines == 0) == strict.has_value());
  if (strict) require(strict->rows == skipping->rows);
  return 0;
}
