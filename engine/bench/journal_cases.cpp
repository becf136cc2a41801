#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "engine/bench/cases.h"
#include "engine/bench/folder.h"
#include "engine/bench/order_rig.h"
#include "engine/bench/timing.h"
#include "engine/journal/journal_player.h"
#include "engine/journal/journal_reader.h"
#include "engine/journal/journal_writer.h"

namespace vigil::engine::bench {
namespace {

/// As the engine's own thread sleeps; one that spins would take a processor from whatever is measured next.
constexpr auto kIdleSleep = std::chrono::microseconds{50};
constexpr std::uint64_t kRingBytes = std::uint64_t{32} << 20U;

/// A core whose events go to a journal on the disk, written by a thread of its own.
class JournaledRig {
 public:
  JournaledRig()
      : disk_(open_journal_folder(folder_.path)),
        ring_(kRingBytes),
        writer_(ring_, *disk_, JournalConfig{}, nullptr),
        rig_(true) {
    const orders::EventTime now = machine_time();
    writer_.start({}, {.version = "bench", .configuration = ""}, now);
    rig_.core().begin_run(now);
    rig_.core().start_journal(ring_, writer_.first_sequence(), JournalConfig{}.hash_every);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        if (!writer_.turn(machine_time().monotonic)) std::this_thread::sleep_for(kIdleSleep);
      }
    });
  }

  /// Orders from quote to booked fill, each of their events on the disk at the end.
  void run(std::size_t orders) {
    constexpr std::size_t kAtOnce = 64;  // their records fit into what has_room() promises
    for (std::size_t done = 0; done < orders; done += kAtOnce) {
      while (!ring_.has_room()) std::this_thread::yield();
      static_cast<void>(rig_.run(kAtOnce));
    }
    while (writer_.durable() + 1 < rig_.core().tape().next_sequence()) {
      if (writer_.health() == JournalHealth::Failed) throw std::runtime_error("the journal has failed");
      std::this_thread::yield();
    }
  }
  [[nodiscard]] JournalDisk& disk() noexcept { return *disk_; }
  [[nodiscard]] std::uint64_t records() noexcept { return rig_.core().tape().next_sequence() - 1; }

 private:
  Folder folder_;
  std::unique_ptr<JournalDisk> disk_;
  RecordRing ring_;
  JournalWriter writer_;
  OrderRig rig_;
  std::jthread thread_;
};

/// What the core pays for recording, and how many orders a second are on the disk in the end.
Group commit_group(const Effort& effort) {
  const auto journaled = std::make_shared<JournaledRig>();
  const auto plain = std::make_shared<OrderRig>(true);
  const std::size_t orders = effort.orders;
  Group group;
  group.cases.push_back(
      {"journal_orders_a_second/vigil", "orders/s", [journaled, orders](std::vector<double>& samples) {
         const double took = time_of([&] { journaled->run(orders); });
         samples.push_back(static_cast<double>(orders) * 1e9 / took);
       }});
  group.cases.push_back(
      {"journal_orders_a_second/without", "orders/s", [plain, orders](std::vector<double>& samples) {
         const double took = time_of([&] { static_cast<void>(plain->run(orders)); });
         samples.push_back(static_cast<double>(orders) * 1e9 / took);
       }});
  group.ratios.push_back(
      {"journal_throughput", "journal_orders_a_second/vigil", "journal_orders_a_second/without"});
  return group;
}

/// Where an acknowledgement comes from: the record of an order, and the disk's word that it is kept.
struct Acknowledged {
  Acknowledged()
      : disk(open_journal_folder(folder.path)),
        ring(kRingBytes),
        writer(ring, *disk, JournalConfig{}, nullptr) {
    writer.start({}, {.version = "bench", .configuration = ""}, machine_time());
    tape.record(&ring, writer.first_sequence(), true);
    bare = ::open((folder.path + "/bare").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0640);
    if (bare < 0 || ::posix_fallocate(bare, 0, std::int64_t{64} << 20U) != 0) {
      throw std::runtime_error(folder.path + ": has no room");
    }
  }
  ~Acknowledged() { ::close(bare); }

  void record() {
    tape.begin(RecordType::Request, machine_time(), [](WireWriter& out) {
      out.bytes(std::string_view{kBytes, sizeof kBytes});
    });
    tape.end();
    static_cast<void>(writer.turn(machine_time().monotonic));
    if (writer.durable() + 1 != tape.next_sequence()) throw std::runtime_error("the journal has failed");
  }
  void write_bare() {
    const bool done =
        ::pwrite(bare, kBytes, sizeof kBytes, offset) == sizeof kBytes && ::fdatasync(bare) == 0;
    if (!done) throw std::runtime_error("a bare write has failed");
    offset = (offset + static_cast<off_t>(sizeof kBytes)) % (off_t{32} << 20U);
  }

  static constexpr char kBytes[200] = {};  ///< about what an order takes
  Folder folder;
  std::unique_ptr<JournalDisk> disk;
  RecordRing ring;
  JournalWriter writer;
  EventTape tape;
  int bare = -1;
  off_t offset = 0;
};

Group acknowledgement_group(const Effort& effort) {
  const auto rig = std::make_shared<Acknowledged>();
  const int times = effort.rounds > quick_effort().rounds ? 100 : 10;
  Group group;
  group.cases.push_back({"journal_acknowledgement/vigil", "ns", [rig, times](std::vector<double>& samples) {
                           samples.push_back(time_of([&] {
                                               for (int i = 0; i < times; ++i) rig->record();
                                             }) /
                                             times);
                         }});
  group.cases.push_back(
      {"journal_acknowledgement/write_and_fdatasync", "ns", [rig, times](std::vector<double>& samples) {
         samples.push_back(time_of([&] {
                             for (int i = 0; i < times; ++i) rig->write_bare();
                           }) /
                           times);
       }});
  group.ratios.push_back({"journal_acknowledgement", "journal_acknowledgement/write_and_fdatasync",
                          "journal_acknowledgement/vigil"});
  return group;
}

/// A journal read, checked and played into a fresh core. Several segments: one is read while another is
/// played.
Group recovery_group(const Effort& effort) {
  const auto recorded = std::make_shared<JournaledRig>();
  recorded->run(effort.orders * 32);
  Group group;
  group.cases.push_back({"journal_recovery/vigil", "events/s", [recorded](std::vector<double>& samples) {
                           OrderRig fresh(true);
                           JournalPlayer player(fresh.core());
                           std::string error;
                           const double took = time_of([&] {
                             static_cast<void>(read_journal(recorded->disk(), {.check_chain = true},
                                                            [&](const RecordView& record) {
                                                              error = player.play(record);
                                                              return error.empty();
                                                            }));
                           });
                           if (!error.empty()) throw std::runtime_error(error);
                           player.finish();
                           samples.push_back(static_cast<double>(recorded->records()) * 1e9 / took);
                         }});
  return group;
}

}  // namespace

std::vector<Group> journal_groups(const Effort& effort) {
  std::vector<Group> groups{acknowledgement_group(effort)};
  groups.push_back(commit_group(effort));
  groups.push_back(recovery_group(effort));
  return groups;
}

}  // namespace vigil::engine::bench
