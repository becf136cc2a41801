// The input is a snapshot's file (first byte h), or what one has of the core (c) or of its metrics (m), which
// no checksum guards here. It is read, and restored into a core: what goes in comes out again as it was.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"
#include "engine/journal/snapshot.h"
#include "engine/journal/solitary_core.h"

using namespace vigil;
using namespace vigil::engine;

namespace {

const EngineConfig& config() {
  static const EngineConfig read = [] {
    EngineConfig small = read_engine_config(default_config_text(), "fuzz");
    small.orders.order_capacity = 64;
    small.orders.fill_capacity = 256;
    small.log.level = monitoring::LogLevel::Fatal;
    return small;
  }();
  return read;
}

std::string written_down(SolitaryCore& core) {
  return make_snapshot({{}, core.core().now(), {}}, core.core(), core.registry());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  Snapshot given;
  if (input[0] == 'h') {
    static_cast<void>(read_snapshot(input.substr(1), given));
    return 0;
  }
  // The other parts are those of a core that has seen nothing.
  static const std::string plain = [] {
    SolitaryCore fresh(config(), StageClock::Mode::Manual, nullptr);
    return written_down(fresh);
  }();
  if (!read_snapshot(plain, given).empty()) std::abort();
  (input[0] == 'c' ? given.core : given.metrics) = input.substr(1);
  SolitaryCore core(config(), StageClock::Mode::Manual, nullptr);
  if (!core.begin_at(given).empty()) return 0;
  const std::string bytes = written_down(core);
  Snapshot again;
  if (!read_snapshot(bytes, again).empty()) std::abort();
  SolitaryCore other(config(), StageClock::Mode::Manual, nullptr);
  if (!other.begin_at(again).empty() || written_down(other) != bytes) std::abort();
  return 0;
}
