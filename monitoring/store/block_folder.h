#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "monitoring/store/block_list.h"

namespace vigil::monitoring {

/// What a folder of blocks holds.
struct BlockFolder {
  BlockList list;  ///< arranged; the head answers from the end of the last raw block on
  Blocks merged;   ///< not in the list: a wider block has their samples, a merge ended before it removed them
  std::vector<std::string> unfinished;  ///< paths of blocks that were never written to their end
  std::vector<std::string> damage;      ///< a line for each file that is no block, with the reason
};

/// How the names of blocks end, and of files that are to become one.
inline constexpr std::string_view kBlockSuffix = ".block";
inline constexpr std::string_view kUnfinishedBlockSuffix = ".block.new";

/// Opens all blocks of the folder, and changes nothing. Throws HistoryError if it cannot be listed.
[[nodiscard]] BlockFolder open_blocks(const std::string& folder);

}  // namespace vigil::monitoring
