#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace vigil::engine {

/// A file that is written from its beginning to its end. What the functions return is 0, or the errno of what
/// failed. One thread.
class JournalFile {
 public:
  virtual ~JournalFile() = default;
  [[nodiscard]] virtual int write(std::uint64_t offset, std::string_view bytes) noexcept = 0;
  /// Everything written so far is on the disk when it returns 0.
  [[nodiscard]] virtual int sync() noexcept = 0;
  /// ENOENT once the file has no name any more: what is written then is lost with the process.
  [[nodiscard]] virtual int check() noexcept = 0;
};

/// Where the journal's files are: a folder of the file system, or what a simulation takes for one. Throws
/// std::system_error, naming the file, where it does not return an errno. Any thread, each with files of its
/// own; what one names, another may list and read.
class JournalDisk {
 public:
  virtual ~JournalDisk() = default;
  /// Names of all files, sorted.
  [[nodiscard]] virtual std::vector<std::string> list() = 0;
  [[nodiscard]] virtual std::string read(const std::string& name) = 0;
  /// The file's first bytes, `size` of them if it has as many.
  [[nodiscard]] virtual std::string read_head(const std::string& name, std::size_t size) = 0;
  /// Makes the file, or empties it, with room for `size` bytes that read as zeros until written. The room is
  /// taken from the disk now, so that writing cannot lack it later.
  [[nodiscard]] virtual int create(const std::string& name, std::uint64_t size,
                                   std::unique_ptr<JournalFile>& out) noexcept = 0;
  /// The name is on the disk when it returns 0.
  [[nodiscard]] virtual int rename(const std::string& from, const std::string& to) noexcept = 0;
  /// Cuts the file to `size` bytes, on the disk.
  virtual void truncate(const std::string& name, std::uint64_t size) = 0;
  virtual void remove(const std::string& name) = 0;
  /// What files can still be given.
  [[nodiscard]] virtual std::uint64_t free_bytes() = 0;
  /// For people: where a file is.
  [[nodiscard]] virtual std::string path_of(const std::string& name) const = 0;
};

/// A folder of the file system. Throws std::system_error if it cannot be opened.
[[nodiscard]] std::unique_ptr<JournalDisk> open_journal_folder(const std::string& path);

}  // namespace vigil::engine
