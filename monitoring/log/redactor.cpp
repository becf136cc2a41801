#include "monitoring/log/redactor.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace vigil::monitoring {
namespace {

constexpr std::size_t kShortestCut = 4;

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

Redactor::Redactor(const std::vector<std::string>& keys, const std::vector<std::string>& values)
    : keys_(keys), values_(values) {
  for (std::string& key : keys_) std::ranges::transform(key, key.begin(), lower);
  std::erase(values_, "");
  std::ranges::sort(values_, std::ranges::greater{}, &std::string::size);
}

bool Redactor::hides(std::string_view key) const {
  return std::ranges::any_of(
      keys_, [&](const std::string& hidden) { return std::ranges::equal(key, hidden, {}, lower); });
}

std::string_view Redactor::clean(std::string_view text, std::string& scratch) const {
  const auto is_in = [&](const std::string& value) { return text.find(value) != std::string_view::npos; };
  if (std::ranges::none_of(values_, is_in)) return text;

  std::string cleaned;
  while (!text.empty()) {
    const auto found =
        std::ranges::find_if(values_, [&](const std::string& v) { return text.starts_with(v); });
    cleaned += found == values_.end() ? text.substr(0, 1) : kRedacted;
    text.remove_prefix(found == values_.end() ? 1 : found->size());
  }
  scratch = std::move(cleaned);
  return scratch;
}

std::string_view Redactor::clean_cut(std::string_view text, std::string& scratch) const {
  const std::string_view cleaned = clean(text, scratch);
  std::size_t begun = 0;  // length of the longest beginning of a hidden text at the end
  for (const std::string& value : values_) {
    for (std::size_t length = std::min(cleaned.size(), value.size() - 1); length >= kShortestCut; --length) {
      if (!cleaned.ends_with(std::string_view(value).substr(0, length))) continue;
      begun = std::max(begun, length);
      break;
    }
  }
  if (begun == 0) return cleaned;

  std::string cut(cleaned.substr(0, cleaned.size() - begun));
  cut += kRedacted;
  scratch = std::move(cut);
  return scratch;
}

}  // namespace vigil::monitoring
