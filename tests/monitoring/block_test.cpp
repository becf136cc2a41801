#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "monitoring/store/block.h"
#include "monitoring/store/block_writer.h"
#include "monitoring/store/crc32c.h"
#include "monitoring/store/history_error.h"
#include "monitoring/store/plain_source.h"

using namespace vigil::monitoring;

namespace {

using Content = std::map<Labels, std::vector<Sample>>;

Chunk chunk_of(const std::vector<Sample>& samples) {
  ChunkWriter writer;
  for (const Sample& sample : samples) writer.append(sample);
  return writer.chunk();
}

constexpr BlockSpan kSpan{.level = BlockLevel::Raw, .from = 1'000'000, .to = 2'000'000};

std::unique_ptr<StoredBytes> written(const Content& content, std::unique_ptr<ByteSink> sink) {
  BlockWriter writer(kSpan, *sink);
  for (const auto& [labels, samples] : content) {
    const Chunk chunk = chunk_of(samples);
    writer.add(labels, {&chunk, 1});
  }
  writer.finish();
  return sink->finish();
}

Content drawn_content() {
  Content content;
  const auto count = *rc::gen::inRange(0, 20);
  for (int i = 0; i < count; ++i) {
    const Labels labels{{kMetricNameLabel, *rc::gen::element<std::string>("up", "down", "left")},
                        {"venue", *rc::gen::element<std::string>("", "A", "B")},
                        {"symbol", std::to_string(*rc::gen::inRange(0, 9))}};
    std::vector<Sample> samples;
    SampleTime time = kSpan.from + *rc::gen::inRange(0, 5000);
    while (time < kSpan.to && samples.size() < 30) {
      samples.push_back({.time = time, .value = static_cast<double>(*rc::gen::inRange(0, 50))});
      time += 1000 * *rc::gen::inRange(1, 100);
    }
    content[labels] = samples;
  }
  return content;
}

Content read_all(const Block& block, std::span<const LabelMatcher> matchers = {}, SampleRange range = {}) {
  Content content;
  BlockCursor cursor(block, matchers);
  while (cursor.next()) {
    CHECK_FALSE(content.contains(cursor.labels()));
    block.read(cursor.place(), 0, range, content[cursor.labels()]);
  }
  return content;
}

bool is_same(const Content& a, const Content& b) {
  return std::ranges::equal(a, b, [](const auto& left, const auto& right) {
    return left.first == right.first &&
           std::ranges::equal(left.second, right.second, [](const Sample& x, const Sample& y) {
             return x.time == y.time && x.value == y.value;
           });
  });
}

}  // namespace

TEST_CASE("a block gives back its series and samples, chosen by labels and time") {
  CHECK(rc::check("round trip", [] {
    const Content content = drawn_content();
    const Block block(written(content, memory_sink("memory")));
    RC_ASSERT(block.span() == kSpan);
    RC_ASSERT(is_same(read_all(block), content));

    const std::vector<LabelMatcher> matchers{
        {*rc::gen::element(MatchKind::Equal, MatchKind::NotEqual), "venue",
         *rc::gen::element<std::string>("", "A", "C")},
        {MatchKind::Regex, "symbol", *rc::gen::element<std::string>("[0-4]", ".*")}};
    const SampleRange range{.from = *rc::gen::inRange<SampleTime>(kSpan.from, kSpan.to),
                            .to = *rc::gen::inRange<SampleTime>(kSpan.from, kSpan.to)};
    Content expected;
    for (const auto& [labels, samples] : content) {
      if (!matches_all(matchers, labels)) continue;
      auto& chosen = expected[labels];
      std::ranges::copy_if(samples, std::back_inserter(chosen), [&](const Sample& sample) {
        return sample.time >= range.from && sample.time <= range.to;
      });
    }
    RC_ASSERT(is_same(read_all(block, matchers, range), expected));
  }));
}

TEST_CASE("a block in a file is there under its name when it is whole, and not before") {
  char folder[] = "/tmp/vigil_block_XXXXXX";
  REQUIRE(mkdtemp(folder) != nullptr);
  const std::string path = std::string{folder} + "/a.block";
  const Content content{{Labels{{kMetricNameLabel, "up"}}, {{.time = 1'000'500, .value = 1}}}};
  {
    const auto unfinished = file_sink(path);
    unfinished->write("half");
    CHECK_FALSE(std::filesystem::exists(path));
  }
  CHECK(std::filesystem::is_empty(folder));
  CHECK(is_same(read_all(Block(written(content, file_sink(path)))), content));
  CHECK(is_same(read_all(Block(open_file(path))), content));
  std::filesystem::remove_all(folder);
  CHECK_THROWS_WITH_AS(static_cast<void>(open_file(path)), doctest::Contains("cannot be opened"),
                       HistoryError);
}

TEST_CASE("samples outside the time that a block tells of are refused, though every checksum is right") {
  const Content content{
      {Labels{{kMetricNameLabel, "up"}}, {{.time = 1'000'500, .value = 1}, {.time = 1'001'500, .value = 2}}}};
  const auto whole = written(content, memory_sink("memory"));
  // Where the header has its last time, and its checksum.
  constexpr std::size_t kTo = 24;
  constexpr std::size_t kChecksum = 32;
  const auto ending_at = [&](SampleTime to) {
    std::string bytes = whole->read(0, whole->size());
    std::memcpy(bytes.data() + kTo, &to, sizeof to);
    const std::uint32_t crc = crc32c(std::string_view{bytes}.substr(0, kChecksum));
    std::memcpy(bytes.data() + kChecksum, &crc, sizeof crc);
    return Block(in_memory(bytes, "changed"));
  };
  CHECK(is_same(read_all(ending_at(1'001'501)), content));
  for (const SampleTime to : {1'001'500, 1'000'500}) {
    CHECK_THROWS_WITH_AS(static_cast<void>(read_all(ending_at(to))),
                         doctest::Contains("must lie within the block's time"), HistoryError);
  }
}

TEST_CASE("a damaged block is refused, whichever byte is wrong or missing") {
  const Content content{{Labels{{kMetricNameLabel, "down"}}, {{.time = 1'000'500, .value = 7}}},
                        {Labels{{kMetricNameLabel, "up"}, {"venue", "A"}},
                         {{.time = 1'000'500, .value = 1}, {.time = 1'001'500, .value = 2}}}};
  const auto whole = written(content, memory_sink("memory"));
  const std::string bytes = whole->read(0, whole->size());
  std::size_t refused = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    // The last four bytes of the header are kept free.
    if (i >= 36 && i < 40) continue;
    CHECK_THROWS_AS(static_cast<void>(read_all(Block(in_memory(changed, "changed")))), HistoryError);
    CHECK_THROWS_AS(static_cast<void>(read_all(Block(in_memory(bytes.substr(0, i), "cut")))), HistoryError);
    ++refused;
  }
  CHECK(refused + 4 == bytes.size());
}
