#include "engine/journal/segment_reader.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace vigil::engine {
namespace {

/// Compared with itself moved on by one, which memcmp does many bytes at a time: the room that was taken
/// ahead can be most of a segment.
bool is_zero(std::string_view bytes) noexcept {
  return bytes.empty() ||
         (bytes.front() == '\0' && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

/// The whole record that begins here.
std::optional<RecordView> record_at(std::string_view bytes) noexcept {
  RecordView record;
  if (!get_header(bytes, record.header) || record.header.size > bytes.size()) return std::nullopt;
  const std::string_view whole = bytes.substr(0, record.header.size);
  if (!checksum_is_right(whole)) return std::nullopt;
  record.body = whole.substr(kRecordHeaderBytes, record.header.body_size);
  record.tape = whole.substr(kRecordHeaderBytes + record.header.body_size);
  return record;
}

std::size_t seals_in(std::string_view bytes) noexcept {
  std::size_t seals = 0;
  for (std::size_t at = 0; at + kRecordHeaderBytes <= bytes.size();) {
    const auto record = record_at(bytes.substr(at));
    if (record && record->header.type == RecordType::Seal) ++seals;
    at += record ? record->header.size : kRecordAlignment;
  }
  return seals;
}

std::string numbered(const char* what, std::uint64_t sequence) {
  return std::string{what} + " " + std::to_string(sequence);
}

}  // namespace

SegmentEnd read_segment(std::string_view bytes, JournalPosition& position, const ReadOptions& options,
                        const std::function<bool(const RecordView&)>& take) {
  SegmentEnd end;
  SegmentHeader segment;
  end.error = read_segment_header(bytes, segment);
  if (!end.error.empty()) return end;
  if (position.run != 0) {
    if (segment.first_sequence != position.next_sequence) {
      end.error = "must begin with " + numbered("record", position.next_sequence) + ", begins with " +
                  std::to_string(segment.first_sequence) + ": records are missing";
      return end;
    }
    if (options.check_chain && segment.chain != position.chain) {
      end.error = "does not continue the chain: records before it were altered";
      return end;
    }
  }
  position = {.next_sequence = segment.first_sequence, .run = segment.run, .chain = segment.chain};
  ChainHasher chain(segment.chain);
  std::size_t at = kSegmentHeaderBytes;
  std::size_t sealed = at;
  end.bytes = at;
  while (at < bytes.size()) {
    const auto record = record_at(bytes.substr(at));
    if (!record) break;
    const std::string_view whole = bytes.substr(at, record->header.size);
    if (record->header.type == RecordType::Seal) {
      if (record->header.sequence + 1 != position.next_sequence) {
        end.error = numbered("record", position.next_sequence) + " is missing before the seal behind " +
                    numbered("record", record->header.sequence);
        return end;
      }
      ChainHash head{};
      std::copy_n(record->body.begin(), std::min(record->body.size(), head.size()),
                  reinterpret_cast<char*>(head.data()));
      if (options.check_chain && chain.seal() != head) {
        end.error = "the chain is broken at the seal behind " +
                    numbered("record", position.next_sequence - 1) + ": records were altered";
        return end;
      }
      position.chain = head;
      sealed = at + whole.size();
      if (options.on_seal) options.on_seal(record->header.sequence, head);
    } else {
      if (record->header.sequence != position.next_sequence) {
        end.error = numbered("record", position.next_sequence) + " is missing, " +
                    numbered("record", record->header.sequence) + " stands in its place";
        return end;
      }
      if (options.check_chain) chain.add(whole);
      ++position.next_sequence;
      if (!take(*record)) {
        end.bytes = at + whole.size();
        return end;
      }
    }
    at += whole.size();
    end.bytes = at;
  }
  if (at > sealed) {
    ChainHasher unsealed(position.chain);
    unsealed.add(bytes.substr(sealed, at - sealed));
    position.chain = unsealed.seal();
  }
  const std::string_view rest = bytes.substr(std::min(at, bytes.size()));
  if (is_zero(rest)) return end;
  if (seals_in(rest) >= 2) {
    end.error =
        "at byte " + std::to_string(at) + ": " + numbered("record", position.next_sequence) + " is damaged";
    return end;
  }
  end.torn_bytes = rest.find_last_not_of('\0') + 1;
  return end;
}

}  // namespace vigil::engine
