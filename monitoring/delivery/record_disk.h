#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace vigil::monitoring {

/// A file that grows at its end. One thread.
class GrowingFile {
 public:
  GrowingFile() = default;
  virtual ~GrowingFile() = default;
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  /// Safe from an end of this process when it returns. False: it did not take all of it, and may have taken
  /// some.
  [[nodiscard]] virtual bool append(std::string_view bytes) = 0;
  /// What was appended is on the disk when it returns.
  [[nodiscard]] virtual bool sync() = 0;
  /// The same for its name: a new one is on the disk once its folder is.
  [[nodiscard]] virtual bool sync_name() = 0;
  /// Only the first `size` bytes stay. False: it is as it was.
  [[nodiscard]] virtual bool cut(std::uint64_t size) = 0;
  /// Puts these bytes in the place of all that are there, at once: a crash leaves either. They are on the
  /// disk when it returns. False: all is as before.
  [[nodiscard]] virtual bool replace(std::string_view bytes) = 0;
};

/// Where files that grow are kept.
class RecordDisk {
 public:
  RecordDisk() = default;
  virtual ~RecordDisk() = default;
  RecordDisk(const RecordDisk&) = delete;
  RecordDisk& operator=(const RecordDisk&) = delete;

  /// Makes the folder if it is not there. Throws std::runtime_error naming it and the reason.
  virtual void make_folder(const std::string& path) = 0;
  /// Opens the file, or makes it; `bytes`: what it has. Throws std::runtime_error naming it and the reason.
  [[nodiscard]] virtual std::unique_ptr<GrowingFile> open(const std::string& path, std::string& bytes) = 0;
};

/// The machine's.
[[nodiscard]] RecordDisk& system_disk();

}  // namespace vigil::monitoring
