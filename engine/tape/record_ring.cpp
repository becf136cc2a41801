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
  throw std::system_error(errno, std::generic_category(), std::string{"journal buffer: "} + what);
}

}  // namespace

RecordRing::RecordRing(std::size_t capacity) : capacity_(whole_pages(capacity)) {
  const int file = ::memfd_create("vigil-journal", MFD_CLOEXEC);
  if (file < 0) fail("memfd_create");
  if (::ftruncate(file, static_cast<off_t>(capacity_)) != 0) {
    ::close(file);
    fail("ftruncate");
  }
  void* const both =
      ::mmap(nullptr, 2 * capacity_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (both == MAP_FAILED) {
    ::close(file);
    fail("mmap");
  }
  memory_ = static_cast<char*>(both);
  bool mapped = true;
  for (char* const half : {memory_, memory_ + capacity_}) {
    mapped =
        mapped && ::mmap(half, capacity_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) == half;
  }
  ::close(file);
  if (!mapped) {
    ::munmap(both, 2 * capacity_);
    fail("mmap");
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
