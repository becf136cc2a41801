#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::monitoring {

namespace detail {
struct YamlNode;
struct YamlDocumentState;
}  // namespace detail

/// A place in a YAML document: what stands under a key or in a list, or the gap where a key was not given.
/// Asking a place for something never fails; what is wrong is noted in the document with file, line and key.
/// Valid as long as its document.
class YamlValue {
 public:
  struct Entry;

  /// True when something stands here. An empty value ("key:" and nothing behind it) counts as given for a
  /// scalar, and as not given for a mapping or a list (whose entries may all be commented out).
  [[nodiscard]] bool given() const noexcept { return node_ != nullptr; }
  /// "venues[0].latency.outbound.minimum"
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// From 1; of the enclosing value when nothing is given.
  [[nodiscard]] int line() const noexcept { return line_; }
  /// "FILE:LINE: key.path", as messages begin.
  [[nodiscard]] std::string where() const;

  /// The value under `key` of the mapping here; from now on the key is a known one. Not a mapping: noted
  /// once.
  [[nodiscard]] YamlValue operator[](std::string_view key) const;
  /// The mapping's keys that were not asked for by name, in the order of the file: the keys are names.
  [[nodiscard]] std::vector<Entry> entries() const;
  /// The members of the list here.
  [[nodiscard]] std::vector<YamlValue> elements() const;
  /// True when the single value `text` stands here.
  [[nodiscard]] bool holds(std::string_view text) const noexcept;
  /// True when a list stands here.
  [[nodiscard]] bool is_list() const noexcept;
  /// The text that stands here; null when nothing is given, or when it is no single value, which is noted as
  /// "must `must`, was ...".
  [[nodiscard]] const std::string* scalar(std::string_view must) const;

  /// Notes "must `must`, was <what stands here>".
  void refuse(std::string_view must) const;
  /// Notes "must `must`, was `was`".
  void refuse(std::string_view must, std::string_view was) const;
  /// Notes a key that has to be there and is not.
  void require() const;
  /// What stands here is a secret: no message repeats it.
  void hide() noexcept { hidden_ = true; }

 private:
  friend class YamlDocument;
  YamlValue(detail::YamlDocumentState* state, detail::YamlNode* node, std::string path, int line)
      : state_(state), node_(node), path_(std::move(path)), line_(line) {}
  [[nodiscard]] YamlValue child(detail::YamlNode* node, std::string path) const;
  [[nodiscard]] bool is_mapping() const;

  detail::YamlDocumentState* state_;
  detail::YamlNode* node_;  ///< null: not given
  std::string path_;
  int line_;  ///< from 1; of the enclosing value when not given
  bool hidden_ = false;
};

struct YamlValue::Entry {
  std::string name;
  YamlValue value;
};

/// One YAML document in memory with the list of what is wrong with it. The only user of yaml-cpp. Bounded:
/// files of at most 4 MiB, 32 levels, 100,000 values (aliases are expanded and count each time).
class YamlDocument {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{4} << 20;
  static constexpr std::size_t kMaxValues = 100'000;
  static constexpr int kMaxDepth = 32;
  static constexpr std::size_t kMaxMessages = 200;  ///< further ones are only counted

  /// Reads `text`; `name` stands in messages as FILE. A text that is not YAML is noted; see readable().
  YamlDocument(std::string_view text, std::string name);
  /// A document that answers every question with "not given", one gap in every list and the entry NAME in
  /// every mapping of names, and remembers the questions: what a reader knows. See asked().
  [[nodiscard]] static YamlDocument questionnaire();
  ~YamlDocument();
  YamlDocument(YamlDocument&&) noexcept;
  YamlDocument& operator=(YamlDocument&&) noexcept;

  /// False: no tree to walk, the messages say why.
  [[nodiscard]] bool readable() const noexcept;
  [[nodiscard]] YamlValue root() const;
  /// Notes every key that was never asked for, in those mappings that were looked into.
  void refuse_unknown_keys();
  /// Sorted by line. Empty: nothing is wrong.
  [[nodiscard]] std::vector<std::string> messages() const;
  /// Of a questionnaire: the keys asked for, "venues[].latency.outbound.minimum", in order of asking.
  [[nodiscard]] const std::vector<std::string>& asked() const noexcept;

 private:
  YamlDocument();
  std::unique_ptr<detail::YamlDocumentState> state_;
};

/// The content of a file. Throws ConfigError when it cannot be read or is longer than a document may be.
[[nodiscard]] std::string read_config_file(const std::string& path);

/// The candidate that `word` most likely was meant to be; empty when none is near.
[[nodiscard]] std::string_view nearest_word(std::string_view word,
                                            const std::vector<std::string>& candidates);

/// A text as messages quote it: as it is, or in quotes where its ends would be hard to see; cut when long.
[[nodiscard]] std::string shown_text(std::string_view text);

}  // namespace vigil::monitoring
