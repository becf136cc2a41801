#include "engine/tape/journal_format.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "engine/tape/wire.h"
#include "monitoring/store/crc32c.h"

namespace vigil::engine {
namespace {

constexpr std::size_t kChecksumBytes = 4;
constexpr std::size_t kSegmentChecked = kSegmentHeaderBytes - kChecksumBytes;
constexpr std::string_view kSuffix = ".journal";
constexpr std::size_t kNameDigits = 20;

template <typename Wire, Fields<RecordHeader> Header>
void fields(Wire& wire, Header& header) {
  wire(header.crc);
  wire(header.size);
  wire(header.sequence);
  wire(header.time);
  wire.choice(header.type, kLastRecordType);
  wire(header.flags);
  wire(header.reserved);
  wire(header.body_size);
}

template <typename Wire, Fields<SegmentHeader> Header>
void fields(Wire& wire, Header& header) {
  std::uint32_t size = kSegmentHeaderBytes;
  wire(header.version);
  wire(size);
  wire(header.first_sequence);
  wire(header.created);
  wire(header.run);
  for (auto& byte : header.chain) wire(byte);
}

}  // namespace

std::string_view to_string(RecordType type) noexcept {
  switch (type) {
    case RecordType::RunStarted:
      return "run_started";
    case RecordType::Quote:
      return "quote";
    case RecordType::Trade:
      return "trade";
    case RecordType::Request:
      return "request";
    case RecordType::Report:
      return "report";
    case RecordType::VenueConnection:
      return "venue_connection";
    case RecordType::Control:
      return "control";
    case RecordType::Timer:
      return "timer";
    case RecordType::StateHash:
      return "state_hash";
    case RecordType::RunEnded:
      return "run_ended";
    case RecordType::Seal:
      return "seal";
    case RecordType::Alert:
      return "alert";
    case RecordType::Signal:
      return "signal";
  }
  return "unknown";
}

void put_header(char* at, const RecordHeader& header) noexcept {
  WireWriter wire(at, kRecordHeaderBytes);
  fields(wire, header);
}

void put_checksum(char* record, std::size_t size) noexcept {
  const std::uint32_t crc = monitoring::crc32c({record + kChecksumBytes, size - kChecksumBytes});
  std::memcpy(record, &crc, sizeof crc);
}

bool get_header(std::string_view bytes, RecordHeader& out) noexcept {
  if (bytes.size() < kRecordHeaderBytes) return false;
  WireReader wire(bytes.substr(0, kRecordHeaderBytes));
  fields(wire, out);
  return !wire.has_failed() && static_cast<std::uint8_t>(out.type) != 0 && out.size >= kRecordHeaderBytes &&
         out.size <= kMaxRecordBytes && out.size % kRecordAlignment == 0 &&
         out.body_size <= out.size - kRecordHeaderBytes;
}

bool checksum_is_right(std::string_view record) noexcept {
  std::uint32_t crc = 0;
  std::memcpy(&crc, record.data(), sizeof crc);
  return crc == monitoring::crc32c(record.substr(kChecksumBytes));
}

void put_header_checksum(std::string& file, std::size_t header_size) noexcept {
  const std::size_t checked = header_size - kChecksumBytes;
  const std::uint32_t crc = monitoring::crc32c(std::string_view{file}.substr(0, checked));
  std::memcpy(file.data() + checked, &crc, sizeof crc);
}

bool header_checksum_is_right(std::string_view file, std::size_t header_size) noexcept {
  const std::size_t checked = header_size - kChecksumBytes;
  std::uint32_t crc = 0;
  std::memcpy(&crc, file.data() + checked, sizeof crc);
  return crc == monitoring::crc32c(file.substr(0, checked));
}

std::string segment_header_bytes(const SegmentHeader& header) {
  std::string bytes(kSegmentHeaderBytes, '\0');
  WireWriter wire(bytes.data(), kSegmentChecked);
  wire.bytes(kSegmentMagic);
  fields(wire, header);
  put_header_checksum(bytes, kSegmentHeaderBytes);
  return bytes;
}

std::string read_segment_header(std::string_view bytes, SegmentHeader& out) {
  if (bytes.size() < kSegmentHeaderBytes || !bytes.starts_with(kSegmentMagic)) {
    return "is no segment of a journal";
  }
  WireReader wire(bytes.substr(kSegmentMagic.size(), kSegmentChecked));
  fields(wire, out);
  if (out.version != kJournalVersion) {
    return "must be of format version " + std::to_string(kJournalVersion) + ", is of " +
           std::to_string(out.version);
  }
  if (!header_checksum_is_right(bytes, kSegmentHeaderBytes)) return "the header's checksum is wrong";
  return "";
}

std::string numbered_name(std::uint64_t number, std::string_view suffix) {
  const std::string digits = std::to_string(number);
  return std::string(kNameDigits - digits.size(), '0') + digits + std::string{suffix};
}

bool is_numbered_name(std::string_view name, std::string_view suffix) noexcept {
  return name.size() == kNameDigits + suffix.size() && name.ends_with(suffix) &&
         name.find_first_not_of("0123456789") == kNameDigits;
}

std::uint64_t number_of(std::string_view name) noexcept {
  std::uint64_t number = 0;
  std::from_chars(name.data(), name.data() + std::min(kNameDigits, name.size()), number);
  return number;
}

std::string segment_name(std::uint64_t first_sequence) {
  return numbered_name(first_sequence, kSuffix);
}

bool is_segment_name(std::string_view name) noexcept {
  return is_numbered_name(name, kSuffix);
}

}  // namespace vigil::engine
