// The input is the JSON of what the delivery of alerts keeps or is asked: the first byte says which. What is
// read is written and read again, and must be the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "monitoring/delivery/delivery_json.h"
#include "monitoring/delivery/rfc3339.h"

using namespace vigil::monitoring;

namespace {

template <typename Parse, typename Write>
void check(std::string_view text, const Parse& parse, const Write& write) {
  const auto first = parse(text);
  if (!first) return;
  const std::string written = write(*first);
  const auto second = parse(written);
  if (!second || write(*second) != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'a':
      check(text, parse_alert, alert_json);
      break;
    case 'n':
      check(text, parse_notification, notification_json);
      break;
    case 'm':
      check(text, parse_memo, memo_json);
      break;
    case 's': {
      const ParsedSilence parsed = parse_silence(text);
      if (parsed.silence.has_value() == !parsed.fault.empty()) std::abort();
      check(
          text, [](std::string_view each) { return parse_silence(each).silence; }, silence_json);
      break;
    }
    case 'h':
      check(text, parse_history, history_json);
      break;
    default:
      check(text, parse_rfc3339, rfc3339);
  }
  return 0;
}
