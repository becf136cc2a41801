#include "monitoring/store/labels.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

namespace vigil::monitoring {

namespace {

struct Lengths {
  std::uint32_t name;
  std::uint32_t value;
};

/// FNV-1a over 64-bit words: labels are hashed once, when they are made, and compared by it ever after.
std::uint64_t hash_of(const char* text, std::size_t size) noexcept {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
  while (size > 0) {
    std::uint64_t word = 0;
    const std::size_t step = std::min(size, sizeof word);
    std::memcpy(&word, text, step);
    hash = (hash ^ word) * 0x0000'0100'0000'01B3;
    hash ^= hash >> 32;
    text += step;
    size -= step;
  }
  return hash;
}

}  // namespace

void intrusive_ptr_add_ref(const Labels::Block* block) noexcept {
  block->references.fetch_add(1, std::memory_order_relaxed);
}

void intrusive_ptr_release(const Labels::Block* block) noexcept {
  if (block->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  block->~Block();
  ::operator delete(const_cast<Labels::Block*>(block));
}

Labels::Labels(std::span<const Label> labels) {
  std::vector<Label> sorted;
  sorted.reserve(labels.size());
  std::size_t bytes = 0;
  for (const Label& label : labels) {
    if (label.value.empty()) continue;
    sorted.push_back(label);
    bytes += sizeof(Lengths) + label.name.size() + label.value.size();
  }
  if (sorted.empty()) return;
  std::ranges::sort(sorted, {}, &Label::name);
  assert(std::ranges::adjacent_find(sorted, {}, &Label::name) == sorted.end());

  void* memory = ::operator new(sizeof(Block) + bytes);
  auto* block = new (memory) Block{.references = 0,
                                   .count = static_cast<std::uint32_t>(sorted.size()),
                                   .bytes = static_cast<std::uint32_t>(bytes),
                                   .hash = 0};
  char* at = reinterpret_cast<char*>(block + 1);
  for (const Label& label : sorted) {
    const Lengths lengths{static_cast<std::uint32_t>(label.name.size()),
                          static_cast<std::uint32_t>(label.value.size())};
    std::memcpy(at, &lengths, sizeof lengths);
    at += sizeof lengths;
    std::memcpy(at, label.name.data(), label.name.size());
    at += label.name.size();
    std::memcpy(at, label.value.data(), label.value.size());
    at += label.value.size();
  }
  block->hash = hash_of(text_of(block), bytes);
  block_.reset(block);
}

std::string_view Labels::value(std::string_view name) const noexcept {
  for (const Label label : *this) {
    if (label.name == name) return label.value;
  }
  return {};
}

std::size_t Labels::memory() const noexcept {
  return block_ == nullptr ? 0 : sizeof(Block) + block_->bytes;
}

bool operator==(const Labels& a, const Labels& b) noexcept {
  if (a.block_ == b.block_) return true;
  if (a.block_ == nullptr || b.block_ == nullptr) return false;
  return a.block_->hash == b.block_->hash && a.block_->bytes == b.block_->bytes &&
         std::memcmp(Labels::text_of(a.block_.get()), Labels::text_of(b.block_.get()), a.block_->bytes) == 0;
}

std::strong_ordering operator<=>(const Labels& a, const Labels& b) noexcept {
  if (a.block_ == b.block_) return std::strong_ordering::equal;
  return std::lexicographical_compare_three_way(a.begin(), a.end(), b.begin(), b.end());
}

LabelsBuilder::LabelsBuilder(const Labels& base) {
  entries_.reserve(base.size() + 2);
  for (const Label label : base) {
    entries_.push_back({.name = std::string{label.name}, .value = std::string{label.value}});
  }
}

LabelsBuilder& LabelsBuilder::set(std::string_view name, std::string_view value) {
  const auto known = std::ranges::find(entries_, name, &Entry::name);
  if (known != entries_.end()) {
    known->value = value;
  } else if (!value.empty()) {
    entries_.push_back({.name = std::string{name}, .value = std::string{value}});
  }
  return *this;
}

std::string_view LabelsBuilder::value(std::string_view name) const noexcept {
  const auto known = std::ranges::find(entries_, name, &Entry::name);
  return known == entries_.end() ? std::string_view{} : std::string_view{known->value};
}

Labels LabelsBuilder::build() const {
  std::vector<Label> labels;
  labels.reserve(entries_.size());
  for (const Entry& entry : entries_) labels.push_back({entry.name, entry.value});
  return Labels{labels};
}

std::string quoted_label_value(std::string_view text) {
  std::string out{'"'};
  for (const char character : text) {
    if (character == '\n') {
      out += "\\n";
      continue;
    }
    if (character == '"' || character == '\\') out += '\\';
    out += character;
  }
  out += '"';
  return out;
}

std::string series_text(const Labels& labels) {
  std::string out{labels.value(kMetricNameLabel)};
  const bool named = !out.empty();
  bool open = false;
  for (const Label label : labels) {
    if (label.name == kMetricNameLabel) continue;
    out += open ? ", " : "{";
    open = true;
    out += label.name;
    out += '=';
    out += quoted_label_value(label.value);
  }
  if (open) {
    out += '}';
  } else if (!named) {
    out = "{}";
  }
  return out;
}

}  // namespace vigil::monitoring
