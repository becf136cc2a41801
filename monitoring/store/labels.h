#pragma once

#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/intrusive_ptr.hpp>

namespace vigil::monitoring {

/// The label that holds a metric's name.
inline constexpr std::string_view kMetricNameLabel = "__name__";

struct Label {
  std::string_view name;
  std::string_view value;
  friend auto operator<=>(const Label&, const Label&) = default;
};

/// The labels of a series, the metric's name among them: sorted by name, no name twice, no empty value (an
/// empty label is an absent one). Immutable and shared: a copy costs a reference count, an empty set no
/// memory. Any thread.
class Labels {
 public:
  class Iterator;

  Labels() noexcept = default;
  /// In any order; empty values are left out. A name that comes twice is our bug.
  explicit Labels(std::span<const Label> labels);
  Labels(std::initializer_list<Label> labels) : Labels(std::span{labels.begin(), labels.size()}) {}

  /// Empty when there is none of that name.
  [[nodiscard]] std::string_view value(std::string_view name) const noexcept;
  [[nodiscard]] bool has(std::string_view name) const noexcept { return !value(name).empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return block_ == nullptr ? 0 : block_->count; }
  [[nodiscard]] bool empty() const noexcept { return block_ == nullptr; }
  [[nodiscard]] Iterator begin() const noexcept;
  [[nodiscard]] Iterator end() const noexcept;
  /// Equal labels have equal hashes, in any process.
  [[nodiscard]] std::uint64_t hash() const noexcept { return block_ == nullptr ? 0 : block_->hash; }
  /// Bytes that the labels hold, whoever shares them.
  [[nodiscard]] std::size_t memory() const noexcept;

  friend bool operator==(const Labels& a, const Labels& b) noexcept;
  /// By names and values, one label after the other; where one ends, the shorter is first.
  friend std::strong_ordering operator<=>(const Labels& a, const Labels& b) noexcept;

 private:
  /// One piece of memory: this, then for each label the lengths of name and value (32 bits each), name,
  /// value.
  struct Block {
    mutable std::atomic<std::uint32_t> references;
    std::uint32_t count;
    std::uint32_t bytes;  ///< of what follows
    std::uint64_t hash;
  };
  friend void intrusive_ptr_add_ref(const Block* block) noexcept;
  friend void intrusive_ptr_release(const Block* block) noexcept;
  [[nodiscard]] static const char* text_of(const Block* block) noexcept {
    return reinterpret_cast<const char*>(block + 1);
  }

  boost::intrusive_ptr<const Block> block_;
};

class Labels::Iterator {
 public:
  using value_type = Label;
  using difference_type = std::ptrdiff_t;

  Iterator() noexcept = default;
  explicit Iterator(const char* at) noexcept : at_(at) {}
  [[nodiscard]] Label operator*() const noexcept {
    const Lengths lengths = lengths_here();
    const char* name = at_ + sizeof lengths;
    return {{name, lengths.name}, {name + lengths.name, lengths.value}};
  }
  Iterator& operator++() noexcept {
    const Lengths lengths = lengths_here();
    at_ += sizeof lengths + lengths.name + lengths.value;
    return *this;
  }
  Iterator operator++(int) noexcept {
    Iterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const Iterator&, const Iterator&) = default;

 private:
  struct Lengths {
    std::uint32_t name;
    std::uint32_t value;
  };
  [[nodiscard]] Lengths lengths_here() const noexcept {
    Lengths lengths{};
    std::memcpy(&lengths, at_, sizeof lengths);
    return lengths;
  }

  const char* at_ = nullptr;
};

inline Labels::Iterator Labels::begin() const noexcept {
  return block_ == nullptr ? Iterator{} : Iterator{text_of(block_.get())};
}
inline Labels::Iterator Labels::end() const noexcept {
  return block_ == nullptr ? Iterator{} : Iterator{text_of(block_.get()) + block_->bytes};
}

/// Changes labels: owns the texts that it is given.
class LabelsBuilder {
 public:
  LabelsBuilder() = default;
  explicit LabelsBuilder(const Labels& base);

  /// An empty value removes the label.
  LabelsBuilder& set(std::string_view name, std::string_view value);
  LabelsBuilder& remove(std::string_view name) { return set(name, {}); }
  /// Empty when there is none of that name.
  [[nodiscard]] std::string_view value(std::string_view name) const noexcept;
  [[nodiscard]] Labels build() const;

 private:
  struct Entry {
    std::string name, value;
  };
  std::vector<Entry> entries_;
};

/// `text` as a quoted PromQL string: backslashes, quotes and line feeds are escaped.
[[nodiscard]] std::string quoted_label_value(std::string_view text);
/// The series as people write it: `up{job="a"}`, `{job="a"}` without a name, `{}` without labels.
[[nodiscard]] std::string series_text(const Labels& labels);

}  // namespace vigil::monitoring

template <>
struct std::hash<vigil::monitoring::Labels> {
  std::size_t operator()(const vigil::monitoring::Labels& labels) const noexcept { return labels.hash(); }
};
