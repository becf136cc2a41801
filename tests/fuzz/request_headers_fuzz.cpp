// The input is what a scraper may send: the values of Accept, Accept-Encoding, Authorization and the query, a
// line each; and a label value, the whole of it.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "monitoring/exposition/format.h"
#include "monitoring/http/credentials.h"
#include "monitoring/http/message.h"
#include "monitoring/metrics/series_table.h"
#include "monitoring/utf8.h"

using namespace vigil::monitoring;

namespace {

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string_view rest = input;
  (void)negotiated_format(next_line(rest));
  (void)accepts_gzip(next_line(rest));
  const HttpCredentials wanted{.token = "secret", .user = "user", .password = "password"};
  (void)presents(wanted, next_line(rest));
  (void)parse_form(next_line(rest));

  // A label set is found again and reads back as it was given, whatever stands in it.
  constexpr std::array<std::string_view, 2> kLabels{"a", "b"};
  const std::string value = repaired_utf8(input);
  const std::array<std::string_view, 2> values{value, "b"};
  const std::array<std::string_view, 2> swapped{"b", value};
  SeriesTable table(kLabels);
  const std::uint32_t number = table.add(values, 0);
  if (table.find(values) != number || table.values(number)[0] != value) std::abort();
  if (value != "b" && table.find(swapped).has_value()) std::abort();
  return 0;
}
