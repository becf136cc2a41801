#include "monitoring/store/block_keeper.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "monitoring/store/block_folder.h"
#include "monitoring/store/compaction.h"
#include "monitoring/store/history_error.h"

namespace vigil::monitoring {

namespace {

constexpr std::size_t kMostDamage = 100;

SampleTime milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

std::string name_of(const BlockSpan& span) {
  return std::string{to_string(span.level)} + "-" + std::to_string(span.from) + "-" +
         std::to_string(span.to) + std::string{kBlockSuffix};
}

BlockSpan with_level(BlockSpan span, BlockLevel level) {
  span.level = level;
  return span;
}

}  // namespace

BlockKeeper::BlockKeeper(const HistoryConfig& config, HistoryMetrics& metrics)
    : config_(config), metrics_(metrics) {
  if (!config_.folder.empty()) open_all();
}

std::shared_ptr<const BlockList> BlockKeeper::list() const {
  const std::lock_guard guard(lock_);
  return list_;
}

std::vector<std::string> BlockKeeper::damage() const {
  const std::lock_guard guard(lock_);
  return damage_;
}

void BlockKeeper::remember_damage(std::string what) {
  const std::lock_guard guard(lock_);
  if (damage_.size() == kMostDamage || std::ranges::find(damage_, what) != damage_.end()) return;
  damage_.push_back(std::move(what));
}

void BlockKeeper::open_all() {
  BlockFolder found = open_blocks(config_.folder);
  for (const std::string& path : found.unfinished) ::unlink(path.c_str());
  for (std::string& damage : found.damage) {
    metrics_.open_errors.add();
    remember_damage(std::move(damage));
  }
  for (const auto& block : found.merged) remove_file(*block);
  publish(std::make_shared<BlockList>(std::move(found.list)));
  publish_sizes();
}

bool BlockKeeper::write(const Head& head, const BlockSpan& span) {
  try {
    const BlockSpan minute_span = with_level(span, BlockLevel::Minute);
    const auto raw = sink(span);
    const auto minutes = sink(minute_span);
    write_raw(head, span, *raw, *minutes);
    auto fresh = std::make_shared<BlockList>(*list());
    // Written before, when the raw block beside it could not be.
    std::erase_if(fresh->blocks, [&](const auto& block) { return block->span() == minute_span; });
    // The raw block last: while it is missing the log brings the span back.
    fresh->blocks.push_back(std::make_shared<const Block>(minutes->finish()));
    fresh->blocks.push_back(std::make_shared<const Block>(raw->finish()));
    publish(std::move(fresh));
    return true;
  } catch (const HistoryError& error) {
    metrics_.block_errors.add();
    remember_damage(error.what());
    return false;
  }
}

void BlockKeeper::set_head_from(SampleTime time) {
  auto fresh = std::make_shared<BlockList>(*list());
  fresh->head_from = time;
  publish(std::move(fresh));
}

void BlockKeeper::merge(SampleTime newest) {
  while (const auto plan = plan_merge(list()->blocks, newest)) {
    try {
      const BlockSpan hour_span = with_level(plan->into, BlockLevel::Hour);
      const auto merged = sink(plan->into);
      const auto hours = plan->makes_hours ? sink(hour_span) : nullptr;
      write_merged(*plan, *merged, hours.get());
      auto fresh = std::make_shared<BlockList>(*list());
      std::erase_if(fresh->blocks, [&](const auto& block) {
        const bool is_old_hours = hours != nullptr && block->span() == hour_span;
        return is_old_hours || std::ranges::find(plan->from, block) != plan->from.end();
      });
      if (hours != nullptr) fresh->blocks.push_back(std::make_shared<const Block>(hours->finish()));
      fresh->blocks.push_back(std::make_shared<const Block>(merged->finish()));
      publish(std::move(fresh));
      for (const auto& block : plan->from) {
        if (!(block->span() == plan->into)) remove_file(*block);
      }
    } catch (const HistoryError& error) {
      metrics_.merge_errors.add();
      remember_damage(error.what());
      return;
    }
  }
}

void BlockKeeper::remove_old(SampleTime newest) {
  auto fresh = std::make_shared<BlockList>(*list());
  Blocks leaving;
  std::erase_if(fresh->blocks, [&](const auto& block) {
    if (block->span().to > kept_from(block->span().level, newest)) return false;
    leaving.push_back(block);
    return true;
  });
  const std::uint64_t bound = config_.folder.empty() ? config_.max_memory_bytes : config_.max_bytes;
  while (true) {
    std::uint64_t bytes = 0;
    for (const auto& block : fresh->blocks) bytes += block->size();
    if (bytes <= bound) break;
    // The oldest; of one age the finer, whose minutes stay.
    const auto oldest = std::ranges::min_element(fresh->blocks, [](const auto& a, const auto& b) {
      return std::pair(a->span().to, a->span().level) < std::pair(b->span().to, b->span().level);
    });
    leaving.push_back(*oldest);
    fresh->blocks.erase(oldest);
  }
  if (leaving.empty()) return;
  publish(std::move(fresh));
  for (const auto& block : leaving) remove_file(*block);
}

void BlockKeeper::publish_sizes() {
  std::array<std::uint64_t, 3> bytes{};
  std::array<std::size_t, 3> counts{};
  for (const auto& block : list()->blocks) {
    const auto level = static_cast<std::size_t>(block->span().level);
    bytes[level] += block->size();
    ++counts[level];
  }
  for (std::size_t level = 0; level < bytes.size(); ++level) {
    metrics_.bytes_blocks[level].set(static_cast<double>(bytes[level]));
    metrics_.blocks[level].set(static_cast<double>(counts[level]));
  }
}

void BlockKeeper::remove_file(const Block& block) {
  if (block.bytes().is_in_memory()) return;
  if (::unlink(block.bytes().name().c_str()) == 0 || errno == ENOENT) return;
  metrics_.remove_errors.add();
  remember_damage(block.bytes().name() + ": cannot be removed: " + std::generic_category().message(errno));
}

void BlockKeeper::publish(std::shared_ptr<BlockList> fresh) {
  fresh->arrange();
  fresh->on_damage = [this](const std::string& what) {
    metrics_.read_errors.add();
    remember_damage(what);
  };
  const std::lock_guard guard(lock_);
  list_ = std::move(fresh);
}

std::unique_ptr<ByteSink> BlockKeeper::sink(const BlockSpan& span) const {
  const std::string name = name_of(span);
  return config_.folder.empty() ? memory_sink(name) : file_sink(config_.folder + "/" + name);
}

SampleTime BlockKeeper::kept_from(BlockLevel level, SampleTime newest) const {
  switch (level) {
    case BlockLevel::Raw:
      return newest - milliseconds(config_.raw_retention);
    case BlockLevel::Minute:
      return newest - milliseconds(config_.minute_retention);
    case BlockLevel::Hour:
      break;
  }
  return newest - milliseconds(config_.hour_retention);
}

}  // namespace vigil::monitoring
