#include "engine/journal/journal_writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "engine/journal/journal_metrics.h"
#include "engine/tape/wire.h"
#include "monitoring/time/machine_clock.h"

namespace vigil::engine {
namespace {

/// Of the ring at most so much goes into one write: what was written can be handed back to the core.
constexpr std::size_t kMaxBatch = std::size_t{2} << 20U;
constexpr std::size_t kSealBytes = kRecordHeaderBytes + sizeof(ChainHash);
static_assert(kSealBytes % kRecordAlignment == 0);
constexpr const char* kNextName = "next.segment";
constexpr orders::Duration kRetryRoom = std::chrono::seconds{1};
constexpr orders::Duration kCheckEvery = std::chrono::seconds{1};

std::string started_record(std::uint64_t sequence, const RunStart& run, orders::EventTime now) {
  std::string record(kMaxRecordBytes, '\0');
  WireWriter body(record.data() + kRecordHeaderBytes, record.size() - kRecordHeaderBytes - kRecordAlignment);
  const std::string_view version = std::string_view{run.version}.substr(0, 255);
  body(run.run);
  body(run.clock);
  body(static_cast<std::uint8_t>(version.size()));
  body.bytes(version);
  body.bytes(run.configuration);
  if (body.has_overflowed()) throw std::length_error("the configuration is too long for the journal");
  RecordHeader header{.sequence = sequence, .time = now, .type = RecordType::RunStarted};
  header.body_size = static_cast<std::uint32_t>(body.size());
  const std::size_t used = kRecordHeaderBytes + body.size();
  header.size =
      static_cast<std::uint32_t>((used + kRecordAlignment - 1) / kRecordAlignment * kRecordAlignment);
  put_header(record.data(), header);
  record.resize(header.size);
  put_checksum(record.data(), record.size());
  return record;
}

}  // namespace

JournalWriter::JournalWriter(RecordRing& ring, JournalDisk& disk, const JournalConfig& config,
                             JournalMetrics* metrics)
    : ring_(ring), disk_(disk), config_(config), metrics_(metrics) {}

JournalWriter::~JournalWriter() = default;

void JournalWriter::start(const JournalPosition& position, RunStart run, orders::EventTime now) {
  run.run = run_ = position.run + 1;
  last_written_ = position.next_sequence - 1;
  head_ = position.chain;
  const std::string record = started_record(position.next_sequence, run, now);
  last_time_ = now;
  int error = disk_.create(kNextName, config_.segment_bytes, next_);
  if (error == 0) error = begin_segment(now.wall);
  if (error == 0) error = put(record);
  if (error == 0) {
    last_written_ = position.next_sequence;
    error = seal(now.monotonic);
  }
  if (error != 0) throw std::system_error(error, std::generic_category(), disk_.path_of(file_name_));
  first_sequence_ = last_written_ + 1;
}

int JournalWriter::begin_segment(orders::Timestamp created) noexcept {
  file_name_ = segment_name(last_written_ + 1);
  file_ = std::move(next_);
  offset_ = 0;
  chain_.restart(head_);
  const std::string header = segment_header_bytes(
      {.first_sequence = last_written_ + 1, .created = created, .run = run_, .chain = head_});
  int error = file_->write(0, header);
  if (error == 0) error = file_->sync();
  // The name comes last: a segment that has one has its header.
  if (error == 0) error = disk_.rename(kNextName, file_name_);
  offset_ = header.size();
  if (error == 0) segment_.store(last_written_ + 1, std::memory_order_release);
  return error;
}

int JournalWriter::put(std::string_view bytes) noexcept {
  const int error = file_->write(offset_, bytes);
  if (error != 0) return error;
  chain_.add(bytes);
  offset_ += bytes.size();
  return 0;
}

int JournalWriter::seal(orders::Duration now) noexcept {
  std::array<char, kSealBytes> record{};
  head_ = chain_.seal();
  std::memcpy(record.data() + kRecordHeaderBytes, head_.data(), head_.size());
  put_header(record.data(), {.size = kSealBytes,
                             .sequence = last_written_,
                             .time = last_time_,
                             .type = RecordType::Seal,
                             .body_size = sizeof(ChainHash)});
  put_checksum(record.data(), record.size());
  int error = file_->write(offset_, {record.data(), record.size()});
  if (error == 0) error = file_->sync();
  if (error != 0) return error;
  offset_ += record.size();
  last_sync_ = now;
  durable_.store(last_written_, std::memory_order_release);
  return 0;
}

int JournalWriter::timed_seal(orders::Duration now) noexcept {
  if (metrics_ == nullptr) return seal(now);
  const orders::Duration before = monitoring::machine_clock.monotonic();
  const int error = seal(now);
  metrics_->synced(monitoring::machine_clock.monotonic() - before);
  return error;
}

bool JournalWriter::turn(orders::Duration now) noexcept {
  if (health() == JournalHealth::Failed) {
    drop_waiting();
    return false;
  }
  if (const int error = check_files(now); error != 0) {
    fail(error);
    return false;
  }
  prepare_next(now);
  const bool wrote = write_batch(now);
  if (health() == JournalHealth::Failed) return false;
  const bool is_due = config_.ack == JournalAck::Durable || now - last_sync_ >= config_.sync_interval;
  if (durable() < last_written_ && is_due) {
    if (const int error = timed_seal(now); error != 0) {
      fail(error);
      return false;
    }
  }
  return wrote;
}

// As many whole records as fit into a write and into the segment.
bool JournalWriter::write_batch(orders::Duration now) noexcept {
  const std::string_view waiting = ring_.waiting();
  if (waiting.empty()) return false;
  char* const memory = ring_.memory_of_waiting();
  // What is written needs a seal behind it.
  const std::uint64_t room = config_.segment_bytes - std::min(config_.segment_bytes, offset_ + kSealBytes);
  std::size_t size = 0;
  std::uint64_t records = 0;
  RecordHeader header;
  while (size < waiting.size() && size < kMaxBatch) {
    RecordHeader next;
    if (!get_header(waiting.substr(size), next) || size + next.size > room) break;
    put_checksum(memory + size, next.size);
    header = next;
    size += next.size;
    ++records;
  }
  if (records == 0) {
    // This segment is full.
    int error = durable() < last_written_ ? seal(now) : 0;
    if (error == 0 && !next_) error = disk_.create(kNextName, config_.segment_bytes, next_);
    if (error == 0) error = begin_segment(last_time_.wall);
    if (error != 0) {
      fail(error);
      return false;
    }
    if (metrics_ != nullptr) metrics_->segment_begun();
    return true;
  }
  if (const int error = put(waiting.substr(0, size)); error != 0) {
    fail(error);
    return false;
  }
  last_written_ = header.sequence;
  last_time_ = header.time;
  ring_.take(size);
  if (metrics_ != nullptr) metrics_->wrote(records, size);
  return true;
}

/// A segment that somebody removes takes what is written all the same, and nobody would know.
int JournalWriter::check_files(orders::Duration now) noexcept {
  if (!file_ || now - last_check_ < kCheckEvery) return 0;
  last_check_ = now;
  return file_->check();
}

void JournalWriter::prepare_next(orders::Duration now) noexcept {
  if (next_ || offset_ < config_.segment_bytes / 2) return;
  if (health() == JournalHealth::Full && now - last_attempt_ < kRetryRoom) return;
  last_attempt_ = now;
  const int error = disk_.create(kNextName, config_.segment_bytes, next_);
  error_.store(error, std::memory_order_relaxed);
  health_.store(error == 0 ? JournalHealth::Good : JournalHealth::Full, std::memory_order_release);
}

void JournalWriter::drop_waiting() noexcept {
  const std::string_view waiting = ring_.waiting();
  std::uint64_t records = 0;
  RecordHeader header;
  for (std::size_t at = 0; at < waiting.size() && get_header(waiting.substr(at), header); at += header.size) {
    ++records;
  }
  ring_.take(waiting.size());
  if (metrics_ != nullptr && records > 0) metrics_->lost(records);
}

void JournalWriter::fail(int error) noexcept {
  error_.store(error, std::memory_order_relaxed);
  health_.store(JournalHealth::Failed, std::memory_order_release);
  drop_waiting();
}

void JournalWriter::flush(orders::Duration now) noexcept {
  while (turn(now)) continue;
  if (health() == JournalHealth::Failed || durable() == last_written_) return;
  if (const int error = seal(now); error != 0) fail(error);
}

void JournalWriter::close() noexcept {
  if (health() == JournalHealth::Failed || !file_) return;
  try {
    next_.reset();
    file_.reset();
    disk_.truncate(file_name_, offset_);
    for (const std::string& name : disk_.list()) {
      if (name == kNextName) disk_.remove(name);
    }
  } catch (const std::exception&) {
    // The room stays taken; the next start takes it back.
  }
}

}  // namespace vigil::engine
