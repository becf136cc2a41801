#include "engine/tape/tape_reader.h"

#include "engine/tape/event_codec.h"
#include "engine/tape/event_tape.h"

namespace vigil::engine {

std::optional<std::vector<TapeEntry>> read_tape(std::string_view tape) {
  WireReader in(tape);
  std::vector<TapeEntry> entries;
  while (!in.is_at_end() && !in.has_failed()) {
    auto tag = TapeTag::End;
    in.choice(tag, TapeTag::Crossing);
    if (tag == TapeTag::End) break;
    switch (tag) {
      case TapeTag::Clock:
        entries.emplace_back(orders::Duration{static_cast<std::int64_t>(in.varint())});
        break;
      case TapeTag::Sent:
        entries.emplace_back(SendResult::Sent);
        break;
      case TapeTag::Disconnected:
        entries.emplace_back(SendResult::Disconnected);
        break;
      case TapeTag::QueueFull:
        entries.emplace_back(SendResult::QueueFull);
        break;
      case TapeTag::Request: {
        orders::OrderRequest request;
        fields(in, request);
        entries.emplace_back(request);
        break;
      }
      case TapeTag::Crossing: {
        Crossing crossing;
        std::uint8_t count = 0;
        in(crossing.judge_point);
        in(count);
        for (int i = 0; i < count; ++i) fields(in, crossing.commands.emplace_back());
        entries.emplace_back(std::move(crossing));
        break;
      }
      case TapeTag::End:
        break;
    }
  }
  if (in.has_failed()) return std::nullopt;
  return entries;
}

}  // namespace vigil::engine
