#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/delivery/record_file.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring {

struct OutboxLimits {
  std::size_t entries = 10'000;
  std::size_t bytes = std::size_t{32} * 1024 * 1024;  ///< of keys and payloads
  std::size_t memos = 10'000;                         ///< the oldest leaves
  friend bool operator==(const OutboxLimits&, const OutboxLimits&) = default;
};

/// Something to be delivered to one receiver.
struct OutboxEntry {
  std::uint64_t sequence = 0;  ///< given by the outbox, ascending
  std::string key = {};        ///< what it is about: a group of alerts, or an alert
  bool is_repeat = false;      ///< says nothing new
  SampleTime time = 0;         ///< when it was put there
  std::string memo = {};       ///< kept by key after the entry is done with, until the next; may be empty
  std::string payload = {};    ///< empty: only the memo is kept
};

/// What waits to be delivered to one receiver, in a file: an entry is written before it is first sent, and
/// what no acknowledgement follows is there again after a crash. The file is written anew when it has
/// grown to twice its size. Without a file it lives in memory only.
///
/// At its bounds it gives up first the oldest repeat, then the oldest entry. A file that cannot be written
/// (disk full) does not stop delivery: the entry then lives in memory, and is counted. One thread.
class Outbox {
 public:
  enum class Order : std::uint8_t {
    Every,   ///< each entry is delivered
    Latest,  ///< of the entries with the same key only the newest
  };
  struct Counts {
    std::uint64_t given_up = 0;    ///< entries that the bounds threw out
    std::uint64_t superseded = 0;  ///< entries that a newer one with the same key replaced
    std::uint64_t unwritten = 0;   ///< records that the file did not take
  };

  /// An empty path: in memory. Throws std::runtime_error as RecordFile does.
  Outbox(const std::string& path, Order order, const OutboxLimits& limits, RecordDisk& disk = system_disk());

  /// Takes the entries, in their order; when it returns a crash of the process does not lose them, and with
  /// Order::Every no loss of power: that waits for the disk, and the latest state is said again anyway. Gives
  /// those that the bounds threw out for them.
  std::vector<OutboxEntry> put(std::vector<OutboxEntry> entries);
  /// The entry is done with: delivered or given up.
  void acknowledge(const std::vector<std::uint64_t>& sequences);

  /// What waits, the oldest first.
  [[nodiscard]] const std::map<std::uint64_t, OutboxEntry>& waiting() const noexcept { return waiting_; }
  /// That of the next entry to be put.
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return next_; }
  /// By key, with the time they were put.
  struct Memo {
    SampleTime time = 0;
    std::string text;
  };
  [[nodiscard]] const std::map<std::string, Memo>& memos() const noexcept { return memos_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  [[nodiscard]] const FileDamage& damage() const noexcept { return damage_; }

 private:
  void read(std::string_view record);
  void insert(OutboxEntry entry, std::vector<OutboxEntry>* thrown_out);
  void erase(std::map<std::uint64_t, OutboxEntry>::iterator entry);
  void keep_bounds(std::vector<OutboxEntry>* thrown_out);
  void remember(const std::string& key, Memo memo);
  void write(const std::vector<std::string>& records, bool sync);
  void compact();

  Order order_;
  OutboxLimits limits_;
  std::unique_ptr<RecordFile> file_;
  std::map<std::uint64_t, OutboxEntry> waiting_;  ///< by sequence
  std::map<std::string, std::uint64_t> latest_;   ///< Order::Latest: sequence by key
  std::map<std::string, Memo> memos_;
  std::uint64_t next_ = 1;
  std::size_t bytes_ = 0;
  std::uint64_t compacted_size_ = 0;  ///< of the file, when it was last written anew
  Counts counts_;
  FileDamage damage_;
};

}  // namespace vigil::monitoring
