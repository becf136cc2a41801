#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::monitoring {

/// Numbers the label sets of one family 0, 1, 2, ... in the order they came. A label set is kept as its
/// values, each ended by a byte that no UTF-8 text contains; all of them stand in one string, the hash table
/// holds numbers only. That keeps a series small: about 10 bytes beside its text.
class LabelIndex {
 public:
  static constexpr char kEnd = '\xFF';

  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view key) const noexcept;
  /// The number of `key`, which must not be there yet.
  std::uint32_t add(std::string_view key);
  [[nodiscard]] std::string_view key(std::uint32_t number) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return ends_.size(); }

 private:
  void grow();
  void place(std::uint32_t number) noexcept;

  std::string keys_;
  std::vector<std::uint32_t> ends_;   ///< by number: where its key ends in keys_
  std::vector<std::uint32_t> slots_;  ///< open addressing, a power of two: number + 1, 0 = free
};

}  // namespace vigil::monitoring
