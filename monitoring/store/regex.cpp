#include "monitoring/store/regex.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <vector>

#include <re2/re2.h>

namespace vigil::monitoring {

namespace {

RE2::Options options() {
  RE2::Options out;
  out.set_log_errors(false);
  out.set_dot_nl(true);
  return out;
}

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

bool is_word(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
}

/// Where the character after that at `at` begins, in UTF-8.
std::size_t next_character(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  return at;
}

/// The name behind a dollar sign and what follows it; an empty name: the dollar sign is just that.
struct Reference {
  std::string_view name;
  std::size_t length = 0;
};
Reference reference_in(std::string_view rest) {
  if (rest.starts_with('{')) {
    const std::size_t end = rest.find('}');
    if (end == std::string_view::npos || end == 1) return {};
    const std::string_view name = rest.substr(1, end - 1);
    for (const char character : name) {
      if (!is_word(character)) return {};
    }
    return {.name = name, .length = end + 1};
  }
  std::size_t length = 0;
  while (length < rest.size() && is_word(rest[length])) ++length;
  return {.name = rest.substr(0, length), .length = length};
}

}  // namespace

struct Regex::Impl {
  explicit Impl(std::string_view pattern) : expression(piece(pattern), options()) {
    if (!expression.ok()) throw RegexError(expression.error());
  }

  [[nodiscard]] std::size_t groups() const {
    return static_cast<std::size_t>(expression.NumberOfCapturingGroups()) + 1;
  }
  [[nodiscard]] bool match(std::string_view text, std::size_t from, RE2::Anchor anchor,
                           std::vector<re2::StringPiece>& found) const {
    return expression.Match(piece(text), from, text.size(), anchor, found.data(),
                            static_cast<int>(found.size()));
  }
  /// A group by number or name; nullptr if there is none.
  [[nodiscard]] const re2::StringPiece* group(std::string_view name,
                                              const std::vector<re2::StringPiece>& found) const {
    if (name.find_first_not_of("0123456789") == std::string_view::npos) {
      if (name.size() > 6) return nullptr;
      const auto number = static_cast<std::size_t>(std::stoul(std::string{name}));
      return number < found.size() ? &found[number] : nullptr;
    }
    const auto& names = expression.NamedCapturingGroups();
    const auto named = names.find(std::string{name});
    return named == names.end() ? nullptr : &found[static_cast<std::size_t>(named->second)];
  }
  void expand(std::string_view replacement, const std::vector<re2::StringPiece>& found,
              std::string& out) const {
    while (!replacement.empty()) {
      const std::size_t dollar = replacement.find('$');
      out += replacement.substr(0, dollar);
      if (dollar == std::string_view::npos) return;
      replacement.remove_prefix(dollar + 1);
      if (replacement.starts_with('$')) {
        out += '$';
        replacement.remove_prefix(1);
        continue;
      }
      const Reference reference = reference_in(replacement);
      if (reference.name.empty()) {
        out += '$';
        continue;
      }
      if (const re2::StringPiece* text = group(reference.name, found); text != nullptr) {
        out.append(text->data(), text->size());
      }
      replacement.remove_prefix(reference.length);
    }
  }

  RE2 expression;
};

Regex::Regex(std::string_view pattern) : impl_(std::make_unique<Impl>(pattern)) {}
Regex::~Regex() = default;

bool Regex::matches(std::string_view text) const {
  return impl_->expression.Match(piece(text), 0, text.size(), RE2::ANCHOR_BOTH, nullptr, 0);
}

bool Regex::found_in(std::string_view text) const {
  return impl_->expression.Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0);
}

bool Regex::replace(std::string_view text, std::string_view replacement, std::string& out) const {
  std::vector<re2::StringPiece> found(impl_->groups());
  if (!impl_->match(text, 0, RE2::ANCHOR_BOTH, found)) return false;
  out.clear();
  impl_->expand(replacement, found, out);
  return true;
}

std::string Regex::replace_all(std::string_view text, std::string_view replacement) const {
  std::string out;
  std::vector<re2::StringPiece> found(impl_->groups());
  std::size_t copied = 0;
  std::size_t from = 0;
  while (from <= text.size() && impl_->match(text, from, RE2::UNANCHORED, found)) {
    const auto begin = static_cast<std::size_t>(found[0].data() - text.data());
    const std::size_t end = begin + found[0].size();
    out += text.substr(copied, begin - copied);
    // Nothing, right behind a match, is no match of its own.
    if (end > begin || begin == 0 || begin != copied) impl_->expand(replacement, found, out);
    copied = end;
    from = end > begin ? end : next_character(text, end);
  }
  out += text.substr(std::min(copied, text.size()));
  return out;
}

}  // namespace vigil::monitoring
