#include "monitoring/yaml/yaml_reader.h"

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <numeric>
#include <optional>
#include <sstream>
#include <utility>

#include "monitoring/yaml/config_error.h"

namespace vigil::monitoring {
namespace detail {

/// A value of the tree. Aliases are copied, so every node has one place and one path.
struct YamlNode {
  enum class Kind : std::uint8_t { Null, Scalar, List, Mapping };
  struct Member {
    std::string key;
    int line = 0;
    std::unique_ptr<YamlNode> value;
    bool asked = false;
  };

  Kind kind = Kind::Null;
  int line = 1;
  std::string text;                              ///< Scalar
  std::vector<std::unique_ptr<YamlNode>> items;  ///< List
  std::vector<Member> members;                   ///< Mapping
  std::vector<std::string> asked_keys;           ///< Mapping: what a reader asked for
  bool looked_into = false;                      ///< Mapping: a reader asked for at least one key
  bool wrong_kind_noted = false;
};

struct YamlDocumentState {
  struct Message {
    int line = 0;
    std::string text;
  };

  std::string name;
  std::unique_ptr<YamlNode> root;
  bool readable = true;
  bool questionnaire = false;
  std::vector<std::string> asked;
  std::vector<Message> messages;
  std::size_t messages_left_out = 0;

  void note(int line, std::string_view path, std::string_view text) {
    if (questionnaire) return;
    if (messages.size() >= YamlDocument::kMaxMessages) {
      ++messages_left_out;
      return;
    }
    std::string full = name + ":" + std::to_string(line) + ": ";
    if (!path.empty()) full.append(path).append(": ");
    messages.push_back({line, full.append(text)});
  }
};

}  // namespace detail

namespace {

using detail::YamlDocumentState;
using detail::YamlNode;

struct Unreadable {
  int line = 1;
  std::string text;
};

std::unique_ptr<YamlNode> copy_of(const YamlNode& from) {
  auto to = std::make_unique<YamlNode>();
  to->kind = from.kind;
  to->line = from.line;
  to->text = from.text;
  for (const auto& item : from.items) to->items.push_back(copy_of(*item));
  for (const auto& member : from.members) {
    to->members.push_back({member.key, member.line, copy_of(*member.value), false});
  }
  return to;
}

std::size_t size_of(const YamlNode& node) {
  std::size_t size = 1;
  for (const auto& item : node.items) size += size_of(*item);
  for (const auto& member : node.members) size += size_of(*member.value);
  return size;
}

/// Levels of lists and mappings; 0 for a single value.
int height_of(const YamlNode& node) {
  const bool is_level = node.kind == YamlNode::Kind::List || node.kind == YamlNode::Kind::Mapping;
  if (!is_level) return 0;
  int height = 0;
  for (const auto& item : node.items) height = std::max(height, height_of(*item));
  for (const auto& member : node.members) height = std::max(height, height_of(*member.value));
  return height + 1;
}

/// Builds the tree from yaml-cpp's events. Stops with Unreadable at a bound.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(YamlDocumentState& state) : state_(state) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    place(make(mark, YamlNode::Kind::Null), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Unreadable{line_of(mark), "must not contain an alias of itself"};
    count_values(size_of(*found->second), mark);
    check_depth(height_of(*found->second), mark);
    place(copy_of(*found->second), YAML::NullAnchor);
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    auto node = make(mark, YamlNode::Kind::Scalar);
    node->text = value;
    place(std::move(node), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    open(make(mark, YamlNode::Kind::List), anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_tag(mark, tag);
    open(make(mark, YamlNode::Kind::Mapping), anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  /// A list or mapping that is being read; `key` is set between a mapping's key and its value.
  struct Level {
    std::unique_ptr<YamlNode> node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    std::optional<YamlNode::Member> key;
    std::map<std::string, int> key_lines;
  };

  static int line_of(const YAML::Mark& mark) { return mark.line < 0 ? 1 : mark.line + 1; }

  std::unique_ptr<YamlNode> make(const YAML::Mark& mark, YamlNode::Kind kind) {
    count_values(1, mark);
    auto node = std::make_unique<YamlNode>();
    node->kind = kind;
    node->line = line_of(mark);
    return node;
  }

  void count_values(std::size_t more, const YAML::Mark& mark) {
    values_ += more;
    if (values_ <= YamlDocument::kMaxValues) return;
    throw Unreadable{line_of(mark),
                     "must hold at most " + std::to_string(YamlDocument::kMaxValues) + " values, was more"};
  }

  void check_depth(int more, const YAML::Mark& mark) const {
    if (static_cast<int>(levels_.size()) + more <= YamlDocument::kMaxDepth) return;
    throw Unreadable{line_of(mark), "must be nested at most " + std::to_string(YamlDocument::kMaxDepth) +
                                        " deep, was deeper"};
  }

  /// yaml-cpp gives "?" for a plain value and "!" for one in quotes.
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    state_.note(line_of(mark), path(), "must be a value without a tag, was tagged " + shown_text(tag));
  }

  /// Of the value that comes next.
  std::string path() const {
    std::string text;
    for (const Level& level : levels_) {
      if (level.node->kind == YamlNode::Kind::List) {
        text += "[" + std::to_string(level.node->items.size()) + "]";
      } else if (level.key) {
        text += (text.empty() ? "" : ".") + shown_text(level.key->key);
      }
    }
    return text;
  }

  void open(std::unique_ptr<YamlNode> node, YAML::anchor_t anchor) {
    check_depth(1, mark_at(*node));
    levels_.push_back({std::move(node), anchor, std::nullopt, {}});
  }

  static YAML::Mark mark_at(const YamlNode& node) {
    YAML::Mark mark;
    mark.line = node.line - 1;
    return mark;
  }

  void close() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    place(std::move(level.node), level.anchor);
  }

  void place(std::unique_ptr<YamlNode> node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      count_values(size_of(*node), mark_at(*node));
      anchors_[anchor] = copy_of(*node);
    }
    if (levels_.empty()) {
      state_.root = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node->kind == YamlNode::Kind::List) {
      level.node->items.push_back(std::move(node));
      return;
    }
    if (!level.key) {
      take_key(level, *node);
      return;
    }
    add_member(level, std::move(node));
    level.key.reset();
  }

  void take_key(Level& level, const YamlNode& key) {
    if (key.kind == YamlNode::Kind::List || key.kind == YamlNode::Kind::Mapping) {
      throw Unreadable{key.line, "must have a word as key, was a list or a mapping"};
    }
    level.key = YamlNode::Member{key.text, key.line, nullptr, false};
  }

  void add_member(Level& level, std::unique_ptr<YamlNode> value) {
    YamlNode::Member& member = *level.key;
    const auto [first, added] = level.key_lines.emplace(member.key, member.line);
    if (!added) {
      state_.note(member.line, path(),
                  "must be given once, was given on line " + std::to_string(first->second) + " already");
      return;
    }
    member.value = std::move(value);
    level.node->members.push_back(std::move(member));
  }

  YamlDocumentState& state_;
  std::vector<Level> levels_;
  std::map<YAML::anchor_t, std::unique_ptr<YamlNode>> anchors_;
  std::size_t values_ = 0;
};

/// yaml-cpp takes the byte 4 for the end of the input and guesses encodings from zero bytes, so a text
/// with control characters could be read in part without a word.
void check_characters(std::string_view text) {
  int line = 1;
  for (const char c : text) {
    if (c == '\n') ++line;
    const auto byte = static_cast<unsigned char>(c);
    if ((byte >= 0x20 && byte != 0x7f) || c == '\n' || c == '\r' || c == '\t') continue;
    throw Unreadable{line, "must be text in UTF-8, was a control character (" + std::to_string(byte) + ")"};
  }
}

void build_tree(std::string_view text, YamlDocumentState& state) {
  if (text.size() > YamlDocument::kMaxBytes) {
    throw Unreadable{1, "must be at most " + std::to_string(YamlDocument::kMaxBytes) + " bytes long, was " +
                            std::to_string(text.size())};
  }
  check_characters(text);
  std::istringstream stream{std::string(text)};
  YAML::Parser parser(stream);
  TreeBuilder builder(state);
  if (!parser.HandleNextDocument(builder)) return;

  YamlDocumentState rest;  // only to see whether there is more
  TreeBuilder rest_builder(rest);
  if (parser.HandleNextDocument(rest_builder)) {
    throw Unreadable{rest.root ? rest.root->line : 1, "must hold one YAML document, was a second one"};
  }
}

std::string found_text(const YamlNode* node) {
  if (node == nullptr) return "missing";
  switch (node->kind) {
    case YamlNode::Kind::Null:
      return "empty";
    case YamlNode::Kind::Scalar:
      return shown_text(node->text);
    case YamlNode::Kind::List:
      return "a list";
    case YamlNode::Kind::Mapping:
      return "a mapping";
  }
  return "unknown";
}

/// Letters to insert, delete, change or swap with their neighbour to make one word the other (optimal string
/// alignment): rows of the table for the last two letters of `a` and the present one.
std::size_t typing_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, changed});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row.back();
}

std::string joined_path(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

void refuse_unknown_keys_in(const YamlNode& node, const std::string& path, YamlDocumentState& state) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    refuse_unknown_keys_in(*node.items[i], path + "[" + std::to_string(i) + "]", state);
  }
  if (!node.looked_into) return;
  for (const auto& member : node.members) {
    const std::string member_path = joined_path(path, shown_text(member.key));
    if (member.asked) {
      refuse_unknown_keys_in(*member.value, member_path, state);
      continue;
    }
    std::string text = "must be a known key, was " + shown_text(member.key);
    const std::string_view meant = nearest_word(member.key, node.asked_keys);
    if (!meant.empty()) text.append(" (did you mean ").append(meant).append("?)");
    state.note(member.line, member_path, text);
  }
}

}  // namespace

std::string YamlValue::where() const {
  return state_->name + ":" + std::to_string(line_) + ": " + path_;
}

YamlValue YamlValue::child(YamlNode* node, std::string path) const {
  YamlValue value{state_, node, std::move(path), node != nullptr ? node->line : line_};
  value.hidden_ = hidden_;
  return value;
}

bool YamlValue::is_mapping() const {
  if (node_ == nullptr || node_->kind == YamlNode::Kind::Null) return false;
  if (node_->kind == YamlNode::Kind::Mapping) {
    node_->looked_into = true;
    return true;
  }
  if (!node_->wrong_kind_noted) refuse("be a mapping (key: value)");
  node_->wrong_kind_noted = true;
  return false;
}

YamlValue YamlValue::operator[](std::string_view key) const {
  std::string path = joined_path(path_, key);
  if (state_->questionnaire) state_->asked.push_back(path);
  if (!is_mapping()) return child(nullptr, std::move(path));
  auto& asked = node_->asked_keys;
  if (std::find(asked.begin(), asked.end(), key) == asked.end()) asked.emplace_back(key);
  for (auto& member : node_->members) {
    if (member.key != key) continue;
    member.asked = true;
    YamlValue value = child(member.value.get(), std::move(path));
    if (member.value->kind != YamlNode::Kind::Scalar) value.line_ = member.line;
    return value;
  }
  return child(nullptr, std::move(path));
}

std::vector<YamlValue::Entry> YamlValue::entries() const {
  std::vector<Entry> found;
  if (state_->questionnaire) {
    state_->asked.push_back(joined_path(path_, "NAME"));
    found.push_back({"NAME", child(nullptr, joined_path(path_, "NAME"))});
    return found;
  }
  if (!is_mapping()) return found;
  for (auto& member : node_->members) {
    if (member.asked) continue;
    member.asked = true;
    Entry entry{member.key, child(member.value.get(), joined_path(path_, shown_text(member.key)))};
    entry.value.line_ = member.line;
    found.push_back(std::move(entry));
  }
  return found;
}

std::vector<YamlValue> YamlValue::elements() const {
  std::vector<YamlValue> found;
  if (state_->questionnaire) {
    found.push_back(child(nullptr, path_ + "[]"));
    return found;
  }
  if (node_ == nullptr || node_->kind == YamlNode::Kind::Null) return found;
  if (node_->kind != YamlNode::Kind::List) {
    refuse("be a list");
    return found;
  }
  for (std::size_t i = 0; i < node_->items.size(); ++i) {
    found.push_back(child(node_->items[i].get(), path_ + "[" + std::to_string(i) + "]"));
  }
  return found;
}

bool YamlValue::holds(std::string_view text) const noexcept {
  return node_ != nullptr && node_->kind == YamlNode::Kind::Scalar && node_->text == text;
}

bool YamlValue::is_list() const noexcept {
  return node_ != nullptr && node_->kind == YamlNode::Kind::List;
}

const std::string* YamlValue::scalar(std::string_view must) const {
  if (node_ == nullptr) return nullptr;
  if (node_->kind == YamlNode::Kind::Scalar) return &node_->text;
  refuse(must);
  return nullptr;
}

void YamlValue::refuse(std::string_view must) const {
  refuse(must, hidden_ ? std::string("something else (not shown)") : found_text(node_));
}

void YamlValue::refuse(std::string_view must, std::string_view was) const {
  std::string text = "must ";
  text.append(must).append(", was ").append(was);
  state_->note(line_, path_, text);
}

void YamlValue::require() const {
  if (!given()) refuse("be given");
}

YamlDocument::YamlDocument() : state_(std::make_unique<YamlDocumentState>()) {}

YamlDocument::YamlDocument(std::string_view text, std::string name) : YamlDocument() {
  state_->name = std::move(name);
  try {
    build_tree(text, *state_);
  } catch (const YAML::Exception& e) {
    state_->readable = false;
    state_->note(e.mark.line < 0 ? 1 : e.mark.line + 1, "", "must be YAML, was not: " + e.msg);
  } catch (const Unreadable& e) {
    state_->readable = false;
    state_->note(e.line, "", e.text);
  }
}

YamlDocument YamlDocument::questionnaire() {
  YamlDocument document;
  document.state_->questionnaire = true;
  return document;
}

YamlDocument::~YamlDocument() = default;
YamlDocument::YamlDocument(YamlDocument&&) noexcept = default;
YamlDocument& YamlDocument::operator=(YamlDocument&&) noexcept = default;

bool YamlDocument::readable() const noexcept {
  return state_->readable;
}

YamlValue YamlDocument::root() const {
  return {state_.get(), state_->root.get(), "", 1};
}

void YamlDocument::refuse_unknown_keys() {
  if (state_->root) refuse_unknown_keys_in(*state_->root, "", *state_);
}

std::vector<std::string> YamlDocument::messages() const {
  auto sorted = state_->messages;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  std::vector<std::string> texts;
  for (auto& message : sorted) texts.push_back(std::move(message.text));
  if (state_->messages_left_out > 0) {
    texts.push_back(state_->name + ": and " + std::to_string(state_->messages_left_out) + " more");
  }
  return texts;
}

const std::vector<std::string>& YamlDocument::asked() const noexcept {
  return state_->asked;
}

std::string read_config_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  if (file) {
    text.resize(YamlDocument::kMaxBytes + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad()) {
    const char* why = errno != 0 ? std::strerror(errno) : "unreadable";
    throw ConfigError({path + ": must be a file that can be read, was not: " + why});
  }
  if (text.size() > YamlDocument::kMaxBytes) {
    throw ConfigError(
        {path + ": must be at most " + std::to_string(YamlDocument::kMaxBytes) + " bytes long, was longer"});
  }
  return text;
}

std::string_view nearest_word(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongestWord = 48;
  if (word.size() > kLongestWord) return {};
  std::string_view nearest;
  std::size_t nearest_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = typing_distance(word, candidate);
    if (distance >= nearest_distance) continue;
    nearest_distance = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string shown_text(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  const bool cut = text.size() > kLongest;
  if (cut) text = text.substr(0, kLongest);
  bool plain = !text.empty();
  std::string clean;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) plain = false;
    clean += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  if (cut) clean += "...";
  return plain ? clean : "\"" + clean + "\"";
}

}  // namespace vigil::monitoring
