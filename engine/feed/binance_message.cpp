#include "engine/feed/binance_message.h"

#include <cstdint>
#include <nlohmann/json.hpp>

namespace vigil::engine {

using Json = nlohmann::json;

/// Receives the parser's events. Fields are taken from the object itself (depth 1: stream, lastUpdateId) and
/// from its "data" object (depth 2); everything deeper only has to be well formed.
struct BinanceMessageReader::Handler {
  BinanceMessage message;
  int depth = 0;
  bool in_data = false;    ///< the value being read at depth 2 belongs to "data"
  bool is_object = false;  ///< the outermost value is an object
  std::string top_key;
  std::string* target = nullptr;  ///< where a string value goes, by its key
  bool is_flag = false;           ///< the value is "m"

  void reset() {
    for (std::string* field : {&message.stream, &message.symbol, &message.bid, &message.bid_size,
                               &message.ask, &message.ask_size, &message.price, &message.size}) {
      field->clear();
    }
    message.is_snapshot = false;
    message.buyer_rested = -1;
    depth = 0;
    in_data = false;
    is_object = false;
    forget_key();
  }
  void forget_key() {
    target = nullptr;
    is_flag = false;
  }

  bool start_object(std::size_t) {
    forget_key();
    if (depth == 0) is_object = true;
    if (depth == 1) in_data = top_key == "data";
    ++depth;
    return true;
  }
  bool end_object() { return close(); }
  bool start_array(std::size_t) {
    forget_key();
    if (depth == 1) in_data = false;
    ++depth;
    return true;
  }
  bool end_array() { return close(); }
  bool close() {
    --depth;
    forget_key();
    return true;
  }
  bool key(std::string& name) {
    forget_key();
    if (depth == 1) {
      top_key = name;
      if (name == "stream") target = &message.stream;
      if (name == "lastUpdateId") message.is_snapshot = true;
    }
    if (depth == 2 && in_data && name.size() == 1) {
      target = field_of(name[0]);
      is_flag = name[0] == 'm';
    }
    return true;
  }
  std::string* field_of(char name) {
    switch (name) {
      case 's':
        return &message.symbol;
      case 'b':
        return &message.bid;
      case 'B':
        return &message.bid_size;
      case 'a':
        return &message.ask;
      case 'A':
        return &message.ask_size;
      case 'p':
        return &message.price;
      case 'q':
        return &message.size;
      default:
        return nullptr;
    }
  }
  bool string(std::string& value) {
    if (target != nullptr) *target = value;
    return true;
  }
  bool boolean(bool value) {
    if (is_flag) message.buyer_rested = value ? 1 : 0;
    return true;
  }
  bool null() { return true; }
  bool number_integer(Json::number_integer_t) { return true; }
  bool number_unsigned(Json::number_unsigned_t) { return true; }
  bool number_float(Json::number_float_t, const std::string&) { return true; }
  bool binary(Json::binary_t&) { return true; }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) { return false; }
};

BinanceMessageReader::BinanceMessageReader() : handler_(std::make_unique<Handler>()) {}
BinanceMessageReader::~BinanceMessageReader() = default;

const BinanceMessage* BinanceMessageReader::read(std::string_view json, LineFault& fault) {
  handler_->reset();
  const bool sound = Json::sax_parse(json.begin(), json.end(), handler_.get());
  if (!sound || !handler_->is_object) {
    fault.set("message", "be one JSON object", json);
    return nullptr;
  }
  BinanceMessage& message = handler_->message;
  message.is_snapshot = message.is_snapshot && message.stream.empty();
  return &message;
}

}  // namespace vigil::engine
