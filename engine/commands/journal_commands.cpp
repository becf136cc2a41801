#include "engine/commands/journal_commands.h"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>

#include "engine/commands/commands.h"
#include "engine/config/yaml.h"
#include "engine/core/core.h"
#include "engine/journal/journal_reader.h"
#include "engine/journal/snapshot_files.h"
#include "engine/journal/solitary_core.h"
#include "engine/output/fills_comparison.h"
#include "engine/output/journal_json.h"
#include "engine/output/recorder.h"
#include "engine/output/replay_files.h"
#include "engine/output/report.h"
#include "monitoring/exposition/exposition.h"
#include "monitoring/log/logger.h"

namespace vigil::engine {
namespace {

struct Head {
  std::uint64_t sequence = 0;
  std::string hash;
};

Head parse_head(const std::string& text) {
  Head head;
  const std::size_t colon = text.find(':');
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + std::min(colon, text.size()), head.sequence);
  if (colon == std::string::npos || error != std::errc{} || end != text.data() + colon ||
      text.size() - colon - 1 != 2 * sizeof(ChainHash)) {
    throw ConfigError({"--head: must be SEQUENCE:HASH as `journal verify` prints it, was \"" + text + "\""});
  }
  head.hash = text.substr(colon + 1);
  return head;
}

std::unique_ptr<JournalDisk> open_folder(const std::string& path) {
  return open_journal_folder(journal_folder(path));
}

std::string metrics_text(const monitoring::Registry& registry) {
  std::string text;
  monitoring::Exposition(registry).write(monitoring::ExpositionFormat::Text, {}, text);
  return text;
}

std::chrono::sys_days parse_day(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  char rest = 0;
  const bool read = std::sscanf(text.c_str(), "%4d-%2u-%2u%c", &year, &month, &day, &rest) == 3;
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!read || !date.ok()) throw ConfigError({"--day: must be YYYY-MM-DD, was \"" + text + "\""});
  return date;
}

/// What was booked, as a drop copy names it.
class FillsCollector : public CoreObserver {
 public:
  FillsCollector(const EngineConfig& config, std::optional<std::chrono::sys_days> day)
      : config_(config), day_(day) {}

  void filled(const orders::Order& order, const orders::ExecutionReport& report, const positions::BookedFill&,
              orders::EventTime now) override {
    if (day_ && std::chrono::floor<std::chrono::days>(now.wall) != *day_) return;
    fills_.push_back({.venue = config_.venues[orders::index(report.venue)].name,
                      .trade_id = std::string{report.trade_id.view()},
                      .symbol = config_.instruments[orders::index(order.instrument)].symbol,
                      .side = order.side,
                      .quantity = report.quantity,
                      .price = report.price,
                      .where = "order " + std::to_string(static_cast<std::uint64_t>(order.id)) + ", " +
                               std::to_string(orders::nanoseconds_of(now.wall))});
  }
  void denied(const orders::OrderRequest&, const orders::Order*, const risk::Verdict&,
              orders::EventTime) override {}
  void rejected(const orders::Order&, const orders::ExecutionReport&) override {}
  void forgotten(const orders::Order&) override {}
  void alert(const AlertNote&, orders::EventTime) override {}
  void reference(orders::InstrumentId, const orders::Quote&) override {}

  [[nodiscard]] const std::vector<NamedFill>& fills() const noexcept { return fills_; }

 private:
  const EngineConfig& config_;
  std::optional<std::chrono::sys_days> day_;
  std::vector<NamedFill> fills_;
};

struct Replayed {
  std::uint64_t last = 0;     ///< number of the last record played
  std::uint64_t records = 0;  ///< that were played
  orders::Timestamp first{};
  std::uint64_t hashes_checked = 0;
  std::string error;  ///< "PATH: what": where it did not come out the same
};

std::unique_ptr<LoadedSnapshot> snapshot_until(JournalDisk& disk, std::uint64_t sequence) {
  return newest_snapshot(disk, sequence, [&disk](const auto& name, const auto& error) {
    std::cerr << disk.path_of(name) << ": " << error << '\n';
  });
}

/// Plays the journal from where there is something to begin with: its first record, or the snapshot before
/// the first that was kept. With `until`, from the last snapshot before that.
class JournalReplay {
 public:
  JournalReplay(JournalDisk& disk, std::optional<std::uint64_t> until) : disk_(disk), until_(until) {
    const std::vector<std::string> segments = segments_of(disk);
    if (segments.empty()) throw JournalError(disk.path_of("") + ": has no record");
    const std::uint64_t first = number_of(segments.front());
    if (first > 1 || until) snapshot_ = snapshot_until(disk, std::max(until.value_or(0), first - 1));
    const std::optional<RunStart> start = snapshot_ ? snapshot_->snapshot.start : first_run_of(disk);
    if (!start) throw JournalError(disk.path_of("") + ": has no record");
    start_ = *start;
    config_ = configuration_of(start_);
  }
  [[nodiscard]] const EngineConfig& config() const noexcept { return config_; }

  Replayed play(CoreObserver& observer) {
    core_ = std::make_unique<SolitaryCore>(config_, start_.clock, &observer);
    Replayed done;
    JournalPosition from;
    if (snapshot_) {
      done.error = core_->begin_at(snapshot_->snapshot);
      if (!done.error.empty()) {
        done.error = disk_.path_of(snapshot_->name) + ": " + done.error;
        return done;
      }
      from = snapshot_->snapshot.position;
      done.last = snapshot_->snapshot.sequence();
      done.first = snapshot_->snapshot.last_time.wall;
    } else {
      core_->core().begin_with(config_.limits);
    }
    std::string error;
    const JournalReading reading = read_journal(
        disk_, {},
        [&](const RecordView& record) {
          if (until_ && record.header.sequence > *until_) return false;
          if (done.last == 0) done.first = record.header.time.wall;
          error = core_->play(record);
          done.last = record.header.sequence;
          ++done.records;
          return error.empty();
        },
        from);
    core_->finish();
    done.hashes_checked = core_->hashes_checked();
    if (!error.empty()) done.error = disk_.path_of(reading.last_segment) + ": " + error;
    return done;
  }
  [[nodiscard]] Core& core() noexcept { return core_->core(); }
  [[nodiscard]] const monitoring::Registry& registry() const noexcept { return core_->registry(); }

 private:
  JournalDisk& disk_;
  std::optional<std::uint64_t> until_;
  std::unique_ptr<LoadedSnapshot> snapshot_;
  RunStart start_;
  EngineConfig config_;
  std::unique_ptr<SolitaryCore> core_;
};

/// Of the chain, by the record before.
std::map<std::uint64_t, ChainHash> heads_between_segments(JournalDisk& disk, const JournalPosition& end) {
  std::map<std::uint64_t, ChainHash> heads{{end.next_sequence - 1, end.chain}};
  for (const std::string& name : segments_of(disk)) {
    SegmentHeader header;
    static_cast<void>(read_segment_header(disk.read_head(name, kSegmentHeaderBytes), header));
    heads[header.first_sequence - 1] = header.chain;
  }
  return heads;
}

struct SnapshotCounts {
  std::size_t good = 0;
  std::size_t of_another_version = 0;
};

/// How many snapshots stand where a segment ends, as the chain says, and are whole. Throws JournalError.
SnapshotCounts check_snapshots(JournalDisk& disk, const std::map<std::uint64_t, ChainHash>& heads) {
  SnapshotCounts counts;
  for (const std::uint64_t sequence : snapshots_of(disk)) {
    LoadedSnapshot loaded;
    std::string error = load_snapshot(disk, sequence, loaded);
    if (is_of_another_version(loaded.bytes)) {
      ++counts.of_another_version;
      continue;
    }
    const auto head = heads.find(sequence);
    // One that stands before the first record that was kept has nothing to be compared with.
    if (error.empty() && head != heads.end() && head->second != loaded.snapshot.position.chain) {
      error = "is not of this journal: the head of the chain at its record is another";
    }
    if (!error.empty()) throw JournalError(disk.path_of(loaded.name) + ": " + error);
    ++counts.good;
  }
  return counts;
}

}  // namespace

std::string journal_folder(const std::string& path) {
  const std::filesystem::path inner = std::filesystem::path(path) / "journal";
  return std::filesystem::is_directory(inner) ? inner.string() : path;
}

int verify_journal(const std::string& folder, const std::string& head_text) {
  const std::optional<Head> head = head_text.empty() ? std::nullopt : std::optional(parse_head(head_text));
  const auto disk = open_folder(folder);
  std::optional<std::string> hash_there;
  try {
    const JournalReading reading = read_journal(*disk,
                                                {.check_chain = true,
                                                 .on_seal =
                                                     [&](std::uint64_t sequence, const ChainHash& hash) {
                                                       if (head && sequence == head->sequence)
                                                         hash_there = monitoring::hex(hash);
                                                     }},
                                                [](const RecordView&) { return true; });
    const auto between = heads_between_segments(*disk, reading.position);
    const SnapshotCounts snapshots = check_snapshots(*disk, between);
    // A run that was killed may leave records behind its last seal: the next one's segment goes on from them.
    if (head && !hash_there) {
      const auto found = between.find(head->sequence);
      if (found != between.end()) hash_there = monitoring::hex(found->second);
    }
    if (head && hash_there != head->hash) {
      std::cerr << disk->path_of("") << ": the head at record " << head->sequence << " must be " << head->hash
                << ", is " << hash_there.value_or("none: no seal stands there") << '\n';
      return kExitFailure;
    }
    std::cout << reading.records << " records in " << reading.segments << " segments of "
              << reading.position.run << " runs, " << reading.bytes << " bytes; " << snapshots.good
              << " snapshots\n";
    if (snapshots.of_another_version > 0) {
      std::cout << snapshots.of_another_version
                << " snapshots of another version, which this one does not read\n";
    }
    if (reading.torn_bytes > 0) {
      std::cout << reading.torn_bytes << " bytes behind them of a write that was cut short, none of it "
                << "acknowledged, which the next start cuts off; or of one that a running engine makes\n";
    }
    std::cout << "head " << reading.position.next_sequence - 1 << ':'
              << monitoring::hex(reading.position.chain) << '\n';
    return kExitSuccess;
  } catch (const JournalError& error) {
    std::cerr << error.what() << '\n';
    return kExitFailure;
  }
}

int dump_journal(const DumpOptions& options) {
  const auto disk = open_folder(options.folder);
  std::optional<EngineConfig> config;
  if (const auto segments = segments_of(*disk); !segments.empty() && number_of(segments.front()) > 1) {
    const auto snapshot = snapshot_until(*disk, number_of(segments.front()) - 1);
    const auto start = snapshot ? snapshot->snapshot.start : first_run_of(*disk);
    config = configuration_of(*start);
  }
  const JournalReading reading = read_journal(*disk, {}, [&](const RecordView& record) {
    if (const auto start = read_run_start(record)) config = configuration_of(*start);
    if (!config) throw JournalError(disk->path_of("") + ": must begin with the start of a run");
    const std::uint64_t sequence = record.header.sequence;
    if (options.to && sequence > *options.to) return false;
    const bool is_wanted = options.type.empty() || options.type == to_string(record.header.type);
    if (sequence >= options.from && is_wanted) std::cout << record_json(*config, record) << '\n';
    return std::cout.good();
  });
  if (reading.torn_bytes > 0) {
    std::cerr << disk->path_of(reading.last_segment) << ": " << reading.torn_bytes
              << " bytes behind the last record are of a write that was cut short\n";
  }
  return kExitSuccess;
}

int reconcile_journal(const ReconcileOptions& options) {
  const auto day = options.day.empty() ? std::nullopt : std::optional(parse_day(options.day));
  const std::vector<NamedFill> theirs = read_drop_copy(options.fills);
  const auto disk = open_folder(options.folder);
  JournalReplay replay(*disk, std::nullopt);
  FillsCollector collector(replay.config(), day);
  const Replayed end = replay.play(collector);
  if (!end.error.empty()) throw JournalError(end.error);
  const FillsComparison comparison = compare_fills(collector.fills(), theirs);
  print_comparison(std::cout, comparison);
  return comparison.all_agree() ? kExitSuccess : kExitFailure;
}

int replay_journal(const JournalReplayOptions& options) {
  const auto disk = open_folder(options.folder);
  JournalReplay replay(*disk, options.until);
  const EngineConfig& config = replay.config();
  std::unique_ptr<CsvFile> fills;
  if (!options.fills.empty()) fills = open_fills_file(options.fills);
  std::unique_ptr<CsvFile> orders_out;
  if (!options.orders_out.empty()) orders_out = open_orders_file(options.orders_out);
  Recorder recorder(config, fills.get());
  const auto before = std::chrono::steady_clock::now();
  const Replayed end = replay.play(recorder);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
  if (!end.error.empty()) {
    std::cerr << end.error << '\n';
    return kExitFailure;
  }
  if (options.until && end.last < *options.until) {
    std::cerr << "--until: must be a record of the journal, which ends with " << end.last << ", was "
              << *options.until << '\n';
    return kExitUsage;
  }

  Core& core = replay.core();
  recorder.finish(core.orders());
  if (fills) fills->close();
  if (orders_out) {
    write_orders_csv(*orders_out, config, recorder.orders());
    orders_out->close();
  }
  ReplayReport report = make_report(config, core, recorder, {}, 0, core.now().wall);
  report.first = end.first;
  report.last = core.now().wall;
  write_report(config, report, options.report, options.html);
  if (!options.metrics.empty()) write_text_file(options.metrics, metrics_text(replay.registry()));
  if (options.until) {
    std::cout << core_state_json(config, core, end.last) << '\n';
    return kExitSuccess;
  }
  print_report(std::cout, config, report);
  std::cout << "\nJournal: " << end.records << " records in " << took.count() << " s, "
            << static_cast<std::uint64_t>(static_cast<double>(end.records) / took.count())
            << " records/s; every event did what it did then, " << end.hashes_checked
            << " state hashes agree\n";
  return kExitSuccess;
}

}  // namespace vigil::engine
