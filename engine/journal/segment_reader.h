#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/tape/journal_format.h"

namespace vigil::engine {

/// A record as it stands in a segment. What the views point to is the segment's.
struct RecordView {
  RecordHeader header;
  std::string_view body;
  std::string_view tape;
};

/// How far a journal has been read.
struct JournalPosition {
  std::uint64_t next_sequence = 1;
  std::uint64_t run = 0;  ///< of the last segment; 0: none was read
  ChainHash chain{};      ///< over all records read
};

/// What was found where a segment's records end.
struct SegmentEnd {
  std::size_t bytes = 0;       ///< where the last whole record ends
  std::size_t torn_bytes = 0;  ///< behind it: of a write that a crash cut short; 0: none
  std::string error;           ///< what cannot come from a crash: damage, something missing, a broken chain
};

struct ReadOptions {
  bool check_chain = false;
  /// Sees each seal: the record before it, and the head of the chain. By any thread, one after the other.
  std::function<void(std::uint64_t sequence, const ChainHash& head)> on_seal = nullptr;
};

/// Reads one segment from its header on. The records must continue `position`, which moves on with them;
/// the chain is checked at each seal if that is asked for. A write that was cut short leaves at most one seal
/// behind the tear, because the next is written only after the one before was synced: what is not whole and
/// has two seals or more behind it was damaged later.
///
/// `take` sees every whole record but seals, in order; answering false ends the reading there.
SegmentEnd read_segment(std::string_view bytes, JournalPosition& position, const ReadOptions& options,
                        const std::function<bool(const RecordView&)>& take);

}  // namespace vigil::engine
