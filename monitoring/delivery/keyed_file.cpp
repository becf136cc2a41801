#include "monitoring/delivery/keyed_file.h"

#include <algorithm>
#include <array>
#include <utility>

namespace vigil::monitoring {
namespace {

// Kinds of records, the first of their fields.
constexpr std::string_view kSet = "set";    // key, text
constexpr std::string_view kGone = "gone";  // key

std::vector<std::string> records_of(const std::vector<KeyedFile::Change>& changes) {
  std::vector<std::string> records;
  for (const KeyedFile::Change& change : changes) {
    if (change.text) {
      const std::array<std::string_view, 3> fields{kSet, change.key, *change.text};
      records.push_back(packed(fields));
    } else {
      const std::array<std::string_view, 2> fields{kGone, change.key};
      records.push_back(packed(fields));
    }
  }
  return records;
}

}  // namespace

KeyedFile::KeyedFile(const std::string& path, Everything everything, RecordDisk& disk)
    : everything_(std::move(everything)) {
  if (path.empty()) return;
  RecordFile::Opened opened;
  file_ = std::make_unique<RecordFile>(path, opened, disk);
  damage_ = {.cut_bytes = opened.cut_bytes, .damaged_bytes = opened.damaged_bytes, .unreadable = 0};
  for (const std::string& record : opened.records) {
    if (const auto set = unpacked(record, 3); !set.empty() && set[0] == kSet) {
      loaded_.insert_or_assign(std::string{set[1]}, std::string{set[2]});
    } else if (const auto gone = unpacked(record, 2); !gone.empty() && gone[0] == kGone) {
      loaded_.erase(std::string{gone[1]});
    } else {
      ++damage_.unreadable;
    }
  }
}

bool KeyedFile::save(const std::vector<Change>& changes, bool sync) {
  if (file_ == nullptr || changes.empty()) return true;
  const bool ok = file_->append(records_of(changes), sync);
  if (ok && file_->size() < std::max(RecordFile::kCompactBytes, 2 * compacted_size_)) return true;
  if (!file_->replace(records_of(everything_()))) return ok;
  compacted_size_ = file_->size();
  return true;
}

}  // namespace vigil::monitoring
