// The input is the URL of a push gateway.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "monitoring/export/push_target.h"

namespace {

using namespace vigil::monitoring;

std::optional<PushTarget> read(std::string_view url) {
  try {
    return parse_push_url(url);
  } catch (const std::runtime_error& error) {
    if (!std::string_view(error.what()).starts_with("http://")) std::abort();
    return std::nullopt;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto target = read({reinterpret_cast<const char*>(data), size});
  if (!target) return 0;
  if (target->host.empty() || target->port == 0) std::abort();
  // Encoding may make a URL longer than what is read.
  if (const auto again = read(push_url(*target)); again && *again != *target) std::abort();
  if (read(target->text())->authority() != target->authority()) std::abort();
  const std::string path = push_path(*target, target->user, {{"instance", target->password}});
  for (const char c : path) {
    if (c <= ' ' || c > '~') std::abort();
  }
  return 0;
}
