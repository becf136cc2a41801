#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vigil::monitoring {

/// A text that is no regular expression; what() says why.
class RegexError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A regular expression of RE2, which is Prometheus' language: matches whole texts, in time linear in the
/// text, and a dot is any character, a line feed too. Immutable, any thread.
class Regex {
 public:
  /// Throws RegexError.
  explicit Regex(std::string_view pattern);
  ~Regex();
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  [[nodiscard]] bool matches(std::string_view text) const;
  /// If the whole text matches: `replacement` with $1, ${1}, $name and ${name} replaced by what the groups
  /// matched (nothing for a group that is unknown or did not take part), $$ by a dollar sign. False: `out` is
  /// left alone.
  [[nodiscard]] bool replace(std::string_view text, std::string_view replacement, std::string& out) const;
  /// `text` with every part that matches (not anchored) replaced in the same way.
  [[nodiscard]] std::string replace_all(std::string_view text, std::string_view replacement) const;
  /// Does any part of the text match?
  [[nodiscard]] bool found_in(std::string_view text) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vigil::monitoring
