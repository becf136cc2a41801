#include "engine/actions/latch_book.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

namespace vigil::engine {
namespace {

using monitoring::KeyedFile;

std::string key_of(const ActionLatch& latch) {
  return fmt::format("{}:{}", to_string(latch.kind), latch.target);
}

KeyedFile::Change change_of(const ActionLatch& latch) {
  const std::string since = fmt::format("{}", orders::nanoseconds_of(latch.since));
  const std::array<std::string_view, 5> fields{to_string(latch.kind), latch.target, latch.alert, latch.labels,
                                               since};
  return {.key = key_of(latch), .text = monitoring::packed(fields)};
}

std::optional<ActionLatch> latch_in(std::string_view text) {
  const std::vector<std::string_view> fields = monitoring::unpacked(text, 5);
  if (fields.empty()) return std::nullopt;
  const auto kind = parse_action_kind(fields[0]);
  std::int64_t since = 0;
  const char* const end = fields[4].data() + fields[4].size();
  const auto read = std::from_chars(fields[4].data(), end, since);
  if (!kind || !latch_of(*kind) || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return ActionLatch{.kind = *kind,
                     .target = std::string{fields[1]},
                     .alert = std::string{fields[2]},
                     .labels = std::string{fields[3]},
                     .since = orders::timestamp_from_nanoseconds(since)};
}

}  // namespace

LatchBook::LatchBook(const std::string& path)
    : file_(path, [this] {
        std::vector<KeyedFile::Change> everything;
        for (const auto& [key, latch] : latches_) everything.push_back(change_of(latch));
        return everything;
      }) {
  monitoring::FileDamage damage = file_.damage();
  for (const auto& [key, text] : file_.take_loaded()) {
    if (auto latch = latch_in(text)) {
      loaded_.push_back(*std::move(latch));
    } else {
      ++damage.unreadable;
    }
  }
  damage_ = damage.text(path);
  // A torn end was never confirmed. Anything else may be a halt that would be forgotten.
  if (damage.unreadable + damage.damaged_bytes == 0) return;
  throw std::runtime_error(damage_ +
                           "; an alert may have stopped trading, which nobody would know: look at the log of "
                           "before, then remove the file");
}

std::vector<ActionLatch> LatchBook::take_loaded() {
  return std::exchange(loaded_, {});
}

bool LatchBook::has(AlertActionKind kind, std::string_view target) const {
  return latches_.contains(Key{kind, target});
}

std::vector<ActionLatch> LatchBook::all() const {
  std::vector<ActionLatch> all;
  for (const auto& [key, latch] : latches_) all.push_back(latch);
  return all;
}

void LatchBook::revive(ActionLatch latch) {
  Key key{latch.kind, latch.target};
  latches_.insert_or_assign(std::move(key), std::move(latch));
}

bool LatchBook::add(ActionLatch latch) {
  const KeyedFile::Change change = change_of(latch);
  revive(std::move(latch));
  return file_.save({change}, true);
}

bool LatchBook::end(AlertActionKind kind, const std::string& target) {
  const auto found = latches_.find(Key{kind, target});
  if (found == latches_.end()) return true;
  const std::string key = key_of(found->second);
  latches_.erase(found);
  return file_.save({{.key = key, .text = std::nullopt}}, true);
}

}  // namespace vigil::engine
