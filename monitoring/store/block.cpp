#include "monitoring/store/block.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "monitoring/store/block_format.h"
#include "monitoring/store/byte_codec.h"
#include "monitoring/store/chunk.h"
#include "monitoring/store/crc32c.h"
#include "monitoring/store/history_error.h"

namespace vigil::monitoring {

namespace {

/// What the index says of labels, as numbers of symbols.
struct LabelSymbols {
  std::uint64_t name;
  std::uint64_t value;
};

/// Judges label values by their number, each once.
class SymbolMatcher {
 public:
  SymbolMatcher(const LabelMatcher& matcher, const std::vector<std::string_view>& symbols)
      : matcher_(matcher), symbols_(symbols), verdicts_(symbols.size(), Verdict::Unknown) {
    const auto name = std::ranges::find(symbols, std::string_view{matcher.name()});
    if (name != symbols.end()) name_ = static_cast<std::uint64_t>(name - symbols.begin());
    matches_absent_ = matcher.matches_empty();
  }
  [[nodiscard]] bool matches(const std::vector<LabelSymbols>& labels) {
    const auto label = name_ ? std::ranges::find(labels, *name_, &LabelSymbols::name) : labels.end();
    if (label == labels.end()) return matches_absent_;
    Verdict& verdict = verdicts_[label->value];
    if (verdict == Verdict::Unknown) {
      verdict = matcher_.matches(symbols_[label->value]) ? Verdict::Yes : Verdict::No;
    }
    return verdict == Verdict::Yes;
  }

 private:
  enum class Verdict : std::uint8_t { Unknown, Yes, No };
  const LabelMatcher& matcher_;
  const std::vector<std::string_view>& symbols_;
  std::vector<Verdict> verdicts_;
  std::optional<std::uint64_t> name_;
  bool matches_absent_ = false;
};

/// Any two times have a distance as unsigned numbers.
std::uint64_t length_of(const BlockSpan& span) noexcept {
  return static_cast<std::uint64_t>(span.to) - static_cast<std::uint64_t>(span.from);
}

/// The labels' order is that of a block, so they need no sorting; a name that comes twice is damage.
bool is_in_order(const std::vector<Label>& labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].value.empty() || (i > 0 && labels[i - 1].name >= labels[i].name)) return false;
  }
  return true;
}

}  // namespace

std::string_view to_string(BlockLevel level) noexcept {
  switch (level) {
    case BlockLevel::Raw:
      return "raw";
    case BlockLevel::Minute:
      return "minute";
    case BlockLevel::Hour:
      return "hour";
  }
  return "unknown";
}

Block::Block(std::unique_ptr<StoredBytes> bytes) : bytes_(std::move(bytes)) {
  using namespace block_format;
  if (bytes_->size() < kHeaderSize + kFooterSize) fail("must be a block, is too short for one");
  const std::string header = bytes_->read(0, kHeaderSize);
  ByteReader reader(header);
  if (reader.bytes(kMagic.size()) != kMagic) fail("must be a block, does not begin like one");
  const auto version = reader.fixed<std::uint32_t>();
  if (version != kVersion) {
    fail("must be a block of version " + std::to_string(kVersion) + ", is one of version " +
         std::to_string(version));
  }
  const auto level = reader.fixed<std::uint32_t>();
  span_ = {.level = static_cast<BlockLevel>(level),
           .from = reader.fixed<SampleTime>(),
           .to = reader.fixed<SampleTime>()};
  constexpr std::size_t kChecked = kHeaderSize - 2 * sizeof(std::uint32_t);
  if (reader.fixed<std::uint32_t>() != crc32c(std::string_view{header}.substr(0, kChecked))) {
    fail("header: the checksum is wrong");
  }
  if (level > static_cast<std::uint32_t>(BlockLevel::Hour) || span_.from >= span_.to) {
    fail("header: must tell of a span of time");
  }

  const std::string footer = bytes_->read(bytes_->size() - kFooterSize, kFooterSize);
  ByteReader end(footer);
  index_offset_ = end.fixed<std::uint64_t>();
  index_size_ = end.fixed<std::uint64_t>();
  index_crc_ = end.fixed<std::uint32_t>();
  constexpr std::size_t kCheckedOfFooter = 2 * sizeof(std::uint64_t) + sizeof(std::uint32_t);
  if (end.fixed<std::uint32_t>() != crc32c(std::string_view{footer}.substr(0, kCheckedOfFooter)) ||
      !footer.ends_with(kEndMagic)) {
    fail("must end like a block, does not");
  }
  const std::uint64_t room = bytes_->size() - kHeaderSize - kFooterSize;
  if (index_offset_ < kHeaderSize || index_size_ > room ||
      index_offset_ - kHeaderSize != room - index_size_) {
    fail("footer: must tell where the index is");
  }
}

struct BlockCursor::Impl {
  Impl(const Block& in, std::span<const LabelMatcher> matchers)
      : block(in), index(in.bytes_->read(in.index_offset_, in.index_size_)), reader(index) {
    if (crc32c(index) != block.index_crc_) block.fail("index: the checksum is wrong");
    const std::uint64_t count = reader.varint();
    if (count > reader.left()) block.fail("index: must have symbols");
    symbols.resize(count);
    for (std::string_view& symbol : symbols) symbol = reader.text();
    wanted.reserve(matchers.size());
    for (const LabelMatcher& matcher : matchers) wanted.emplace_back(matcher, symbols);
    left = reader.varint();
    place.offset = block_format::kHeaderSize;
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void read_series() {
    const std::uint64_t common = reader.varint();
    const std::uint64_t others = reader.varint();
    if (common > series.size() || others > reader.left()) block.fail("index: a series must have labels");
    series.resize(common);
    for (std::uint64_t i = 0; i < others; ++i) {
      const std::uint64_t name = reader.varint();
      const std::uint64_t value = reader.varint();
      if (name >= symbols.size() || value >= symbols.size()) block.fail("index: a label must be of symbols");
      series.push_back({.name = name, .value = value});
    }
    place.offset += place.size;
    place.size = reader.varint();
    place.crc = reader.fixed<std::uint32_t>();
    if (place.size > block.index_offset_ - place.offset) block.fail("index: chunks must lie before it");
    if (reader.has_failed()) block.fail("index: must tell of all series");
  }
  [[nodiscard]] bool matches() {
    return std::ranges::all_of(wanted, [&](SymbolMatcher& matcher) { return matcher.matches(series); });
  }
  void take_labels() {
    std::vector<Label> all;
    all.reserve(series.size());
    for (const LabelSymbols& label : series) all.push_back({symbols[label.name], symbols[label.value]});
    if (!is_in_order(all)) block.fail("index: labels must be in order");
    labels = Labels{all};
  }

  const Block& block;
  const std::string index;
  ByteReader reader;
  std::vector<std::string_view> symbols;
  std::vector<SymbolMatcher> wanted;
  std::uint64_t left = 0;
  std::vector<LabelSymbols> series;
  BlockPlace place;
  Labels labels;
};

BlockCursor::BlockCursor(const Block& block, std::span<const LabelMatcher> matchers)
    : impl_(std::make_unique<Impl>(block, matchers)) {}
BlockCursor::~BlockCursor() = default;
BlockCursor::BlockCursor(BlockCursor&&) noexcept = default;
BlockCursor& BlockCursor::operator=(BlockCursor&&) noexcept = default;

bool BlockCursor::next() {
  while (impl_->left > 0) {
    --impl_->left;
    impl_->read_series();
    if (!impl_->matches()) continue;
    impl_->take_labels();
    return true;
  }
  return false;
}

const Labels& BlockCursor::labels() const noexcept {
  return impl_->labels;
}
const BlockPlace& BlockCursor::place() const noexcept {
  return impl_->place;
}

void Block::read(const BlockPlace& place, std::size_t column, SampleRange range,
                 std::vector<Sample>& out) const {
  const std::string bytes = bytes_->read(place.offset, place.size);
  if (crc32c(bytes) != place.crc) fail("chunks: the checksum is wrong");
  ByteReader reader(bytes);
  const std::size_t before = out.size();
  for (std::size_t i = 0; i <= column; ++i) {
    const std::uint64_t first = reader.varint();
    const std::uint64_t count = reader.varint();
    const std::uint64_t bits = reader.varint();
    const std::string_view data = reader.bytes(bits / 8 + (bits % 8 == 0 ? 0 : 1));
    if (reader.has_failed()) fail("chunks: must have all columns");
    if (i < column) continue;
    if (count > std::numeric_limits<std::uint32_t>::max() || first >= length_of(span_)) {
      fail("chunks: must lie within the block's time");
    }
    std::vector<std::uint64_t> words((data.size() + 7) / 8);
    if (!data.empty()) std::memcpy(words.data(), data.data(), data.size());
    ChunkReader samples(span_.from + static_cast<SampleTime>(first), static_cast<std::uint32_t>(count), words,
                        bits);
    Sample sample;
    bool is_inside = true;
    while (is_inside && samples.next(sample) && sample.time <= range.to) {
      is_inside = sample.time >= span_.from && sample.time < span_.to;
      if (is_inside && sample.time >= range.from) out.push_back(sample);
    }
    if (!is_inside) {
      out.resize(before);
      fail("chunks: must lie within the block's time");
    }
    if (samples.is_damaged()) {
      out.resize(before);
      fail("chunks: must hold " + std::to_string(count) + " samples, do not");
    }
  }
}

void Block::fail(const std::string& what) const {
  throw HistoryError(bytes_->name() + ": " + what);
}

}  // namespace vigil::monitoring
