#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/feed/feed_error.h"

namespace vigil::engine {

/// The fields of one combined-stream message that a feed of the top of the book wants. Text stays text:
/// prices and sizes are decimal strings in the JSON, so no floating point is involved.
struct BinanceMessage {
  std::string stream;        ///< "btcusdt@bookTicker"; empty in a REST snapshot
  bool is_snapshot = false;  ///< has a lastUpdateId and no stream
  std::string symbol;        ///< s
  std::string bid;           ///< b
  std::string bid_size;      ///< B
  std::string ask;           ///< a
  std::string ask_size;      ///< A
  std::string price;         ///< p
  std::string size;          ///< q
  int buyer_rested = -1;     ///< m: 1 true, 0 false, -1 not there
};

/// Takes messages apart; keeps its buffers, so that steady use does not allocate.
class BinanceMessageReader {
 public:
  BinanceMessageReader();
  ~BinanceMessageReader();
  /// The message in `json`, valid until the next call; null and the fault where it is not one JSON object.
  [[nodiscard]] const BinanceMessage* read(std::string_view json, LineFault& fault);

 private:
  struct Handler;
  std::unique_ptr<Handler> handler_;
};

}  // namespace vigil::engine
