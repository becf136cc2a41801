#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "monitoring/store/head.h"
#include "monitoring/store/labels.h"
#include "monitoring/store/sample.h"

namespace vigil::monitoring {

/// Who takes what a cycle recorded, and says whether it may record at all.
class CycleKeeper {
 public:
  virtual ~CycleKeeper() = default;
  /// A turn begins. Its record goes to this segment of the log; a record in another segment than the one
  /// before tells everything anew.
  [[nodiscard]] virtual SampleTime begin_turn(SampleTime time) = 0;
  virtual void end_turn(SampleTime segment, std::string record) = 0;
  virtual void dropped_no_room(std::uint64_t samples) = 0;
  virtual void dropped_out_of_order(std::uint64_t samples) = 0;
  virtual void appended(std::uint64_t samples) = 0;
};

/// Series that are sampled together, at one time after the other: all of a registry, or the results of one
/// rule. A series that had a sample in the turn before and has none in this one has ended, and gets a stale
/// marker.
///
/// What a turn changes goes to the log as one record; what it does not is not written. One thread.
class SampleCycle {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot kNoSlot = std::numeric_limits<Slot>::max();

  /// `number` is this cycle's own. `head` and `keeper` outlive the cycle.
  SampleCycle(std::uint64_t number, Head& head, CycleKeeper& keeper);

  /// False: the time is not after that of the turn before, and there is no turn.
  [[nodiscard]] bool begin(SampleTime time);
  /// A place for the samples of these labels; to be given back. Any time.
  [[nodiscard]] Slot take_slot(const Labels& labels);
  /// Its series ends with the next turn.
  void release(Slot slot);
  /// Within a turn, once for each slot.
  void put(Slot slot, double value);
  /// The same by labels. False: these labels had a sample in this turn already.
  bool put(const Labels& labels, double value);
  void end();

  /// Makes the turns that a log tells of again: calls `append` for each sample, in order of time. What is no
  /// such record is refused: false.
  class Replay;

 private:
  struct Place {
    Labels labels;
    Head::SeriesPointer series;
    std::uint64_t turn = 0;  ///< the last one with a sample
    bool is_alive = false;   ///< its last sample was no end
    bool is_logged = false;  ///< this segment of the log knows its labels
    bool is_released = false;
    bool is_found = false;  ///< taken by put(labels): given back when it ends
  };

  /// False: there is no room for it.
  [[nodiscard]] bool find_series(Place& place);
  void log_labels(Slot slot);
  void write(Slot slot, double value);
  void free(Slot slot);

  const std::uint64_t number_;
  Head& head_;
  CycleKeeper& keeper_;
  std::vector<Place> places_;
  std::vector<Slot> free_;
  std::unordered_map<Labels, Slot> found_;
  SampleTime time_ = std::numeric_limits<SampleTime>::min();
  std::uint64_t turn_ = 0;
  SampleTime segment_ = std::numeric_limits<SampleTime>::min();
  bool is_full_ = false;  ///< this turn's record tells everything
  std::uint64_t samples_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t without_room_ = 0;
  // Parts of the record, each with its count.
  std::string new_, values_, ended_;
  std::uint64_t new_count_ = 0, value_count_ = 0, ended_count_ = 0;
};

/// Reads records of cycles and gives the samples they tell of.
class SampleCycle::Replay {
 public:
  class Target {
   public:
    virtual ~Target() = default;
    /// `series`: nullptr at first; the same for all samples of these labels in a row of records, for the
    /// target to remember where they go.
    virtual void append(const Labels& labels, Sample sample, Head::SeriesPointer& series) = 0;
  };
  explicit Replay(Target& target) : target_(target) {}
  /// False: this is no record of a cycle, and nothing was appended.
  [[nodiscard]] bool take(std::string_view record);

 private:
  struct Series {
    Labels labels;
    double value = 0;
    bool is_alive = false;
    Head::SeriesPointer target;
  };
  Target& target_;
  std::unordered_map<std::uint64_t, std::vector<Series>> cycles_;
};

}  // namespace vigil::monitoring
