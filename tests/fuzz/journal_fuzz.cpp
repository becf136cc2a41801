// The input is a segment of a journal as it stands (first byte r), or (e) events one behind another: a type,
// the length of the body (2 bytes), the body, the length of the tape (2 bytes), the tape. A segment is read;
// events are shown as JSON and played into a core, which does what they say or says why not.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"
#include "engine/core/core.h"
#include "engine/journal/journal_player.h"
#include "engine/journal/segment_reader.h"
#include "engine/output/journal_json.h"

using namespace vigil;
using namespace vigil::engine;

namespace {

class Nowhere : public VenueGateway {
  SendResult send(const VenueCommand&, orders::EventTime) noexcept override { return SendResult::Sent; }
};

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

std::string_view take(std::string_view& rest) {
  std::uint16_t size = 0;
  if (rest.size() < sizeof size) {
    rest = {};
    return {};
  }
  std::memcpy(&size, rest.data(), sizeof size);
  rest.remove_prefix(sizeof size);
  const std::string_view part = rest.substr(0, size);
  rest.remove_prefix(part.size());
  return part;
}

void play(std::string_view rest) {
  monitoring::Registry registry(false);
  monitoring::Logger logger(config().log, registry, [](std::string_view) {});
  Nowhere nowhere;
  orders::Duration time = std::chrono::hours{500'000};
  Core core(config(), StageClock::Mode::Manual, CoreLinks{registry, logger, nowhere},
            orders::manual_time(orders::Timestamp{time}));
  JournalPlayer player(core);
  while (rest.size() > 1) {
    RecordView record;
    record.header.type = static_cast<RecordType>(static_cast<unsigned char>(rest[0]) %
                                                 (static_cast<unsigned>(kLastRecordType) + 1));
    rest.remove_prefix(1);
    record.body = take(rest);
    record.tape = take(rest);
    time += std::chrono::milliseconds{50};
    record.header.time = orders::manual_time(orders::Timestamp{time});
    static_cast<void>(record_json(config(), record));
    if (!player.play(record).empty()) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input[0] == 'e') {
    play(input.substr(1));
    return 0;
  }
  JournalPosition position;
  static_cast<void>(
      read_segment(input.substr(1), position, {.check_chain = true}, [](const RecordView& record) {
        static_cast<void>(record_json(config(), record));
        return true;
      }));
  return 0;
}
