#pragma once

#include <cassert>
#include <cstddef>
#include <utility>
#include <vector>

namespace vigil::engine {

/// A double-ended queue in one block of memory that doubles when it is full; the owner keeps the bound. For
/// the venue's thread, which may allocate. Places count from the front.
template <typename T>
class Ring {
 public:
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] T& operator[](std::size_t place) noexcept {
    assert(place < size_);
    return cells_[(first_ + place) & (cells_.size() - 1)];
  }
  [[nodiscard]] T& front() noexcept { return (*this)[0]; }
  [[nodiscard]] const T& front() const noexcept {
    assert(size_ > 0);
    return cells_[first_];
  }
  [[nodiscard]] T& back() noexcept { return (*this)[size_ - 1]; }

  /// A new last cell, to be written whole: it still holds what was there before.
  [[nodiscard]] T& grow_back() {
    make_room();
    ++size_;
    return back();
  }
  void push_back(const T& value) { grow_back() = value; }
  void push_front(const T& value) {
    make_room();
    first_ = (first_ + cells_.size() - 1) & (cells_.size() - 1);
    ++size_;
    front() = value;
  }
  void pop_front() noexcept {
    assert(size_ > 0);
    first_ = (first_ + 1) & (cells_.size() - 1);
    --size_;
  }
  void pop_back() noexcept {
    assert(size_ > 0);
    --size_;
  }
  void clear() noexcept { size_ = 0; }

 private:
  void make_room() {
    if (size_ < cells_.size()) return;
    std::vector<T> larger(cells_.empty() ? 16 : cells_.size() * 2);
    for (std::size_t i = 0; i < size_; ++i) larger[i] = std::move((*this)[i]);
    cells_ = std::move(larger);
    first_ = 0;
  }

  std::vector<T> cells_;  // a power of two of them, so that places wrap with a mask
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace vigil::engine
