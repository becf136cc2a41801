#include "monitoring/store/block_writer.h"

#include <cassert>
#include <cstring>

#include "monitoring/store/block_format.h"
#include "monitoring/store/byte_codec.h"
#include "monitoring/store/crc32c.h"

namespace vigil::monitoring {

BlockWriter::BlockWriter(BlockSpan span, ByteSink& sink) : span_(span), sink_(sink) {
  std::string header{block_format::kMagic};
  put_fixed(header, block_format::kVersion);
  put_fixed(header, static_cast<std::uint32_t>(span.level));
  put_fixed(header, span.from);
  put_fixed(header, span.to);
  put_fixed(header, crc32c(header));
  put_fixed(header, std::uint32_t{0});
  assert(header.size() == block_format::kHeaderSize);
  write(header);
}

void BlockWriter::add(const Labels& labels, std::span<const Chunk> columns) {
  assert(columns.size() == columns_of(span_.level));
  if (columns.front().count == 0) return;
  assert(series_count_ == 0 || previous_labels_ < labels);
  previous_labels_ = labels;

  std::string chunks;
  for (const Chunk& chunk : columns) {
    assert(chunk.first >= span_.from && chunk.last < span_.to);
    const std::size_t size = (chunk.bits + 7) / 8;
    put_varint(chunks, static_cast<std::uint64_t>(chunk.first - span_.from));
    put_varint(chunks, chunk.count);
    put_varint(chunks, chunk.bits);
    chunks.append(reinterpret_cast<const char*>(chunk.words.data()), size);
  }

  std::vector<LabelSymbols> now;
  now.reserve(labels.size());
  for (const Label label : labels) {
    const std::uint64_t name = symbol(label.name);
    now.emplace_back(name, symbol(label.value));
  }
  std::size_t common = 0;
  while (common < now.size() && common < previous_.size() && now[common] == previous_[common]) ++common;
  put_varint(series_, common);
  put_varint(series_, now.size() - common);
  for (std::size_t i = common; i < now.size(); ++i) {
    put_varint(series_, now[i].first);
    put_varint(series_, now[i].second);
  }
  put_varint(series_, chunks.size());
  put_fixed(series_, crc32c(chunks));
  previous_ = std::move(now);
  ++series_count_;
  write(chunks);
}

void BlockWriter::finish() {
  const std::uint64_t index_offset = written_;
  std::string index;
  put_varint(index, symbols_.size());
  index += symbol_texts_;
  put_varint(index, series_count_);
  index += series_;
  write(index);

  std::string footer;
  put_fixed(footer, index_offset);
  put_fixed(footer, std::uint64_t{index.size()});
  put_fixed(footer, crc32c(index));
  put_fixed(footer, crc32c(footer));
  footer += block_format::kEndMagic;
  assert(footer.size() == block_format::kFooterSize);
  write(footer);
}

std::uint64_t BlockWriter::symbol(std::string_view text) {
  const auto known = symbols_.find(text);
  if (known != symbols_.end()) return known->second;
  put_text(symbol_texts_, text);
  const std::uint64_t number = symbols_.size();
  symbols_.emplace(text, number);
  return number;
}

void BlockWriter::write(std::string_view bytes) {
  sink_.write(bytes);
  written_ += bytes.size();
}

}  // namespace vigil::monitoring
