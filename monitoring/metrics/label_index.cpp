#include "monitoring/metrics/label_index.h"

#include <functional>

namespace vigil::monitoring {

std::optional<std::uint32_t> LabelIndex::find(std::string_view wanted) const noexcept {
  if (slots_.empty()) return std::nullopt;

  const std::size_t mask = slots_.size() - 1;
  std::size_t i = std::hash<std::string_view>{}(wanted)&mask;
  for (; slots_[i] != 0; i = (i + 1) & mask) {
    const std::uint32_t number = slots_[i] - 1;
    if (key(number) == wanted) return number;
  }
  return std::nullopt;
}

std::uint32_t LabelIndex::add(std::string_view key) {
  const auto number = static_cast<std::uint32_t>(ends_.size());
  keys_.append(key);
  ends_.push_back(static_cast<std::uint32_t>(keys_.size()));
  if (ends_.size() * 4 > slots_.size() * 3) {
    grow();
  } else {
    place(number);
  }
  return number;
}

std::string_view LabelIndex::key(std::uint32_t number) const noexcept {
  const std::size_t begin = number == 0 ? 0 : ends_[number - 1];
  return std::string_view(keys_).substr(begin, ends_[number] - begin);
}

void LabelIndex::grow() {
  slots_.assign(slots_.empty() ? 4 : slots_.size() * 2, 0);
  for (std::uint32_t number = 0; number < ends_.size(); ++number) place(number);
}

void LabelIndex::place(std::uint32_t number) noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t i = std::hash<std::string_view>{}(key(number)) & mask;
  while (slots_[i] != 0) i = (i + 1) & mask;
  slots_[i] = number + 1;
}

}  // namespace vigil::monitoring
