#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/delivery/record_disk.h"

namespace vigil::monitoring {

/// What of a file was not as it should be when it was opened.
struct FileDamage {
  std::uint64_t cut_bytes = 0;      ///< behind the last whole record
  std::uint64_t damaged_bytes = 0;  ///< before it
  std::uint64_t unreadable = 0;     ///< records that say nothing to who reads them

  /// For people; empty: nothing.
  [[nodiscard]] std::string text(std::string_view path) const;
};

/// Records behind one another in a file, each with its length and a CRC-32C over both (Castagnoli): 8 bytes
/// "VIGLREC1", then for each record its length and the checksum (32 bits each, little endian) and its bytes.
/// A write that was cut short by a crash leaves a torn tail, which is cut off when the file is opened; bytes
/// before a whole record that are none themselves are damage, which is left where it is and skipped. One
/// thread.
class RecordFile {
 public:
  static constexpr std::size_t kMaxRecord = std::size_t{16} * 1024 * 1024;
  /// Who keeps a file short writes it anew beyond this size, when it is twice as long as it was then.
  static constexpr std::uint64_t kCompactBytes = std::uint64_t{4} * 1024 * 1024;

  /// What was there.
  struct Opened {
    std::vector<std::string> records = {};
    std::uint64_t cut_bytes = 0;      ///< behind the last whole record
    std::uint64_t damaged_bytes = 0;  ///< before it
  };

  /// Opens or makes the file. Throws std::runtime_error naming it and the reason if that fails, or if it is a
  /// file of another kind.
  RecordFile(const std::string& path, Opened& opened, RecordDisk& disk = system_disk());

  /// Adds the records behind the others; with `sync` they are on the disk when it returns, else only safe
  /// from an end of this process. False: none of them is in the file (disk full, record too long).
  [[nodiscard]] bool append(std::span<const std::string> records, bool sync);
  /// Puts these in the place of all that are there, at once: a crash leaves either. If there are any, they
  /// are on the disk when it returns. False: all is as before.
  [[nodiscard]] bool replace(std::span<const std::string> records);
  /// Bytes of the file.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  std::unique_ptr<GrowingFile> file_;
  std::uint64_t size_ = 0;
  /// Behind the records there is a part of one that could not be removed: nothing is appended until the file
  /// is written anew.
  bool has_rest_ = false;
};

/// The whole records of what a RecordFile wrote, `bytes`.
struct WholeRecords {
  std::vector<std::string> records = {};
  std::size_t end = 0;              ///< behind the last of them; 0 if the bytes are not those of such a file
  std::uint64_t damaged_bytes = 0;  ///< between them
};
[[nodiscard]] WholeRecords read_records(std::string_view bytes);

// A record made of fields: for each a 32-bit length, little endian, and its bytes.
[[nodiscard]] std::string packed(std::span<const std::string_view> fields);
/// The fields, which live in `record`; none if it is not made of exactly `count`.
[[nodiscard]] std::vector<std::string_view> unpacked(std::string_view record, std::size_t count);

}  // namespace vigil::monitoring
