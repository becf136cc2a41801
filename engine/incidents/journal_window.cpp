#include "engine/incidents/journal_window.h"

#include <algorithm>
#include <exception>
#include <memory>

#include "engine/journal/snapshot_files.h"
#include "engine/journal/solitary_core.h"
#include "engine/output/journal_json.h"
#include "engine/views/json_parts.h"

namespace vigil::engine {
namespace {

constexpr std::size_t kMostTraces = 1000;
/// The journal is read while it is written: a record may be seen half, with whole ones behind it.
constexpr int kTries = 3;

void keep_last(std::deque<std::string>& texts, std::uint64_t& left_out, std::size_t most, std::string text) {
  texts.push_back(std::move(text));
  if (texts.size() <= most) return;
  texts.pop_front();
  ++left_out;
}

class WindowReader {
 public:
  WindowReader(JournalDisk& disk, const EngineConfig& config, orders::Timestamp from, orders::Timestamp to,
               orders::Timestamp moment, std::size_t most)
      : disk_(disk), config_(config), from_(from), to_(to), moment_(moment), most_(most) {}

  JournalWindow read() {
    begin();
    static_cast<void>(read_journal(
        disk_, {}, [this](const RecordView& record) { return take(record); }, position_));
    keep_state();
    keep_traces();
    return std::move(window_);
  }

 private:
  void begin() {
    std::uint64_t until = UINT64_MAX;
    const auto ignore = [](const std::string&, const std::string&) {};
    std::unique_ptr<LoadedSnapshot> loaded = newest_snapshot(disk_, until, ignore);
    while (loaded && loaded->snapshot.last_time.wall > from_) {
      until = loaded->snapshot.sequence() - 1;
      loaded = newest_snapshot(disk_, until, ignore);
    }
    if (loaded) {
      core_ = core_of(loaded->snapshot.start);
      if (const std::string error = core_->begin_at(loaded->snapshot); !error.empty()) give_up_playing(error);
      position_ = loaded->snapshot.position;
      return;
    }
    const std::vector<std::string> segments = segments_of(disk_);
    if (segments.empty() || number_of(segments.front()) != 1) {
      give_up_playing("there is no snapshot before");
      return;
    }
    const auto first = first_run_of(disk_);
    if (!first) return give_up_playing("there is no record");
    core_ = core_of(*first);
    core_->core().begin_with(core_->config().limits);
  }

  /// Without metrics: nobody looks at them.
  static std::unique_ptr<SolitaryCore> core_of(const RunStart& start) {
    EngineConfig config = configuration_of(start);
    config.metrics_enabled = false;
    return std::make_unique<SolitaryCore>(config, start.clock, nullptr);
  }

  bool take(const RecordView& record) {
    const orders::Timestamp time = record.header.time.wall;
    if (time > to_) return false;
    if (core_ && time > moment_) keep_state();
    if (core_) {
      if (const std::string error = core_->play(record); !error.empty()) give_up_playing(error);
    }
    last_ = record.header.sequence;
    if (time < from_) return true;
    switch (record.header.type) {
      case RecordType::Quote:
      case RecordType::Trade:
        keep_last(window_.quotes, window_.quotes_left_out, most_, record_json(config_, record));
        break;
      case RecordType::Request:
      case RecordType::Report:
      case RecordType::VenueConnection:
      case RecordType::Control:
      case RecordType::RunEnded:
      case RecordType::Alert:
      case RecordType::Signal:
        keep_last(window_.events, window_.events_left_out, most_, record_json(config_, record));
        break;
      case RecordType::RunStarted:  // its configuration
      case RecordType::Timer:
      case RecordType::StateHash:
      case RecordType::Seal:
        break;
    }
    return true;
  }

  /// Once: before the first record behind the moment, or at the end.
  void keep_state() {
    if (core_ && window_.state.empty() && last_ > 0)
      window_.state = core_state_json(config_, core_->core(), last_);
  }

  void keep_traces() {
    if (!core_) return;
    std::vector<const orders::Order*> touched;
    core_->core().orders().for_each_remembered([&](const orders::Order& order) {
      const auto is_within = [this](const orders::EventTime& stage) { return stage.wall >= from_; };
      if (std::ranges::any_of(order.stages, is_within)) touched.push_back(&order);
    });
    std::ranges::sort(touched, {}, [](const orders::Order* order) { return order->id; });
    if (touched.size() > kMostTraces) {
      window_.notes.push_back("traces: of the last " + std::to_string(kMostTraces) + " of " +
                              std::to_string(touched.size()) + " orders");
      touched.erase(touched.begin(), touched.end() - static_cast<std::ptrdiff_t>(kMostTraces));
    }
    for (const orders::Order* const order : touched)
      window_.traces.push_back(order_json(config_, *order).dump());
  }

  void give_up_playing(const std::string& error) {
    core_.reset();
    window_.notes.push_back("state and traces: " + error);
  }

  JournalDisk& disk_;
  const EngineConfig& config_;
  orders::Timestamp from_, to_, moment_;
  std::size_t most_;
  std::unique_ptr<SolitaryCore> core_;  ///< as long as the journal plays
  JournalPosition position_;
  std::uint64_t last_ = 0;
  JournalWindow window_;
};

}  // namespace

JournalWindow read_window(JournalDisk& disk, const EngineConfig& config, orders::Timestamp from,
                          orders::Timestamp to, orders::Timestamp moment, std::size_t most) {
  std::string error;
  for (int i = 0; i < kTries; ++i) {
    try {
      return WindowReader(disk, config, from, to, moment, most).read();
    } catch (const std::exception& failure) {
      error = failure.what();
    }
  }
  JournalWindow window;
  window.notes.push_back("journal: " + error);
  return window;
}

}  // namespace vigil::engine
