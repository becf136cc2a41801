#include "engine/views/order_endpoint.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

namespace vigil::engine {
namespace {

using Json = nlohmann::ordered_json;
using Action = orders::OrderRequest::Action;

constexpr std::array<std::string_view, 12> kKeys{
    "action", "client_order_id", "account",  "strategy",    "symbol",    "venue", "side",
    "type",   "time_in_force",   "quantity", "limit_price", "stop_price"};

/// Reads the members of one order; the first that is wrong is the error.
class Reader {
 public:
  Reader(const Json& json, const EngineConfig& config) : json_(json), config_(config) {}

  ParsedOrder read() {
    for (const auto& [key, value] : json_.items()) {
      if (std::ranges::find(kKeys, key) == kKeys.end())
        fail(key, "not be given, an order has no such key", value);
    }
    read_action();
    read_id();
    read_names();
    if (parsed_.request.action != Action::Cancel) {
      read_words();
      read_terms();
    }
    return parsed_;
  }

 private:
  void fail(std::string_view key, std::string_view must, const Json& was) {
    if (!parsed_.error.empty()) return;
    parsed_.error.append(key).append(": must ").append(must).append(", was ");
    parsed_.error += was.dump(-1, ' ', true, Json::error_handler_t::replace);
  }
  [[nodiscard]] const Json& at(std::string_view key) const {
    static const Json kNothing(nullptr);
    const auto found = json_.find(key);
    return found == json_.end() ? kNothing : *found;
  }
  /// nullopt: not given, or not a text (which is an error).
  std::optional<std::string> text(std::string_view key) {
    const Json& value = at(key);
    if (value.is_null()) return std::nullopt;
    if (value.is_string()) return value.get<std::string>();
    fail(key, "be a text", value);
    return std::nullopt;
  }
  template <typename List, typename Name, typename Id>
  bool place_of(std::string_view key, const List& list, Name name, Id& out) {
    const auto wanted = text(key);
    if (!wanted) return true;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (name(list[i]) != *wanted) continue;
      out = static_cast<Id>(i);
      return true;
    }
    return false;
  }
  template <typename Fixed>
  std::optional<Fixed> decimal(std::string_view key) {
    const Json& value = at(key);
    if (value.is_null()) return std::nullopt;
    std::optional<Fixed> number;
    if (value.is_string()) number = Fixed::parse(value.get<std::string>());
    if (value.is_number_integer()) number = Fixed::parse(value.dump());
    if (!number) fail(key, "be a decimal number as a text, \"99.5\"", value);
    return number;
  }

  void read_action() {
    const auto word = text("action");
    if (!word || *word == "new") {
      parsed_.request.action = Action::New;
    } else if (*word == "cancel") {
      parsed_.request.action = Action::Cancel;
    } else if (*word == "replace") {
      parsed_.request.action = Action::Replace;
    } else {
      fail("action", "be new, cancel or replace", at("action"));
    }
  }
  void read_id() {
    const std::string id = text("client_order_id").value_or("");
    const auto parsed = orders::ClientOrderId::from(id);
    const bool printable = std::ranges::all_of(id, [](char c) { return c > ' ' && c < '\x7f'; });
    if (!parsed || id.empty() || !printable) {
      return fail("client_order_id", "be 1 to 36 printable ASCII characters", at("client_order_id"));
    }
    parsed_.request.client_order_id = *parsed;
  }
  void read_names() {
    static_cast<void>(place_of(
        "account", config_.portfolio.accounts, [](const auto& account) { return account.name; },
        parsed_.request.account));
    static_cast<void>(place_of(
        "strategy", config_.strategies, [](const auto& strategy) { return strategy.name; },
        parsed_.request.strategy));
    static_cast<void>(place_of(
        "symbol", config_.instruments, [](const auto& instrument) { return instrument.symbol; },
        parsed_.request.instrument));
    parsed_.venue_known = place_of(
        "venue", config_.venues, [](const auto& venue) { return venue.name; }, parsed_.request.venue);
  }
  void read_words() {
    const bool is_new = parsed_.request.action == Action::New;
    if (const auto word = text("side"); word || is_new) {
      const auto side = orders::parse_side(word.value_or(""));
      if (!side) return fail("side", "be buy or sell", at("side"));
      parsed_.request.side = *side;
    }
    if (const auto word = text("type"); word || is_new) {
      const auto type = orders::parse_order_type(word.value_or(""));
      if (!type) return fail("type", "be market, limit, stop or stop_limit", at("type"));
      parsed_.request.type = *type;
    }
    if (const auto word = text("time_in_force")) {
      const auto lifetime = orders::parse_time_in_force(*word);
      if (!lifetime || *lifetime == orders::TimeInForce::GoodTillDate) {
        return fail("time_in_force", "be DAY, GTC, IOC or FOK", at("time_in_force"));
      }
      parsed_.request.time_in_force = *lifetime;
    }
  }
  void read_terms() {
    orders::OrderTerms& terms = parsed_.request.terms;
    const auto quantity = decimal<orders::Quantity>("quantity");
    terms.limit_price = decimal<orders::Price>("limit_price");
    terms.stop_price = decimal<orders::Price>("stop_price");
    if (quantity) terms.quantity = *quantity;
    if (parsed_.request.action == Action::New) {
      if (!quantity) fail("quantity", "be given", at("quantity"));
      return;
    }
    if (!quantity && !terms.limit_price && !terms.stop_price) {
      fail("quantity", "be given, or limit_price or stop_price, in a replace", at("quantity"));
    }
    if (quantity && *quantity == orders::Quantity{0}) {
      fail("quantity", "not be 0 in a replace", at("quantity"));
    }
  }

  const Json& json_;
  const EngineConfig& config_;
  ParsedOrder parsed_;
};

monitoring::HttpResponse answer_json(const orders::OrderRequest& request, const OrderAnswer& answer) {
  const bool is_refused = answer.refused != orders::DenyReason::None;
  Json body{{"status", is_refused ? "denied" : "success"},
            {"client_order_id", request.client_order_id.view()},
            {"order_id", answer.order == orders::kNoOrder ? Json(nullptr)
                                                          : Json(static_cast<std::uint64_t>(answer.order))}};
  if (answer.order != orders::kNoOrder) body["state"] = orders::to_string(answer.status);
  if (is_refused) body["reason"] = orders::to_string(answer.refused);
  body["record"] = answer.record;
  monitoring::HttpResponse response;
  response.status = is_refused ? 422 : 200;
  response.body = body.dump() + "\n";
  return response;
}

}  // namespace

ParsedOrder parse_order_json(const std::string& body, const EngineConfig& config) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) {
    ParsedOrder wrong;
    wrong.error = "body: must be a JSON object, an order";
    return wrong;
  }
  return Reader(json, config).read();
}

void add_order_endpoint(monitoring::HttpServer& server, const EngineConfig& config, PlaceOrder place) {
  server.add_route({monitoring::HttpMethod::Post}, "/api/control/order",
                   [&config, place = std::move(place)](const monitoring::HttpRequest& request) {
                     const ParsedOrder parsed = parse_order_json(request.body, config);
                     if (!parsed.error.empty()) return monitoring::http_error(400, "bad_data", parsed.error);
                     const auto answer = place(parsed.request, parsed.venue_known);
                     if (!answer) {
                       return monitoring::http_error(
                           503, "unavailable",
                           "the engine did not take the request up in time, or could not keep it");
                     }
                     return answer_json(parsed.request, *answer);
                   });
}

}  // namespace vigil::engine
