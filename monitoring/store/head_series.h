#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "monitoring/store/chunk.h"
#include "monitoring/store/sample_source.h"

namespace vigil::monitoring {

/// The newest samples of a series: an open chunk and the closed ones before it. One thread appends (it gives
/// the time stamps, ascending), one drops, any reads; a lock held for as long as one chunk is read keeps them
/// apart.
class HeadSeries final : public StoredSeries, public std::enable_shared_from_this<HeadSeries> {
 public:
  /// `lock` is shared with other series and outlives this one.
  HeadSeries(Labels labels, std::mutex& lock) : labels_(std::move(labels)), lock_(lock) {}

  [[nodiscard]] const Labels& labels() const noexcept override { return labels_; }
  void read(SampleRange range, RollUpColumn column, std::vector<Sample>& out) const override;
  [[nodiscard]] std::optional<Sample> last(SampleRange range) const override;

  enum class Appended : std::uint8_t {
    Unchanged,  ///< the value of the sample before
    Changed,
    OutOfOrder,  ///< not newer than the last sample: refused
  };
  Appended append(Sample sample);
  /// Closes the open chunk: the next sample begins a new one.
  void close_chunk();
  /// Forgets closed chunks whose samples are all older.
  void drop_before(SampleTime time);

  /// The chunks with samples in the range, a copy of the open one among them.
  [[nodiscard]] std::vector<std::shared_ptr<const Chunk>> chunks(SampleRange range) const;
  /// The last sample ever appended, whatever was dropped since.
  [[nodiscard]] std::optional<Sample> last_ever() const;
  [[nodiscard]] bool is_empty() const;
  /// Memory, labels included.
  [[nodiscard]] std::size_t bytes() const;

  /// No longer to be found: its last sample was an end, and everything was dropped. Who wants to append finds
  /// or adds the series anew. The appending thread.
  [[nodiscard]] bool is_removed() const noexcept { return is_removed_; }
  void set_removed() noexcept { is_removed_ = true; }

 private:
  const Labels labels_;
  std::mutex& lock_;
  ChunkWriter open_;
  std::vector<std::shared_ptr<const Chunk>> closed_;  ///< the oldest first
  std::optional<Sample> last_;
  bool is_removed_ = false;
};

}  // namespace vigil::monitoring
