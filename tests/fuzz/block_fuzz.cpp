// The input is a block: as it stands (first byte r), with the checksums of header, index and footer made
// right (f), or what the chunks of its only series are, of a level that the second byte tells. It is read as
// a whole, by columns and for a part of its time; samples come in order and within the block's time, or it is
// refused.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "monitoring/store/block.h"
#include "monitoring/store/block_format.h"
#include "monitoring/store/byte_codec.h"
#include "monitoring/store/crc32c.h"
#include "monitoring/store/history_error.h"

using namespace vigil::monitoring;
using namespace vigil::monitoring::block_format;

namespace {

constexpr std::size_t kCheckedOfHeader = kHeaderSize - 2 * sizeof(std::uint32_t);
constexpr std::size_t kCheckedOfFooter = kFooterSize - sizeof(std::uint32_t) - 8;

void put_crc(std::string& bytes, std::size_t at, std::uint32_t crc) {
  std::memcpy(bytes.data() + at, &crc, sizeof crc);
}

std::string with_checksums(std::string bytes) {
  if (bytes.size() < kHeaderSize + kFooterSize) return bytes;
  put_crc(bytes, kCheckedOfHeader, crc32c(std::string_view{bytes}.substr(0, kCheckedOfHeader)));
  const std::size_t footer = bytes.size() - kFooterSize;
  ByteReader reader(std::string_view{bytes}.substr(footer));
  const auto offset = reader.fixed<std::uint64_t>();
  const auto size = reader.fixed<std::uint64_t>();
  if (offset <= footer && size <= footer - offset) {
    put_crc(bytes, footer + 16, crc32c(std::string_view{bytes}.substr(offset, size)));
  }
  put_crc(bytes, footer + kCheckedOfFooter, crc32c(std::string_view{bytes}.substr(footer, kCheckedOfFooter)));
  return bytes;
}

std::string block_of(BlockLevel level, std::string_view chunks) {
  std::string bytes{kMagic};
  put_fixed(bytes, kVersion);
  put_fixed(bytes, static_cast<std::uint32_t>(level));
  put_fixed(bytes, SampleTime{1'800'000'000'000});
  put_fixed(bytes, SampleTime{1'800'000'600'000});
  bytes.resize(kHeaderSize);
  bytes += chunks;
  std::string index;
  put_varint(index, 2);
  put_text(index, "__name__");
  put_text(index, "up");
  put_varint(index, 1);
  for (const std::uint64_t number : {0, 1, 0, 1}) put_varint(index, number);
  put_varint(index, chunks.size());
  put_fixed(index, crc32c(chunks));
  const std::uint64_t offset = bytes.size();
  bytes += index;
  put_fixed(bytes, offset);
  put_fixed(bytes, std::uint64_t{index.size()});
  bytes.append(2 * sizeof(std::uint32_t), '\0');
  bytes += kEndMagic;
  return with_checksums(std::move(bytes));
}

void check_series(const Block& block, const BlockPlace& place, SampleRange range) {
  for (std::size_t column = 0; column < columns_of(block.span().level); ++column) {
    std::vector<Sample> samples;
    try {
      block.read(place, column, range, samples);
    } catch (const HistoryError&) {
      if (!samples.empty()) std::abort();
      continue;
    }
    if (!std::ranges::is_sorted(samples, std::ranges::less_equal{}, &Sample::time)) std::abort();
    const SampleTime from = std::max(range.from, block.span().from);
    if (!samples.empty() && samples.front().time < from) std::abort();
    if (!samples.empty() && (samples.back().time > range.to || samples.back().time >= block.span().to)) {
      std::abort();
    }
  }
}

void check(const std::string& bytes) {
  const Block block(in_memory(bytes, "input"));
  const std::vector<LabelMatcher> matchers{LabelMatcher{MatchKind::Equal, "__name__", "up"},
                                           LabelMatcher{MatchKind::NotEqual, "job", "a"}};
  std::size_t all = 0;
  for (BlockCursor cursor(block); cursor.next(); ++all) {
    check_series(block, cursor.place(), {});
    check_series(block, cursor.place(), {.from = 1'800'000'100'000, .to = 1'800'000'300'000});
  }
  std::size_t some = 0;
  for (BlockCursor cursor(block, matchers); cursor.next(); ++some) {
    if (cursor.labels().value("__name__") != "up") std::abort();
  }
  if (some > all) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string input(reinterpret_cast<const char*>(data), size);
  try {
    if (input.front() == 'r') {
      check(input.substr(1));
    } else if (input.front() == 'f') {
      check(with_checksums(input.substr(1)));
    } else {
      check(block_of(static_cast<BlockLevel>(data[1] % 3), std::string_view{input}.substr(2)));
    }
  } catch (const HistoryError&) {
    // As it should be.
  }
  return 0;
}
