// Any text is either refused with messages or read as a configuration whose shown form reads back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/config/engine_config_reader.h"
#include "engine/config/engine_config_writer.h"

using namespace vigil::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  EngineConfig config;
  try {
    config = read_engine_config(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz.yaml");
  } catch (const ConfigError& e) {
    if (e.messages().empty()) std::abort();
    return 0;
  }
  const std::string shown = show_config(config);
  if (show_config(read_engine_config(shown, "shown.yaml")) != shown) std::abort();
  return 0;
}
