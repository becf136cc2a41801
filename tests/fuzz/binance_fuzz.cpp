// The input is a recording of the spot market's BTCUSDT, plain or gzip.
#include "tests/fuzz/feed_fuzz.h"

using namespace vigil::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = fuzz::folder().write("spot_btcusdt_20240101", fuzz::text_of(data, size));
  fuzz::check_feed({FeedFormat::Binance, path});
  return 0;
}
