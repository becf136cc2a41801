#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/metrics/segments.h"

namespace vigil::monitoring {

/// Numbers the label sets of one family 0, 1, 2, ... in the order they came.
///
/// A label set is kept as the text that a scrape shows, `venue="X",side="buy"} `, escaped once when it is
/// added. Looking one up compares with that text: no lock, no allocation, any thread. Adding is for one
/// thread at a time; what it replaces (a smaller hash table) is kept as long as readers may look at it, in
/// all no more than the table in use.
///
/// Memory of a label set: 16 bytes, its text in steps of 16 bytes, and 8 to 16 bytes of hash tables.
class SeriesTable {
 public:
  using Values = std::span<const std::string_view>;
  static constexpr std::string_view kClosing = "} ";
  static constexpr std::uint32_t kEscaped = 1U << 31U;
  static constexpr std::uint32_t kLength = kEscaped - 1;

  struct Entry {
    const char* text = nullptr;
    std::uint32_t length = 0;   ///< of the text without its closing; kEscaped: not the plain values
    std::uint32_t created = 0;  ///< seconds since 1970

    /// Without braces: `venue="X",side="buy"`; empty without labels.
    [[nodiscard]] std::string_view labels() const noexcept { return {text, length & kLength}; }
    /// With the closing brace and a blank, for families with labels. Readable in whole steps of 16
    /// bytes.
    [[nodiscard]] std::string_view closed_labels() const noexcept {
      return {text, (length & kLength) + kClosing.size()};
    }
  };

  explicit SeriesTable(std::span<const std::string_view> labels);

  /// `values` as many as labels. Any thread. Values that are not UTF-8 are never found: they were repaired
  /// before they were added.
  [[nodiscard]] std::optional<std::uint32_t> find(Values values) const noexcept;
  /// The number of `values`, in UTF-8 and not there yet. `created`: seconds since 1970. Throws
  /// std::bad_alloc, std::length_error for a text beyond 2^31 bytes.
  std::uint32_t add(Values values, std::uint32_t created);

  /// Label sets whose numbers, texts and times any thread may ask for.
  [[nodiscard]] std::uint32_t size() const noexcept { return size_.load(std::memory_order_acquire); }
  [[nodiscard]] const Entry& entry(std::uint32_t number) const noexcept { return *entries_.row(number); }
  /// Entries that stand behind each other from `number` on. A family's cells do likewise.
  [[nodiscard]] Segments<Entry>::Run entries(std::uint32_t number) const noexcept {
    return entries_.run(number);
  }
  /// Of all texts together, without closing.
  [[nodiscard]] std::size_t text_size() const noexcept { return text_size_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t label_count() const noexcept { return openings_.size(); }
  /// The label values as they were given.
  [[nodiscard]] std::vector<std::string> values(std::uint32_t number) const;
  /// Heap memory. The adding thread.
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  /// Open addressing: 0 is free, otherwise number + 1 below and bits of the hash above.
  struct Slots {
    explicit Slots(std::size_t count) : slots(count) {}
    std::vector<std::atomic<std::uint32_t>> slots;
  };
  static constexpr unsigned kNumberBits = 20;
  static constexpr std::uint32_t kNumber = (1U << kNumberBits) - 1;

  [[gnu::always_inline]] [[nodiscard]] inline bool holds(const Entry& entry, Values values) const noexcept;
  [[nodiscard]] char* room(std::size_t size);
  void grow();
  static void place(Slots& in, std::uint64_t hash, std::uint32_t number) noexcept;

  std::vector<std::string> openings_;  ///< of each label, `venue="`, from the second on behind `",`
  Segments<Entry> entries_;
  std::vector<std::unique_ptr<char[]>> pieces_;
  std::size_t piece_size_ = 0;
  std::size_t piece_used_ = 0;
  std::size_t piece_bytes_ = 0;                 ///< of all pieces
  std::vector<std::unique_ptr<Slots>> tables_;  ///< the last is the one in use
  std::atomic<const Slots*> in_use_ = nullptr;
  std::atomic<std::size_t> text_size_ = 0;
  std::atomic<std::uint32_t> size_ = 0;
};

}  // namespace vigil::monitoring
