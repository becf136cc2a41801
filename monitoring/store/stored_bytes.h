#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace vigil::monitoring {

/// Bytes that stay as they are, in a file or in memory. Any thread.
class StoredBytes {
 public:
  StoredBytes() = default;
  virtual ~StoredBytes() = default;
  StoredBytes(const StoredBytes&) = delete;
  StoredBytes& operator=(const StoredBytes&) = delete;

  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;
  /// Throws HistoryError if they cannot be read, or there are no such bytes.
  [[nodiscard]] virtual std::string read(std::uint64_t offset, std::uint64_t size) const = 0;
  /// The file's path; for messages.
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
  /// True: they cost memory as long as they are held.
  [[nodiscard]] virtual bool is_in_memory() const noexcept = 0;
};

/// Opened once and read with pread: a disk that fails gives an error here, where mapped memory would end the
/// process with SIGBUS. Throws HistoryError if it cannot be opened.
[[nodiscard]] std::unique_ptr<StoredBytes> open_file(const std::string& path);
[[nodiscard]] std::unique_ptr<StoredBytes> in_memory(std::string bytes, std::string name);

/// Takes bytes one after the other.
class ByteSink {
 public:
  ByteSink() = default;
  virtual ~ByteSink() = default;
  ByteSink(const ByteSink&) = delete;
  ByteSink& operator=(const ByteSink&) = delete;

  virtual void write(std::string_view bytes) = 0;
  /// All of them, from now on to be read. On disk they are synced and under their name, or (HistoryError) not
  /// there at all.
  [[nodiscard]] virtual std::unique_ptr<StoredBytes> finish() = 0;
};

/// A file that gets its name when it is whole. Throws HistoryError.
[[nodiscard]] std::unique_ptr<ByteSink> file_sink(const std::string& path);
[[nodiscard]] std::unique_ptr<ByteSink> memory_sink(std::string name);

/// Makes names in a folder durable. Throws HistoryError.
void sync_folder(const std::string& folder);

/// Throws HistoryError "WHAT: REASON", the reason from errno.
[[noreturn]] void throw_system_error(const std::string& what);

}  // namespace vigil::monitoring
