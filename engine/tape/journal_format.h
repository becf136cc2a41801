#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "monitoring/http/digest.h"
#include "orders/time.h"

// The journal's format, version 1: docs/JOURNAL.md says it byte by byte.

namespace vigil::engine {

inline constexpr std::uint32_t kJournalVersion = 1;
inline constexpr std::string_view kSegmentMagic = "VIGILJNL";
inline constexpr std::size_t kSegmentHeaderBytes = 96;
inline constexpr std::size_t kRecordHeaderBytes = 40;
/// Records begin at multiples of it.
inline constexpr std::size_t kRecordAlignment = 8;
/// The longest record: an event that cancels all there is, or a configuration.
inline constexpr std::size_t kMaxRecordBytes = std::size_t{1} << 20U;

/// The head of the chain: SHA-256 over all that was recorded before.
using ChainHash = monitoring::Sha256::Hash;

enum class RecordType : std::uint8_t {
  RunStarted = 1,       ///< an engine took the journal up; its configuration
  Quote = 2,            ///< market data
  Trade = 3,            ///< market data
  Request = 4,          ///< an order, replace or cancel from outside
  Report = 5,           ///< what a venue says of an order
  VenueConnection = 6,  ///< a venue's connection came or went
  Control = 7,          ///< what a person, or an alert, asks for
  Timer = 8,            ///< time has passed: time-outs, retries, sweeps
  StateHash = 9,        ///< the running hash of all effects so far
  RunEnded = 10,        ///< the engine ended in order
  Seal = 11,            ///< written by the journal's thread: what stands before it is on the disk
  Alert = 12,           ///< an alert's state changed
  Signal = 13,          ///< what a model says
};
inline constexpr RecordType kLastRecordType = RecordType::Signal;
/// "run_started", "quote", ...
[[nodiscard]] std::string_view to_string(RecordType type) noexcept;

/// The event's clock readings stand on its tape; else its durations are all zero (a manual clock).
inline constexpr std::uint8_t kFlagClock = 1;

struct RecordHeader {
  std::uint32_t crc = 0;   ///< CRC-32C of all that follows, padding included
  std::uint32_t size = 0;  ///< of the whole record, a multiple of kRecordAlignment
  std::uint64_t sequence = 0;
  orders::EventTime time;
  RecordType type = RecordType::Timer;
  std::uint8_t flags = 0;
  std::uint16_t reserved = 0;
  std::uint32_t body_size = 0;  ///< what follows the body, up to the padding, is the tape
};

struct SegmentHeader {
  std::uint32_t version = kJournalVersion;
  std::uint64_t first_sequence = 1;
  orders::Timestamp created{};
  std::uint64_t run = 1;  ///< runs of an engine on this journal, counted from 1
  ChainHash chain{};      ///< before the first record
};

/// Writes the header's kRecordHeaderBytes but for the checksum, which seal_record() adds.
void put_header(char* at, const RecordHeader& header) noexcept;
/// The checksum of a whole record, into its place.
void put_checksum(char* record, std::size_t size) noexcept;
/// The header that begins here, or nothing if it can be none. The checksum is not looked at.
[[nodiscard]] bool get_header(std::string_view bytes, RecordHeader& out) noexcept;
[[nodiscard]] bool checksum_is_right(std::string_view record) noexcept;

/// The checksum of a file's header, CRC-32C in its last 4 bytes of those before.
void put_header_checksum(std::string& file, std::size_t header_size) noexcept;
[[nodiscard]] bool header_checksum_is_right(std::string_view file, std::size_t header_size) noexcept;

[[nodiscard]] std::string segment_header_bytes(const SegmentHeader& header);
/// An error for people, "" if all is well.
[[nodiscard]] std::string read_segment_header(std::string_view bytes, SegmentHeader& out);

// Files of a journal are named after the number of a record, in 20 digits.
[[nodiscard]] std::string numbered_name(std::uint64_t number, std::string_view suffix);
[[nodiscard]] bool is_numbered_name(std::string_view name, std::string_view suffix) noexcept;
/// The number in such a name.
[[nodiscard]] std::uint64_t number_of(std::string_view name) noexcept;

/// "00000000000000000001.journal"
[[nodiscard]] std::string segment_name(std::uint64_t first_sequence);
[[nodiscard]] bool is_segment_name(std::string_view name) noexcept;

/// The chain's next head: SHA-256 of the head before and the bytes of the records since.
class ChainHasher {
 public:
  explicit ChainHasher(const ChainHash& before) { restart(before); }

  void add(std::string_view bytes) noexcept { hash_.add(bytes); }
  /// The head over all that was added; the next begins with it.
  ChainHash seal() noexcept {
    const ChainHash head = hash_.finish();
    restart(head);
    return head;
  }
  void restart(const ChainHash& before) noexcept {
    hash_.begin();
    hash_.add({reinterpret_cast<const char*>(before.data()), before.size()});
  }

 private:
  monitoring::Sha256 hash_;
};

}  // namespace vigil::engine
