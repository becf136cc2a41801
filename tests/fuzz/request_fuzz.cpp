// The input is what a client may send on a connection: requests, one after the other. The first byte is the
// size of the pieces in which they come the second time, and the requests must be the same.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "monitoring/http/request_reader.h"

using namespace vigil::monitoring;

namespace {

constexpr RequestLimits kLimits{.header = 512, .body = 64};

/// What a reader makes of it, so that two readings can be compared.
std::string told(std::string_view bytes, std::size_t piece) {
  RequestReader reader(kLimits);
  std::string text;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (true) {
      const ReadResult result = reader.next();
      if (result == ReadResult::NeedsMore) break;
      if (result == ReadResult::Header) continue;
      const HttpRequest& request = reader.request();
      if (result != ReadResult::Whole) return text + "refused " + reader.fault();
      if (request.body.size() > kLimits.body || request.headers.size() > kMaxHeaders) std::abort();
      text += std::string(to_string(request.method)) + ' ' + std::string(reader.raw_path());
      for (const auto& [name, value] : request.headers)
        text.append("|").append(name).append(":").append(value);
      text += "[" + request.body + "]" + (reader.wants_close() ? "close\n" : "\n");
      reader.restart();
    }
  }
  return text + (reader.has_begun() ? "more" : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = std::max<std::size_t>(data[0], 1);
  if (told(bytes, bytes.size() + 1) != told(bytes, piece)) std::abort();
  return 0;
}
