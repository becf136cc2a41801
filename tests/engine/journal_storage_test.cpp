// The journal's files: what is durable, what a crash leaves, what damage is told from it.

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "engine/journal/journal_reader.h"
#include "engine/journal/journal_writer.h"
#include "engine/tape/event_tape.h"
#include "memory_disk.h"

using namespace vigil;
using namespace vigil::engine;
using namespace std::chrono_literals;
using vigil::engine::test::MemoryDisk;

namespace {

JournalConfig small_journal() {
  JournalConfig config;
  config.segment_bytes = 64U << 10U;
  return config;
}

orders::EventTime at(std::int64_t seconds) {
  return orders::manual_time(orders::timestamp_from_nanoseconds(seconds * 1'000'000'000));
}

/// A journal on a disk in memory, written as the core writes: each record carries a number in its body.
struct Recorder {
  explicit Recorder(MemoryDisk& where, const JournalConfig& how = small_journal())
      : disk(where), config(how), ring(how.buffer_bytes), writer(ring, where, how, nullptr) {}

  /// Takes up the journal where it ends.
  void start() {
    const JournalReading reading =
        read_journal(disk, {.check_chain = true}, [](const RecordView&) { return true; });
    cut_torn_end(disk, reading);
    writer.start(reading.position, {.version = "test", .configuration = "none"}, at(1));
    tape.record(&ring, writer.first_sequence(), false);
  }
  void write(std::uint64_t number, std::size_t padding = 0) {
    tape.begin(RecordType::Request, at(2), [&](WireWriter& out) {
      out(number);
      out.bytes(std::string(padding, 'x'));
    });
    tape.end();
  }

  MemoryDisk& disk;
  JournalConfig config;
  RecordRing ring;
  JournalWriter writer;
  EventTape tape;
};

/// The numbers in a journal.
std::vector<std::uint64_t> numbers_in(MemoryDisk& disk) {
  std::vector<std::uint64_t> numbers;
  const JournalReading reading = read_journal(disk, {.check_chain = true}, [&](const RecordView& record) {
    if (record.header.type != RecordType::Request) return true;
    WireReader body(record.body);
    body(numbers.emplace_back());
    return true;
  });
  static_cast<void>(reading);
  return numbers;
}

std::vector<std::uint64_t> up_to(std::uint64_t last) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 1; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

std::string error_of(MemoryDisk& disk) {
  try {
    static_cast<void>(numbers_in(disk));
    return "";
  } catch (const JournalError& error) {
    return error.what();
  }
}

std::string last_segment_of(MemoryDisk& disk) {
  std::string last;
  for (const std::string& name : disk.list()) {
    if (is_segment_name(name)) last = name;
  }
  return last;
}

}  // namespace

TEST_CASE("records that wait together go to the disk with one sync, and are durable after it") {
  MemoryDisk disk;
  Recorder recorder(disk);
  recorder.start();
  const std::uint64_t syncs = disk.syncs;
  for (std::uint64_t i = 1; i <= 100; ++i) recorder.write(i);
  CHECK(recorder.writer.durable() == 1);  // the start of the run
  CHECK(recorder.writer.turn(1s));
  CHECK(recorder.writer.durable() == 101);
  CHECK(disk.syncs == syncs + 1);
  CHECK_FALSE(recorder.writer.turn(1s));
  CHECK(numbers_in(disk) == up_to(100));
}

TEST_CASE("without durable acknowledgement the disk is asked once an interval") {
  MemoryDisk disk;
  JournalConfig config = small_journal();
  config.ack = JournalAck::Async;
  config.sync_interval = 100ms;
  Recorder recorder(disk, config);
  recorder.start();
  recorder.writer.turn(1s);
  recorder.write(1);
  recorder.writer.turn(1s + 50ms);
  recorder.write(2);
  recorder.writer.turn(1s + 99ms);
  CHECK(recorder.writer.durable() == 1);
  recorder.writer.turn(1s + 101ms);
  CHECK(recorder.writer.durable() == 3);
}

TEST_CASE("no segment outgrows its size, however many syncs its records came in") {
  for (const std::size_t padding : {0U, 1U, 40U, 100U, 1000U}) {
    CAPTURE(padding);
    MemoryDisk disk;
    Recorder recorder(disk);
    recorder.start();
    for (std::uint64_t i = 1; i <= 3000; ++i) {
      recorder.write(i, padding);
      recorder.writer.flush(at(3).monotonic);
    }
    CHECK(recorder.writer.health() == JournalHealth::Good);
    CHECK(numbers_in(disk) == up_to(3000));
    for (const std::string& name : disk.list())
      CHECK(disk.bytes_of(name).size() <= small_journal().segment_bytes);
  }
}

TEST_CASE("segments follow one another, and a run begins one of its own") {
  MemoryDisk disk;
  for (std::uint64_t run = 0; run < 3; ++run) {
    Recorder recorder(disk);
    recorder.start();
    for (std::uint64_t i = 1; i <= 200; ++i) {
      recorder.write(run * 200 + i, 1000);
      recorder.writer.turn(1s);
    }
    recorder.writer.flush(1s);
    recorder.writer.close();
  }
  CHECK(numbers_in(disk) == up_to(600));
  const JournalReading reading =
      read_journal(disk, {.check_chain = true}, [](const RecordView&) { return true; });
  CHECK(reading.position.run == 3);
  CHECK(reading.segments > 9);
  CHECK(reading.torn_bytes == 0);
  for (const std::string& name : disk.list()) CHECK(is_segment_name(name));
}

TEST_CASE(
    "after a loss of power everything acknowledged is there, and what follows is a beginning of the rest") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    MemoryDisk disk;
    std::uint64_t written = 0;
    for (int run = 0; run < 4; ++run) {
      Recorder recorder(disk);
      recorder.start();
      const std::uint64_t first_number = written + 1;
      const std::uint64_t before = recorder.writer.first_sequence();
      for (std::uint64_t i = random.below(120); i > 0; --i) {
        recorder.write(++written, random.below(1500));
        if (random.chance(0.3)) recorder.writer.turn(1s);
      }
      if (random.chance(0.5)) {
        disk.sync_error = EIO;  // written, not synced
        recorder.writer.turn(1s);
        disk.sync_error = 0;
      }
      const std::uint64_t durable = recorder.writer.durable();
      disk.lose_power(random);
      const std::vector<std::uint64_t> left = numbers_in(disk);
      REQUIRE(left.size() <= written);
      CHECK(left == up_to(left.size()));
      const std::uint64_t acknowledged =
          durable < before ? first_number - 1 : first_number + (durable - before);
      CHECK(left.size() >= acknowledged);
      written = left.size();
    }
  }
}

TEST_CASE("a tear at any byte of the last write leaves what was there before") {
  MemoryDisk disk;
  Recorder recorder(disk);
  recorder.start();
  recorder.write(1);
  recorder.write(2);
  recorder.writer.turn(1s);
  const std::string name = last_segment_of(disk);
  const std::size_t before = disk.bytes_of(name).find_last_not_of('\0') + 1;
  recorder.write(3, 50);
  recorder.writer.turn(1s);
  const std::string whole = disk.bytes_of(name);
  const std::size_t after = whole.find_last_not_of('\0') + 1;
  for (std::size_t cut = before; cut < after; ++cut) {
    CAPTURE(cut);
    std::fill(disk.bytes_of(name).begin() + static_cast<std::ptrdiff_t>(cut), disk.bytes_of(name).end(),
              '\0');
    const std::vector<std::uint64_t> left = numbers_in(disk);
    CHECK((left == up_to(2) || left == up_to(3)));
    disk.bytes_of(name) = whole;
  }
}

TEST_CASE("any changed byte before the last seal is found") {
  MemoryDisk disk;
  Recorder recorder(disk);
  recorder.start();
  for (std::uint64_t i = 1; i <= 12; ++i) {
    recorder.write(i, i);
    recorder.writer.turn(1s);
  }
  const std::string name = last_segment_of(disk);
  const std::string whole = disk.bytes_of(name);
  const std::size_t used = whole.find_last_not_of('\0') + 1;
  // Of the last write, and of the seal before it, a changed byte looks as a torn write does.
  const std::size_t last_writes = 500;
  for (std::size_t place = 0; place < used - last_writes; ++place) {
    CAPTURE(place);
    disk.bytes_of(name)[place] = static_cast<char>(whole[place] ^ 0x20);
    CHECK(error_of(disk) != "");
    disk.bytes_of(name) = whole;
  }
}

TEST_CASE("a record whose sum was mended is found by the chain, and one that was taken out by its number") {
  MemoryDisk disk;
  Recorder recorder(disk);
  recorder.start();
  for (std::uint64_t i = 1; i <= 5; ++i) {
    recorder.write(i);
    recorder.writer.turn(1s);
  }
  const std::string name = last_segment_of(disk);
  std::string& bytes = disk.bytes_of(name);
  const std::string whole = bytes;
  // Records one after another: find that of number 3.
  std::size_t place = kSegmentHeaderBytes;
  RecordHeader header;
  while (get_header(std::string_view{bytes}.substr(place), header) &&
         (header.type != RecordType::Request || header.sequence != 4)) {
    place += header.size;
  }
  bytes[place + kRecordHeaderBytes] = 77;
  put_checksum(bytes.data() + place, header.size);
  CHECK(error_of(disk) ==
        "memory/" + name + ": the chain is broken at the seal behind record 4: records were altered");
  bytes = whole;
  bytes.erase(place, header.size);
  CHECK(error_of(disk) == "memory/" + name + ": record 4 is missing before the seal behind record 4");
}

TEST_CASE("a missing segment and one of another journal are found") {
  MemoryDisk disk;
  Recorder recorder(disk);
  recorder.start();
  for (std::uint64_t i = 1; i <= 200; ++i) {
    recorder.write(i, 1000);
    recorder.writer.turn(1s);
  }
  std::vector<std::string> names = disk.list();
  std::erase_if(names, [](const std::string& name) { return !is_segment_name(name); });
  REQUIRE(names.size() >= 3);
  disk.remove(names[1]);
  CHECK(error_of(disk).find(names[2] + ": must begin with record ") != std::string::npos);
  CHECK(error_of(disk).find("records are missing") != std::string::npos);
}

TEST_CASE("a disk without room for another segment is known while there is room in this one") {
  MemoryDisk disk;
  Recorder recorder(disk);
  recorder.start();
  disk.capacity = 64U << 10U;
  std::uint64_t number = 0;
  while (recorder.writer.health() == JournalHealth::Good) {
    recorder.write(++number, 1000);
    recorder.writer.turn(1s);
    REQUIRE(number < 100);
  }
  CHECK(recorder.writer.health() == JournalHealth::Full);
  CHECK(recorder.writer.error() == ENOSPC);
  // What a halted engine does still goes to the disk.
  for (int i = 0; i < 20; ++i) {
    recorder.write(++number, 1000);
    recorder.writer.turn(1s);
  }
  CHECK(recorder.writer.health() == JournalHealth::Full);
  CHECK(numbers_in(disk) == up_to(number));

  SUBCASE("when there is room again it goes on as before") {
    disk.capacity = UINT64_MAX;
    recorder.writer.turn(1s + 500ms);
    CHECK(recorder.writer.health() == JournalHealth::Full);  // it looks once a second
    recorder.writer.turn(2s);
    CHECK(recorder.writer.health() == JournalHealth::Good);
    for (int i = 0; i < 100; ++i) {
      recorder.write(++number, 1000);
      recorder.writer.turn(2s);
    }
    CHECK(numbers_in(disk) == up_to(number));
  }
  SUBCASE("when it is used up the journal has failed, and nothing waits for it") {
    const std::uint64_t kept = number;
    for (int i = 0; i < 100; ++i) {
      recorder.write(++number, 1000);
      recorder.writer.turn(1s);
    }
    CHECK(recorder.writer.health() == JournalHealth::Failed);
    CHECK(recorder.ring.used() == 0);
    CHECK(numbers_in(disk).size() >= kept);
    CHECK(numbers_in(disk) == up_to(numbers_in(disk).size()));
  }
}

TEST_CASE("after a write or a sync that failed nothing counts as durable any more") {
  for (const bool at_sync : {false, true}) {
    CAPTURE(at_sync);
    MemoryDisk disk;
    Recorder recorder(disk);
    recorder.start();
    recorder.write(1);
    recorder.writer.turn(1s);
    const std::uint64_t durable = recorder.writer.durable();
    (at_sync ? disk.sync_error : disk.write_error).store(EIO);
    recorder.write(2);
    recorder.writer.turn(1s);
    CHECK(recorder.writer.health() == JournalHealth::Failed);
    CHECK(recorder.writer.error() == EIO);
    disk.sync_error = 0;
    disk.write_error = 0;
    recorder.write(3);
    recorder.writer.turn(2s);
    CHECK(recorder.writer.durable() == durable);
    CHECK(recorder.ring.used() == 0);
  }
}

TEST_CASE("a segment that somebody removes is missed within a second, though it can be written") {
  MemoryDisk disk;
  Recorder recorder(disk);
  recorder.start();
  recorder.write(1);
  recorder.writer.flush(at(3).monotonic);
  REQUIRE(recorder.writer.health() == JournalHealth::Good);
  disk.remove(last_segment_of(disk));
  recorder.write(2);
  recorder.writer.turn(at(3).monotonic + 999ms);
  CHECK(recorder.writer.health() == JournalHealth::Good);
  recorder.writer.turn(at(3).monotonic + 1s);
  CHECK(recorder.writer.health() == JournalHealth::Failed);
  CHECK(recorder.writer.error() == ENOENT);
}

TEST_CASE("the core's buffer says when it is full, and takes what a reader makes room for") {
  RecordRing ring(1);  // the least there is: two of the longest records
  EventTape tape;
  tape.record(&ring, 1, false);
  std::uint64_t written = 0;
  const auto write = [&] {
    tape.begin(RecordType::Request, at(1), [&](WireWriter& out) { out.bytes(std::string(100'000, 'x')); });
    tape.end();
    ++written;
  };
  while (ring.has_room()) write();
  CHECK(written > 10);
  CHECK(tape.lost() == 0);
  write();  // nobody should, but nothing breaks
  CHECK(tape.lost() == 1);
  CHECK(tape.next_sequence() == written);
  std::uint64_t read = 0;
  for (int round = 0; round < 50; ++round) {
    const std::string_view waiting = ring.waiting();
    std::size_t at_byte = 0;
    RecordHeader header;
    while (at_byte < waiting.size()) {
      REQUIRE(get_header(waiting.substr(at_byte), header));
      CHECK(header.sequence == ++read);
      at_byte += header.size;
    }
    ring.take(waiting.size());
    while (ring.has_room()) write();
  }
  CHECK(tape.lost() == 1);
}

TEST_CASE("files that are no segments are left alone, and a segment of another version is refused") {
  MemoryDisk disk;
  Recorder recorder(disk);
  recorder.start();
  recorder.write(1);
  recorder.writer.turn(1s);
  std::unique_ptr<JournalFile> other;
  REQUIRE(disk.create("notes.txt", 100, other) == 0);
  CHECK(numbers_in(disk) == up_to(1));
  disk.bytes_of(last_segment_of(disk))[8] = 9;
  CHECK(error_of(disk).find("must be of format version 1, is of 9") != std::string::npos);
}
