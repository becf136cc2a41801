#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace vigil::engine {

/// `vigil journal verify`: reads everything, checks every sum and the chain. 0: whole, 1: not.
/// `head`: "SEQUENCE:HASH" that an earlier verification printed; what was recorded up to there must be the
/// same still.
int verify_journal(const std::string& folder, const std::string& head);

struct DumpOptions {
  std::string folder;
  std::uint64_t from = 1;
  std::optional<std::uint64_t> to;
  std::string type;  ///< empty: all
};
/// `vigil journal dump`: a line of JSON a record.
int dump_journal(const DumpOptions& options);

struct ReconcileOptions {
  std::string folder;
  std::string fills;  ///< the drop copy
  std::string day;    ///< "2026-01-31", UTC: only what the engine booked then; empty: all
};
/// `vigil journal reconcile`: the fills that the journal has against a drop copy. 0: they agree, 1: not.
int reconcile_journal(const ReconcileOptions& options);

struct JournalReplayOptions {
  std::string folder;
  std::optional<std::uint64_t> until;  ///< number of the last record; nothing: all
  std::string report;
  std::string html;
  std::string fills;
  std::string orders_out;
  std::string metrics;  ///< a file for the exposition of all metrics at the end
};
/// `vigil replay --journal`: does again what the journal says, and checks that it comes out the same. With
/// `until` what the engine knew then goes to standard output as JSON.
int replay_journal(const JournalReplayOptions& options);

/// The folder with the segments: `path` itself, or the journal in a data folder.
[[nodiscard]] std::string journal_folder(const std::string& path);

}  // namespace vigil::engine
