#include "monitoring/store/compaction.h"

#include <algorithm>
#include <array>
#include <limits>

#include "monitoring/store/block_writer.h"
#include "monitoring/store/chunk.h"
#include "monitoring/store/roll_up.h"

namespace vigil::monitoring {

namespace {

Chunk chunk_of(std::span<const Sample> samples) {
  ChunkWriter writer;
  for (const Sample& sample : samples) writer.append(sample);
  return writer.chunk();
}

void add(BlockWriter& writer, const Labels& labels, const RollUp& rolled) {
  std::array<Chunk, kRollUpColumns> chunks;
  std::ranges::transform(rolled, chunks.begin(),
                         [](const std::vector<Sample>& column) { return chunk_of(column); });
  writer.add(labels, chunks);
}

struct Tier {
  BlockLevel level;
  SampleTime length;
  bool makes_hours;
};
constexpr std::array<Tier, 3> kTiers{{{BlockLevel::Minute, 2 * kHour, false},
                                      {BlockLevel::Minute, kDay, true},
                                      {BlockLevel::Hour, 30 * kDay, false}}};

}  // namespace

std::optional<MergePlan> plan_merge(std::span<const std::shared_ptr<const Block>> blocks, SampleTime newest) {
  for (const Tier& tier : kTiers) {
    Blocks of_level;
    std::ranges::copy_if(blocks, std::back_inserter(of_level),
                         [&](const auto& block) { return block->span().level == tier.level; });
    std::ranges::sort(of_level, {}, [](const auto& block) { return block->span().from; });
    for (auto first = of_level.begin(); first != of_level.end();) {
      const SampleTime from = period_start((*first)->span().from, tier.length);
      const SampleTime to = from + tier.length;
      const auto last =
          std::find_if(first, of_level.end(), [&](const auto& block) { return block->span().from >= to; });
      const BlockSpan into{.level = tier.level, .from = from, .to = to};
      const bool is_done = last - first == 1 && (*first)->span().to - (*first)->span().from >= tier.length;
      if (to <= newest && !is_done) {
        return MergePlan{.into = into, .from = {first, last}, .makes_hours = tier.makes_hours};
      }
      first = last;
    }
  }
  return std::nullopt;
}

void write_raw(const Head& head, BlockSpan span, ByteSink& raw, ByteSink& minutes) {
  BlockWriter raw_writer(span, raw);
  BlockWriter minute_writer({.level = BlockLevel::Minute, .from = span.from, .to = span.to}, minutes);
  const SampleRange range{.from = span.from, .to = span.to - 1};
  for (const Head::SeriesPointer& series : head.all()) {
    std::vector<Sample> samples;
    series->read(range, RollUpColumn::Last, samples);
    if (samples.empty()) continue;
    const auto chunks = series->chunks(range);
    const bool is_whole = chunks.size() == 1 && chunks.front()->count == samples.size();
    const Chunk chunk = is_whole ? *chunks.front() : chunk_of(samples);
    raw_writer.add(series->labels(), {&chunk, 1});
    RollUp rolled;
    roll_up(samples, kMinute, rolled);
    add(minute_writer, series->labels(), rolled);
  }
  raw_writer.finish();
  minute_writer.finish();
}

void write_merged(const MergePlan& plan, ByteSink& merged, ByteSink* hours) {
  BlockWriter writer(plan.into, merged);
  std::optional<BlockWriter> hour_writer;
  if (hours != nullptr) {
    hour_writer.emplace(BlockSpan{.level = BlockLevel::Hour, .from = plan.into.from, .to = plan.into.to},
                        *hours);
  }
  struct Source {
    const Block* block;
    BlockCursor cursor;
    bool has_series;
  };
  std::vector<Source> sources;
  for (const auto& block : plan.from) {
    sources.push_back({.block = block.get(), .cursor = BlockCursor(*block), .has_series = false});
    sources.back().has_series = sources.back().cursor.next();
  }
  while (true) {
    std::optional<Labels> least;
    for (const Source& source : sources) {
      if (source.has_series && (!least || source.cursor.labels() < *least)) least = source.cursor.labels();
    }
    if (!least) break;
    RollUp rolled;
    for (Source& source : sources) {
      if (!source.has_series || source.cursor.labels() != *least) continue;
      for (std::size_t column = 0; column < rolled.size(); ++column) {
        source.block->read(source.cursor.place(), column, {}, rolled[column]);
      }
      source.has_series = source.cursor.next();
    }
    add(writer, *least, rolled);
    if (!hour_writer) continue;
    RollUp by_hour;
    roll_up(rolled, kHour, by_hour);
    add(*hour_writer, *least, by_hour);
  }
  writer.finish();
  if (hour_writer) hour_writer->finish();
}

}  // namespace vigil::monitoring
