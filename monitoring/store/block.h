#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "monitoring/store/label_matcher.h"
#include "monitoring/store/labels.h"
#include "monitoring/store/sample_source.h"
#include "monitoring/store/stored_bytes.h"

/// Blocks: the samples of many series over a span of time, never changed once written.
///
///     header   "VIGILBLK", version u32, level u32, from i64, to i64, CRC-32C of the header u32, zero u32
///     chunks   of a series together, the series by their labels: for each column of the level
///                times relative to `from`, count, bits (varints), the bits in whole bytes
///     symbols  count, then each name and value of labels once, as length and text
///     series   count; for each: how many labels it has in common with the one before, how many follow; for
///              each of those name and value as numbers of symbols; bytes of its chunks, CRC-32C of them u32
///     footer   offset of the symbols u64, bytes of symbols and series u64, CRC-32C of those u32, of the
///     footer's
///              bytes before this u32, "KLBLIGIV"
///
/// Numbers are varints where no width is given, all little endian.
namespace vigil::monitoring {

enum class BlockLevel : std::uint8_t { Raw, Minute, Hour };
[[nodiscard]] std::string_view to_string(BlockLevel level) noexcept;
inline constexpr std::size_t kRollUpColumns = 5;
/// Raw blocks keep samples, the others for each minute or hour what RollUpColumn names.
[[nodiscard]] constexpr std::size_t columns_of(BlockLevel level) noexcept {
  return level == BlockLevel::Raw ? 1 : kRollUpColumns;
}

/// Samples with from <= time < to.
struct BlockSpan {
  BlockLevel level = BlockLevel::Raw;
  SampleTime from = 0;
  SampleTime to = 0;
  friend bool operator==(const BlockSpan&, const BlockSpan&) = default;
};

/// Where a series' chunks stand in a block.
struct BlockPlace {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint32_t crc = 0;
};

/// A block that is read. Immutable, any thread.
class Block {
 public:
  /// Reads header and footer. Throws HistoryError for what is no block, or a damaged one.
  explicit Block(std::unique_ptr<StoredBytes> bytes);

  [[nodiscard]] const BlockSpan& span() const noexcept { return span_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return bytes_->size(); }
  [[nodiscard]] const StoredBytes& bytes() const noexcept { return *bytes_; }

  /// One of the columns of a series; of a raw block there is only the first. Throws HistoryError.
  void read(const BlockPlace& place, std::size_t column, SampleRange range, std::vector<Sample>& out) const;

 private:
  friend class BlockCursor;
  [[noreturn]] void fail(const std::string& what) const;

  std::unique_ptr<StoredBytes> bytes_;
  BlockSpan span_;
  std::uint64_t index_offset_ = 0;
  std::uint64_t index_size_ = 0;
  std::uint32_t index_crc_ = 0;
};

/// Goes through the series of a block that match, by ascending labels. One thread.
class BlockCursor {
 public:
  /// Reads the index. `block` outlives the cursor, `matchers` too. Throws HistoryError.
  explicit BlockCursor(const Block& block, std::span<const LabelMatcher> matchers = {});
  ~BlockCursor();
  BlockCursor(BlockCursor&&) noexcept;
  BlockCursor& operator=(BlockCursor&&) noexcept;

  /// To the first or next series; false if there is none. Throws HistoryError.
  [[nodiscard]] bool next();
  // Of the series it stands at.
  [[nodiscard]] const Labels& labels() const noexcept;
  [[nodiscard]] const BlockPlace& place() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::monitoring
