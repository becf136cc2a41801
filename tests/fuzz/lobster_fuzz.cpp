// The input is a message file, a line "====", and its orderbook file.
#include "tests/fuzz/feed_fuzz.h"

using namespace vigil::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view kSeparator = "====\n";
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t at = text.find(kSeparator);
  const std::string_view book = at == std::string_view::npos ? "" : text.substr(at + kSeparator.size());
  fuzz::folder().write("XYZ_2012-06-21_34200000_57600000_orderbook_1.csv", book);
  fuzz::check_feed(
      {FeedFormat::Lobster,
       fuzz::folder().write("XYZ_2012-06-21_34200000_57600000_message_1.csv", text.substr(0, at))});
  return 0;
}
