#pragma once

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "engine/journal/journal_disk.h"
#include "engine/random.h"

namespace vigil::engine::test {

/// A disk in memory that fails as disks do: it fills up, it reports errors, and when the power goes what was
/// not synced may be there, in part, or not at all.
class MemoryDisk : public JournalDisk {
 public:
  std::atomic<std::uint64_t> capacity = UINT64_MAX;  ///< bytes of all files together
  std::atomic<int> write_error = 0;                  ///< errno of every write from now on; any thread sets it
  std::atomic<int> sync_error = 0;
  std::atomic<int> create_error = 0;
  std::atomic<bool> hangs = false;  ///< a sync does not return before this is over
  std::atomic<std::uint64_t> writes = 0;
  std::atomic<std::uint64_t> syncs = 0;

  std::vector<std::string> list() override {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, file] : files_) names.push_back(name);
    return names;
  }
  std::string read(const std::string& name) override { return read_head(name, SIZE_MAX); }
  std::string read_head(const std::string& name, std::size_t size) override {
    const std::lock_guard lock(mutex_);
    return file(name).bytes.substr(0, size);
  }
  std::uint64_t free_bytes() override {
    const std::lock_guard lock(mutex_);
    return free_but_for("");
  }
  int create(const std::string& name, std::uint64_t size,
             std::unique_ptr<JournalFile>& out) noexcept override {
    if (create_error != 0) return create_error;
    const std::lock_guard lock(mutex_);
    if (size > free_but_for(name)) return ENOSPC;
    auto fresh = std::make_shared<File>();
    fresh->bytes.assign(size, '\0');
    fresh->synced = fresh->bytes;
    files_[name] = fresh;
    out = std::make_unique<Handle>(*this, fresh);
    return 0;
  }
  int rename(const std::string& from, const std::string& to) noexcept override {
    const std::lock_guard lock(mutex_);
    files_[to] = files_.at(from);
    files_.erase(from);
    return 0;
  }
  void truncate(const std::string& name, std::uint64_t size) override {
    const std::lock_guard lock(mutex_);
    File& cut = file(name);
    cut.bytes.resize(size);
    cut.synced = cut.bytes;
    cut.unsynced.clear();
  }
  void remove(const std::string& name) override {
    const std::lock_guard lock(mutex_);
    files_.erase(name);
  }
  std::string path_of(const std::string& name) const override { return "memory/" + name; }

  /// What was not synced: each write survives whole, up to any byte, or not at all.
  void lose_power(Random& random) {
    for (const auto& [name, each] : files_) {
      for (const auto& [offset, bytes] : each->unsynced) {
        const std::size_t kept =
            random.uniform() < 0.3 ? 0
            : random.uniform() < 0.5
                ? bytes.size()
                : static_cast<std::size_t>(random.uniform() * static_cast<double>(bytes.size()));
        each->synced.replace(offset, kept, bytes, 0, kept);
      }
      each->unsynced.clear();
      each->bytes = each->synced;
    }
  }

  /// The bytes themselves, for who damages them.
  [[nodiscard]] std::string& bytes_of(const std::string& name) { return file(name).bytes; }

 private:
  struct File {
    std::string bytes;   ///< as read
    std::string synced;  ///< as they are after a loss of power
    std::vector<std::pair<std::uint64_t, std::string>> unsynced;
  };
  class Handle : public JournalFile {
   public:
    Handle(MemoryDisk& disk, std::shared_ptr<File> file) : disk_(disk), file_(std::move(file)) {}
    int write(std::uint64_t offset, std::string_view bytes) noexcept override {
      ++disk_.writes;
      if (disk_.write_error != 0) return disk_.write_error;
      const std::lock_guard lock(disk_.mutex_);
      if (offset + bytes.size() > file_->bytes.size()) return ENOSPC;
      file_->bytes.replace(offset, bytes.size(), bytes);
      file_->unsynced.emplace_back(offset, std::string{bytes});
      return 0;
    }
    int sync() noexcept override {
      ++disk_.syncs;
      while (disk_.hangs) std::this_thread::yield();
      if (disk_.sync_error != 0) return disk_.sync_error;
      const std::lock_guard lock(disk_.mutex_);
      for (const auto& [offset, bytes] : file_->unsynced) {
        file_->synced.replace(offset, bytes.size(), bytes);
      }
      file_->unsynced.clear();
      return 0;
    }

    int check() noexcept override {
      const std::lock_guard lock(disk_.mutex_);
      const bool is_there =
          std::ranges::any_of(disk_.files_, [this](const auto& each) { return each.second == file_; });
      return is_there ? 0 : ENOENT;
    }

   private:
    MemoryDisk& disk_;
    std::shared_ptr<File> file_;
  };
  [[nodiscard]] std::uint64_t free_but_for(const std::string& name) const {
    std::uint64_t used = 0;
    for (const auto& [other, each] : files_) used += other == name ? 0 : each->bytes.size();
    return capacity - std::min(capacity.load(), used);
  }
  File& file(const std::string& name) {
    const auto found = files_.find(name);
    if (found == files_.end()) throw std::system_error(ENOENT, std::generic_category(), path_of(name));
    return *found->second;
  }

  std::mutex mutex_;  ///< guards the files
  std::map<std::string, std::shared_ptr<File>> files_;
};

}  // namespace vigil::engine::test
