#include "monitoring/store/block_folder.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <system_error>

#include "monitoring/store/history_error.h"

namespace vigil::monitoring {

namespace {

Blocks take_merged(Blocks& blocks) {
  const Blocks all = blocks;
  Blocks merged;
  std::erase_if(blocks, [&](const auto& block) {
    const BlockSpan& span = block->span();
    const bool is_merged = std::ranges::any_of(all, [&](const auto& other) {
      const BlockSpan& wider = other->span();
      return wider.level == span.level && !(wider == span) && wider.from <= span.from && span.to <= wider.to;
    });
    if (is_merged) merged.push_back(block);
    return is_merged;
  });
  return merged;
}

}  // namespace

BlockFolder open_blocks(const std::string& folder) {
  BlockFolder found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string path = entry.path().string();
    if (path.ends_with(kUnfinishedBlockSuffix)) found.unfinished.push_back(path);
    if (!path.ends_with(kBlockSuffix)) continue;
    try {
      found.list.blocks.push_back(std::make_shared<const Block>(open_file(path)));
    } catch (const HistoryError& damage) {
      found.damage.emplace_back(damage.what());
    }
  }
  if (error) throw HistoryError(folder + ": cannot be listed: " + error.message());
  found.merged = take_merged(found.list.blocks);
  for (const auto& block : found.list.blocks) {
    if (block->span().level == BlockLevel::Raw) {
      found.list.head_from = std::max(found.list.head_from, block->span().to);
    }
  }
  found.list.arrange();
  return found;
}

}  // namespace vigil::monitoring
