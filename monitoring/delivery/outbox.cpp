#include "monitoring/delivery/outbox.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace vigil::monitoring {
namespace {

// Kinds of records, the first of their fields.
constexpr std::string_view kPut = "put";    // sequence, key, repeat, time, memo, payload
constexpr std::string_view kDone = "done";  // sequences, separated by spaces
constexpr std::string_view kMemo = "memo";  // key, time, memo
constexpr std::size_t kPutFields = 7;
constexpr std::size_t kDoneFields = 2;
constexpr std::size_t kMemoFields = 4;

template <typename Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string put_record(const OutboxEntry& entry) {
  const std::string sequence = fmt::format("{}", entry.sequence);
  const std::string time = fmt::format("{}", entry.time);
  const std::array<std::string_view, kPutFields> fields{
      kPut, sequence, entry.key, entry.is_repeat ? "1" : "0", time, entry.memo, entry.payload};
  return packed(fields);
}

std::string done_record(const std::vector<std::uint64_t>& sequences) {
  const std::string list = fmt::format("{}", fmt::join(sequences, " "));
  const std::array<std::string_view, kDoneFields> fields{kDone, list};
  return packed(fields);
}

std::string memo_record(const std::string& key, const Outbox::Memo& memo) {
  const std::string time = fmt::format("{}", memo.time);
  const std::array<std::string_view, kMemoFields> fields{kMemo, key, time, memo.text};
  return packed(fields);
}

std::size_t size_of(const OutboxEntry& entry) {
  return entry.key.size() + entry.memo.size() + entry.payload.size();
}

}  // namespace

Outbox::Outbox(const std::string& path, Order order, const OutboxLimits& limits, RecordDisk& disk)
    : order_(order), limits_(limits) {
  if (path.empty()) return;
  RecordFile::Opened opened;
  file_ = std::make_unique<RecordFile>(path, opened, disk);
  damage_ = {.cut_bytes = opened.cut_bytes, .damaged_bytes = opened.damaged_bytes, .unreadable = 0};
  for (const std::string& record : opened.records) read(record);
  counts_.superseded = 0;  // these count what happens, not what happened before
  compact();
}

void Outbox::read(std::string_view record) {
  if (const auto put = unpacked(record, kPutFields); !put.empty() && put[0] == kPut) {
    const auto sequence = number<std::uint64_t>(put[1]);
    const auto time = number<SampleTime>(put[4]);
    if (sequence && time && *sequence >= next_ && *sequence < UINT64_MAX) {
      next_ = *sequence + 1;
      if (!put[5].empty()) remember(std::string{put[2]}, {.time = *time, .text = std::string{put[5]}});
      if (put[6].empty()) return;
      insert({.sequence = *sequence,
              .key = std::string{put[2]},
              .is_repeat = put[3] == "1",
              .time = *time,
              .memo = std::string{put[5]},
              .payload = std::string{put[6]}},
             nullptr);
      return;
    }
  } else if (const auto done = unpacked(record, kDoneFields); !done.empty() && done[0] == kDone) {
    for (std::string_view rest = done[1]; !rest.empty();) {
      const std::string_view word = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
      const auto sequence = number<std::uint64_t>(word);
      const auto entry = sequence ? waiting_.find(*sequence) : waiting_.end();
      if (entry != waiting_.end()) erase(entry);
    }
    return;
  } else if (const auto memo = unpacked(record, kMemoFields); !memo.empty() && memo[0] == kMemo) {
    if (const auto time = number<SampleTime>(memo[2])) {
      remember(std::string{memo[1]}, {.time = *time, .text = std::string{memo[3]}});
      return;
    }
  }
  ++damage_.unreadable;
}

std::vector<OutboxEntry> Outbox::put(std::vector<OutboxEntry> entries) {
  std::vector<OutboxEntry> thrown_out;
  std::vector<std::string> records;
  for (OutboxEntry& entry : entries) {
    entry.sequence = next_++;
    if (file_ != nullptr) records.push_back(put_record(entry));
  }
  write(records, order_ == Order::Every);
  for (OutboxEntry& entry : entries) {
    if (!entry.memo.empty()) remember(entry.key, {.time = entry.time, .text = entry.memo});
    if (!entry.payload.empty()) insert(std::move(entry), &thrown_out);
  }
  if (!thrown_out.empty()) {
    std::vector<std::uint64_t> sequences;
    for (const OutboxEntry& entry : thrown_out) sequences.push_back(entry.sequence);
    write({done_record(sequences)}, false);
  }
  compact();
  return thrown_out;
}

void Outbox::acknowledge(const std::vector<std::uint64_t>& sequences) {
  for (const std::uint64_t sequence : sequences) {
    if (const auto entry = waiting_.find(sequence); entry != waiting_.end()) erase(entry);
  }
  // Not forced to the disk: if the machine stops before it is there, the entry is sent once more, with the
  // same idempotency key.
  write({done_record(sequences)}, false);
  compact();
}

void Outbox::insert(OutboxEntry entry, std::vector<OutboxEntry>* thrown_out) {
  if (order_ == Order::Latest) {
    const auto [known, is_new] = latest_.try_emplace(entry.key, entry.sequence);
    if (!is_new) {
      // A later "put" of the same key says in the file, too, that this one is done with.
      ++counts_.superseded;
      const auto older = waiting_.find(known->second);
      bytes_ -= size_of(older->second);
      waiting_.erase(older);
      known->second = entry.sequence;
    }
  }
  bytes_ += size_of(entry);
  const std::uint64_t sequence = entry.sequence;
  waiting_.emplace(sequence, std::move(entry));
  keep_bounds(thrown_out);
}

void Outbox::erase(std::map<std::uint64_t, OutboxEntry>::iterator entry) {
  if (order_ == Order::Latest) latest_.erase(entry->second.key);
  bytes_ -= size_of(entry->second);
  waiting_.erase(entry);
}

void Outbox::keep_bounds(std::vector<OutboxEntry>* thrown_out) {
  while (!waiting_.empty() && (waiting_.size() > limits_.entries || bytes_ > limits_.bytes)) {
    auto victim = std::ranges::find_if(waiting_, [](const auto& each) { return each.second.is_repeat; });
    if (victim == waiting_.end()) victim = waiting_.begin();
    ++counts_.given_up;
    OutboxEntry gone = victim->second;
    erase(victim);
    if (thrown_out != nullptr) thrown_out->push_back(std::move(gone));
  }
}

void Outbox::remember(const std::string& key, Memo memo) {
  memos_.insert_or_assign(key, std::move(memo));
  if (memos_.size() <= limits_.memos) return;
  const auto oldest = std::ranges::min_element(memos_, {}, [](const auto& each) { return each.second.time; });
  memos_.erase(oldest);
}

void Outbox::write(const std::vector<std::string>& records, bool sync) {
  if (file_ == nullptr || records.empty()) return;
  if (!file_->append(records, sync)) counts_.unwritten += records.size();
}

void Outbox::compact() {
  if (file_ == nullptr || file_->size() < std::max(RecordFile::kCompactBytes, 2 * compacted_size_)) return;
  std::vector<std::string> records;
  for (const auto& [key, memo] : memos_) records.push_back(memo_record(key, memo));
  for (const auto& [sequence, entry] : waiting_) records.push_back(put_record(entry));
  if (!file_->replace(records)) ++counts_.unwritten;
  compacted_size_ = file_->size();
}

}  // namespace vigil::monitoring
