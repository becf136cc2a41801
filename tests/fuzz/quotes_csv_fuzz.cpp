// The input is a quotes file, plain or gzip.
#include "tests/fuzz/feed_fuzz.h"

using namespace vigil::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::check_feed({FeedFormat::Quotes, fuzz::folder().write("quotes.csv", fuzz::text_of(data, size))});
  return 0;
}
