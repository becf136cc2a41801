#include "monitoring/store/head_series.h"

#include <algorithm>
#include <bit>

namespace vigil::monitoring {

namespace {

void read_chunk(const Chunk& chunk, SampleRange range, std::vector<Sample>& out) {
  if (chunk.last < range.from || chunk.first > range.to) return;
  ChunkReader reader(chunk);
  Sample sample;
  while (reader.next(sample) && sample.time <= range.to) {
    if (sample.time >= range.from) out.push_back(sample);
  }
}

}  // namespace

void HeadSeries::read(SampleRange range, RollUpColumn column, std::vector<Sample>& out) const {
  const std::size_t before = out.size();
  std::vector<std::shared_ptr<const Chunk>> closed;
  std::vector<Sample> newest;
  {
    const std::lock_guard guard(lock_);
    for (const auto& chunk : closed_) {
      if (chunk->last >= range.from && chunk->first <= range.to) closed.push_back(chunk);
    }
    open_.read(range, closed.empty() ? out : newest);
  }
  for (const auto& chunk : closed) read_chunk(*chunk, range, out);
  out.insert(out.end(), newest.begin(), newest.end());
  if (column != RollUpColumn::Count) return;
  for (std::size_t i = before; i < out.size(); ++i) {
    if (!is_stale(out[i].value)) out[i].value = 1;
  }
}

std::optional<Sample> HeadSeries::last(SampleRange range) const {
  {
    const std::lock_guard guard(lock_);
    if (!last_ || last_->time < range.from) return std::nullopt;
    if (last_->time <= range.to) return last_;
  }
  // Somebody asks about the past: the samples in the range are read to find the last of them.
  std::vector<Sample> samples;
  read(range, RollUpColumn::Last, samples);
  if (samples.empty()) return std::nullopt;
  return samples.back();
}

HeadSeries::Appended HeadSeries::append(Sample sample) {
  const std::lock_guard guard(lock_);
  if (last_ && sample.time <= last_->time) return Appended::OutOfOrder;
  const bool is_same =
      last_ && std::bit_cast<std::uint64_t>(last_->value) == std::bit_cast<std::uint64_t>(sample.value);
  open_.append(sample);
  last_ = sample;
  return is_same ? Appended::Unchanged : Appended::Changed;
}

void HeadSeries::close_chunk() {
  const std::lock_guard guard(lock_);
  if (open_.count() == 0) return;
  closed_.push_back(std::make_shared<const Chunk>(open_.chunk()));
  open_ = {};
}

void HeadSeries::drop_before(SampleTime time) {
  const std::lock_guard guard(lock_);
  std::erase_if(closed_, [&](const auto& chunk) { return chunk->last < time; });
}

std::vector<std::shared_ptr<const Chunk>> HeadSeries::chunks(SampleRange range) const {
  const std::lock_guard guard(lock_);
  std::vector<std::shared_ptr<const Chunk>> out;
  for (const auto& chunk : closed_) {
    if (chunk->last >= range.from && chunk->first <= range.to) out.push_back(chunk);
  }
  if (open_.count() > 0 && open_.last().time >= range.from && open_.first_time() <= range.to) {
    out.push_back(std::make_shared<const Chunk>(open_.chunk()));
  }
  return out;
}

std::optional<Sample> HeadSeries::last_ever() const {
  const std::lock_guard guard(lock_);
  return last_;
}

bool HeadSeries::is_empty() const {
  const std::lock_guard guard(lock_);
  return closed_.empty() && open_.count() == 0;
}

std::size_t HeadSeries::bytes() const {
  const std::lock_guard guard(lock_);
  std::size_t bytes = sizeof *this + labels_.memory() + open_.bytes();
  for (const auto& chunk : closed_) bytes += sizeof *chunk + 16 + chunk->bytes();
  return bytes + closed_.capacity() * sizeof closed_.front();
}

}  // namespace vigil::monitoring
