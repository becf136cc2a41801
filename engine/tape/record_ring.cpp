#include "engine/tape/record_ring.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "engine/tape/journal_format.h"

namespace vigil::engine {
namespace {

std::size_t whole_pages(std::size_t capacity) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t least = std::max(capacity, 2 * kMaxRecordBytes);
  return (least + page - 1) / page * page;
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), std::string{"buffer of the core: "} + what);
}

}  // namespace

// Memory without a file: a limit on the size of files, which a file in memory has too, is none on this.
RecordRing::RecordRing(std::size_t capacity) : capacity_(whole_pages(capacity)) {
  void* const both =
      ::mmap(nullptr, 2 * capacity_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (both == MAP_FAILED) fail("mmap");
  memory_ = static_cast<char*>(both);
  char* const second = memory_ + capacity_;
  const bool mapped = ::mmap(memory_, capacity_, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == memory_ &&
                      // Of a size of 0: the same pages once more.
                      ::mremap(memory_, 0, capacity_, MREMAP_MAYMOVE | MREMAP_FIXED, second) == second;
  if (!mapped) {
    const int error = errno;
    ::munmap(both, 2 * capacity_);
    errno = error;
    fail("mremap");
  }
}

RecordRing::~RecordRing() {
  ::munmap(memory_, 2 * capacity_);
}

bool RecordRing::has_room() noexcept {
  return has_room_for(kMaxRecordBytes);
}

std::string_view RecordRing::waiting() noexcept {
  const std::uint64_t taken = taken_.load(std::memory_order_relaxed);
  return {memory_ + taken % capacity_, published_.load(std::memory_order_acquire) - taken};
}

}  // namespace vigil::engine
