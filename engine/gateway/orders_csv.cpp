#include "engine/gateway/orders_csv.h"

#include <algorithm>

#include "engine/feed/fields.h"

namespace vigil::engine {
namespace {

constexpr std::string_view kHeader =
    "ts,client_order_id,action,account,strategy,symbol,venue,side,type,time_in_force,quantity,limit_price,"
    "stop_price";

enum Column : std::size_t {
  kTs,
  kClientOrderId,
  kAction,
  kAccount,
  kStrategy,
  kSymbol,
  kVenue,
  kSide,
  kType,
  kTimeInForce,
  kQuantity,
  kLimitPrice,
  kStopPrice,
};

using Action = orders::OrderRequest::Action;

std::optional<Action> parse_action(std::string_view text) {
  if (text == "new") return Action::New;
  if (text == "cancel") return Action::Cancel;
  if (text == "replace") return Action::Replace;
  return std::nullopt;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// An empty price stays empty.
bool read_optional_price(std::string_view field, std::string_view text, std::optional<orders::Price>& price,
                         LineFault& fault) {
  if (text.empty()) return true;
  orders::Price parsed{};
  if (!read_price(field, text, parsed, fault)) return false;
  price = parsed;
  return true;
}

}  // namespace

OrdersCsv::OrdersCsv(const std::string& path, const Directory& directory, OnBadLine on_bad_line)
    : lines_(path), directory_(directory), on_bad_line_(on_bad_line) {
  statistics_.path = path;
  statistics_.format = "orders";
  expect_header(lines_, kHeader);
}

std::optional<OrdersCsvRow> OrdersCsv::next() {
  std::string_view line;
  while (!ended_) {
    const LineStatus status = lines_.next(line);
    if (status == LineStatus::End) break;
    LineFault fault;
    OrdersCsvRow row;
    const bool sound = status == LineStatus::TooLong ? fault.set("line", kMustBeShorter, "longer")
                                                     : read_row(line, row, fault);
    if (!sound && on_bad_line_ == OnBadLine::Skip) {
      ++statistics_.bad_lines;
      continue;
    }
    if (!sound) {
      ended_ = true;
      throw FeedError(lines_.path(), lines_.line_number(), fault.text());
    }
    last_time_ = row.request.decided.wall;
    if (statistics_.rows == 0) statistics_.first = last_time_;
    statistics_.last = last_time_;
    ++statistics_.rows;
    ++statistics_.events;
    return row;
  }
  ended_ = true;
  return std::nullopt;
}

bool OrdersCsv::read_row(std::string_view line, OrdersCsvRow& row, LineFault& fault) {
  if (!read_columns(line, columns_, fault)) return false;
  orders::Timestamp time{};
  if (!read_timestamp("ts", columns_[kTs], time, fault)) return false;
  if (time < last_time_) return fault.set("ts", "not be earlier than in the row before", columns_[kTs]);
  const auto action = parse_action(columns_[kAction]);
  if (!action) return fault.set("action", "be new, cancel or replace", columns_[kAction]);
  row.line = lines_.line_number();
  row.request.decided = orders::manual_time(time);
  row.request.action = *action;
  return read_names(row, fault) && read_words(row.request, fault) && read_terms(row.request, fault);
}

bool OrdersCsv::read_names(OrdersCsvRow& row, LineFault& fault) const {
  const std::string_view id_text = columns_[kClientOrderId];
  const auto id = orders::ClientOrderId::from(id_text);
  if (!id || id_text.empty() || !is_printable(id_text)) {
    return fault.set("client_order_id", "be 1 to 36 printable ASCII characters", id_text);
  }
  row.request.client_order_id = *id;
  row.request.account = directory_.account(columns_[kAccount]).value_or(orders::kNoAccount);
  row.request.strategy = directory_.strategy(columns_[kStrategy]).value_or(orders::kNoStrategy);
  row.request.instrument = directory_.instrument(columns_[kSymbol]).value_or(orders::kNoInstrument);
  row.request.venue = directory_.venue(columns_[kVenue]).value_or(orders::kNoVenue);
  row.venue_unknown = !columns_[kVenue].empty() && row.request.venue == orders::kNoVenue;
  return true;
}

bool OrdersCsv::read_words(orders::OrderRequest& request, LineFault& fault) const {
  const bool is_new = request.action == Action::New;
  const std::string_view side_text = columns_[kSide];
  if (is_new || !side_text.empty()) {
    const auto side = orders::parse_side(side_text);
    if (!side) return fault.set("side", "be buy or sell", side_text);
    request.side = *side;
  }
  const std::string_view type_text = columns_[kType];
  if (is_new || !type_text.empty()) {
    const auto type = orders::parse_order_type(type_text);
    if (!type) return fault.set("type", "be market, limit, stop or stop_limit", type_text);
    request.type = *type;
  }
  return read_time_in_force(request, fault);
}

bool OrdersCsv::read_time_in_force(orders::OrderRequest& request, LineFault& fault) const {
  constexpr std::string_view kGoodTillDate = "GTD:";
  constexpr std::string_view kMust = "be DAY, GTC, IOC, FOK or GTD:<nanoseconds since 1970, UTC>";
  const std::string_view text = columns_[kTimeInForce];
  if (text.empty()) return true;
  if (text.starts_with(kGoodTillDate)) {
    request.time_in_force = orders::TimeInForce::GoodTillDate;
    const std::string_view expiry = text.substr(kGoodTillDate.size());
    return read_timestamp("time_in_force", expiry, request.expire_at, fault) ||
           fault.set("time_in_force", kMust, text);
  }
  const auto parsed = orders::parse_time_in_force(text);
  if (!parsed || *parsed == orders::TimeInForce::GoodTillDate) return fault.set("time_in_force", kMust, text);
  request.time_in_force = *parsed;
  return true;
}

bool OrdersCsv::read_terms(orders::OrderRequest& request, LineFault& fault) const {
  orders::OrderTerms& terms = request.terms;
  const bool is_replace = request.action == Action::Replace;
  const bool no_quantity = columns_[kQuantity].empty();
  if (request.action == Action::New || !no_quantity) {
    if (!read_quantity("quantity", columns_[kQuantity], terms.quantity, fault)) return false;
  }
  if (!read_optional_price("limit_price", columns_[kLimitPrice], terms.limit_price, fault)) return false;
  if (!read_optional_price("stop_price", columns_[kStopPrice], terms.stop_price, fault)) return false;
  if (!is_replace) return true;
  if (!no_quantity && terms.quantity == orders::Quantity{0}) {
    return fault.set("quantity", "not be 0 in a replace (empty leaves it as it is)", columns_[kQuantity]);
  }
  if (!no_quantity || terms.limit_price || terms.stop_price) return true;
  return fault.set("quantity", "be given, or limit_price or stop_price, in a replace", "");
}

}  // namespace vigil::engine
