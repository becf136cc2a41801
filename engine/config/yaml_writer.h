#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/config/config_values.h"
#include "engine/config/value_text.h"

/// How a configuration is written: see show_config.
namespace vigil::engine {

/// Writes block-style YAML, two spaces a level.
class YamlWriter {
 public:
  void value(std::string_view key, std::string_view text) {
    begin_line();
    text_.append(key).append(": ").append(text).append("\n");
  }
  void open(std::string_view key) {
    begin_line();
    text_.append(key).append(":\n");
    ++level_;
  }
  void close() { --level_; }
  /// Begins a list member that is a mapping; its keys follow.
  void open_item() {
    ++level_;
    dash_ = true;
  }
  void close_item() { --level_; }
  void list(std::string_view key, const std::vector<std::string>& texts) {
    std::string line = "[";
    for (const std::string& text : texts) line += (line.size() > 1 ? ", " : "") + text;
    value(key, line + "]");
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void begin_line() {
    const std::size_t indent = static_cast<std::size_t>(level_) * 2;
    if (!dash_) {
      text_.append(indent, ' ');
      return;
    }
    text_.append(indent - 2, ' ').append("- ");
    dash_ = false;
  }

  std::string text_;
  int level_ = 0;
  bool dash_ = false;
};

[[nodiscard]] inline std::string text_of(bool value) {
  return value ? "true" : "false";
}
[[nodiscard]] inline std::string text_of(double value) {
  return real_text(value);
}
[[nodiscard]] inline std::string text_of(std::integral auto value) {
  return std::to_string(value);
}
[[nodiscard]] inline std::string text_of(orders::Duration value) {
  return duration_text(value);
}
template <typename Decimal>
requires requires(Decimal d) {
  d.raw();
}
[[nodiscard]] std::string text_of(Decimal value) {
  return value.to_string();
}
template <typename T>
[[nodiscard]] std::string text_of(const std::optional<T>& limit) {
  return limit ? text_of(*limit) : std::string(kNone);
}

/// Of numbers or durations; yaml_texts() is for texts.
template <typename T>
[[nodiscard]] std::vector<std::string> texts_of(const std::vector<T>& values) {
  std::vector<std::string> texts;
  for (const T value : values) texts.push_back(text_of(value));
  return texts;
}

[[nodiscard]] inline std::vector<std::string> yaml_texts(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted_texts;
  for (const std::string& text : texts) quoted_texts.push_back(yaml_text(text));
  return quoted_texts;
}

/// A text, or the word none for an empty one.
[[nodiscard]] inline std::string text_or_none(const std::string& value) {
  return value.empty() ? std::string(kNone) : yaml_text(value);
}

}  // namespace vigil::engine
