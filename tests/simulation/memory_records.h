#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/random.h"
#include "monitoring/delivery/record_disk.h"

namespace vigil::engine::test {

/// Files in memory that fail as those on a disk do: writes and syncs that do not work, and when the power
/// goes what was not synced is there up to any byte.
class MemoryRecords : public monitoring::RecordDisk {
 public:
  bool writes_fail = false;
  bool syncs_fail = false;

  void make_folder(const std::string& /*path*/) override {}
  std::unique_ptr<monitoring::GrowingFile> open(const std::string& path, std::string& bytes) override {
    auto& file = files_[path];
    if (file == nullptr) file = std::make_shared<File>();
    bytes = file->bytes;
    return std::make_unique<Handle>(*this, file);
  }

  void lose_power(Random& random) {
    for (const auto& [path, file] : files_) {
      if (file->bytes.starts_with(file->synced)) {
        const std::size_t more = file->bytes.size() - file->synced.size();
        file->bytes.resize(file->synced.size() + random.below(more + 1));
      } else if (random.chance(0.5)) {
        file->bytes = file->synced;  // that it was cut was not on the disk yet
      }
      file->synced = file->bytes;
    }
  }

 private:
  struct File {
    std::string bytes;
    std::string synced;
  };
  class Handle : public monitoring::GrowingFile {
   public:
    Handle(MemoryRecords& disk, std::shared_ptr<File> file) : disk_(disk), file_(std::move(file)) {}

    bool append(std::string_view bytes) override {
      file_->bytes += disk_.writes_fail ? bytes.substr(0, bytes.size() / 2) : bytes;
      return !disk_.writes_fail;
    }
    bool sync() override {
      if (!disk_.syncs_fail) file_->synced = file_->bytes;
      return !disk_.syncs_fail;
    }
    bool sync_name() override { return !disk_.syncs_fail; }
    bool cut(std::uint64_t size) override {
      file_->bytes.resize(size);
      return true;
    }
    bool replace(std::string_view bytes) override {
      if (disk_.writes_fail || disk_.syncs_fail) return false;
      file_->bytes = file_->synced = bytes;
      return true;
    }

   private:
    MemoryRecords& disk_;
    std::shared_ptr<File> file_;
  };

  std::map<std::string, std::shared_ptr<File>> files_;
};

}  // namespace vigil::engine::test
