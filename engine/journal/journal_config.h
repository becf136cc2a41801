#pragma once

#include <chrono>
#include <cstdint>

#include "orders/time.h"

namespace vigil::engine {

/// When an order may leave the engine.
enum class JournalAck : std::uint8_t {
  Durable,  ///< once it is on the disk
  Async,    ///< at once; a crash of the machine may forget the last sync_interval
};

/// What of the market the journal keeps.
enum class MarketDataKept : std::uint8_t {
  None,  ///< the last quotes before an event that is kept, which it may have been decided by
  Top,   ///< every quote
  All,   ///< every quote and trade
};

struct JournalConfig {
  bool enabled = true;  ///< wherever there is a data folder
  JournalAck ack = JournalAck::Durable;
  orders::Duration sync_interval = std::chrono::milliseconds{100};  ///< Async only
  MarketDataKept market_data = MarketDataKept::All;
  std::uint64_t segment_bytes = std::uint64_t{64} << 20U;
  std::uint64_t buffer_bytes = std::uint64_t{8} << 20U;  ///< between the core and the journal's thread
  std::uint32_t hash_every = 4096;                       ///< events between two state hashes
  /// Bytes of journal between two snapshots, more where a snapshot has more; 0: none are made.
  std::uint64_t snapshot_every = std::uint64_t{256} << 20U;
  /// Older records go once a snapshot stands behind them; 0: all are kept.
  orders::Duration retention = std::chrono::hours{24 * 30};
};

}  // namespace vigil::engine
