#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "monitoring/store/block.h"
#include "monitoring/store/chunk.h"
#include "monitoring/store/labels.h"
#include "monitoring/store/stored_bytes.h"

namespace vigil::monitoring {

/// Writes a block (see block.h), series after series; it is whole only after finish(). Keeps the index in
/// memory, the chunks go to the sink as they come. Throws HistoryError if the sink does.
class BlockWriter {
 public:
  /// `sink` outlives the writer.
  BlockWriter(BlockSpan span, ByteSink& sink);
  /// Series come by ascending labels, each once, with as many chunks as the level has columns. A series whose
  /// chunks have no samples is left out.
  void add(const Labels& labels, std::span<const Chunk> columns);
  /// The end of the block; the sink is left to its owner to finish.
  void finish();
  [[nodiscard]] std::size_t series_count() const noexcept { return series_count_; }

 private:
  /// Numbers of the symbols of a label's name and value.
  using LabelSymbols = std::pair<std::uint64_t, std::uint64_t>;

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
      return std::hash<std::string_view>{}(text);
    }
  };
  [[nodiscard]] std::uint64_t symbol(std::string_view text);
  void write(std::string_view bytes);

  BlockSpan span_;
  ByteSink& sink_;
  std::uint64_t written_ = 0;
  std::unordered_map<std::string, std::uint64_t, TextHash, std::equal_to<>> symbols_;
  std::string symbol_texts_;  ///< as in the index
  std::string series_;        ///< as in the index
  std::vector<LabelSymbols> previous_;
  Labels previous_labels_;
  std::size_t series_count_ = 0;
};

}  // namespace vigil::monitoring
