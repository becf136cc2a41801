#include "engine/config/config_sections.h"
#include "engine/config/config_values.h"
#include "engine/config/config_words.h"

namespace vigil::engine {

void read_journal_section(const YamlValue& journal, JournalConfig& out) {
  read_boolean(journal["enabled"], out.enabled);
  read_choice(journal["ack"], out.ack, kJournalAckWords);
  read_duration(journal["sync_interval"], out.sync_interval, std::chrono::milliseconds{1},
                std::chrono::minutes{1});
  read_choice(journal["market_data"], out.market_data, kMarketDataKeptWords);
  // Several of the longest records fit into either.
  read_count(journal["segment_bytes"], out.segment_bytes, 4ULL << 20U, 1ULL << 34U);
  read_count(journal["buffer_bytes"], out.buffer_bytes, 2ULL << 20U, 1ULL << 32U);
  read_count(journal["hash_every"], out.hash_every, 1, 1'000'000);
  read_count(journal["snapshot_every"], out.snapshot_every, 0, 1ULL << 40U);
  read_duration(journal["retention"], out.retention, std::chrono::seconds{0}, std::chrono::hours{24 * 3660});
}

}  // namespace vigil::engine
