#include "engine/feed/line_reader.h"

#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/feed/feed_error.h"

namespace vigil::engine {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;
/// A line of the greatest length, its CRLF, and one read more.
constexpr std::size_t kMaxBuffer = LineReader::kMaxLineLength + 2 + kChunk;
constexpr std::string_view kZipMagic = "PK\x03\x04";
constexpr const char* kZipText =
    "must be a plain or gzip text file, was a zip archive: unpack it and name the file inside";

bool ends_with_zip(std::string_view path) {
  return path.size() >= 4 && strcasecmp(path.substr(path.size() - 4).data(), ".zip") == 0;
}

int open_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    throw FeedError(path, 0, "must be a readable file: " + std::string(std::strerror(errno)));
  }
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    ::close(descriptor);
    throw FeedError(path, 0, "must be a file, was a directory");
  }
  return descriptor;
}

}  // namespace

LineReader::LineReader(std::string path) : path_(std::move(path)), buffer_(kChunk) {
  const int descriptor = open_file(path_);
  file_ = gzdopen(descriptor, "rb");
  if (file_ == nullptr) {
    ::close(descriptor);
    throw FeedError(path_, 0, "must be a readable file: out of memory");
  }
  (void)gzbuffer(file_, kChunk);
  try {
    if (ends_with_zip(path_)) throw FeedError(path_, 0, kZipText);
    fill();
    if (std::string_view(buffer_.data(), end_).starts_with(kZipMagic)) throw FeedError(path_, 0, kZipText);
  } catch (...) {
    gzclose_r(file_);
    throw;
  }
}

LineReader::~LineReader() {
  gzclose_r(file_);
}

/// Reads more behind end_; false at the end of the file. There must be room or something to move away.
bool LineReader::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) buffer_.resize(std::min(buffer_.size() * 2, kMaxBuffer));
  const int count = gzread(file_, buffer_.data() + end_, static_cast<unsigned>(buffer_.size() - end_));
  if (count > 0) {
    end_ += static_cast<std::size_t>(count);
    return true;
  }
  int error = Z_OK;
  const char* text = gzerror(file_, &error);
  if (error == Z_OK) return false;
  // zlib reports a stream that ends early as Z_BUF_ERROR, after handing out what it could unpack.
  if (error == Z_BUF_ERROR) {
    throw FeedError(path_, line_number_ + 1, "gzip data: must be whole, was cut off");
  }
  if (error == Z_ERRNO) {
    throw FeedError(path_, line_number_ + 1, "must be readable: " + std::string(std::strerror(errno)));
  }
  throw FeedError(path_, line_number_ + 1,
                  "gzip data: must be intact, was damaged (" + std::string(text) + ")");
}

void LineReader::skip_line() {
  for (;;) {
    const void* line_end = std::memchr(buffer_.data() + begin_, '\n', end_ - begin_);
    if (line_end != nullptr) {
      begin_ = static_cast<std::size_t>(static_cast<const char*>(line_end) - buffer_.data()) + 1;
      return;
    }
    begin_ = end_;
    if (!fill()) return;
  }
}

LineStatus LineReader::next(std::string_view& line) {
  std::size_t searched = 0;  // how much of the line is known to hold no line end
  for (;;) {
    const char* start = buffer_.data() + begin_;
    const std::size_t available = end_ - begin_;
    const void* line_end = std::memchr(start + searched, '\n', available - searched);
    std::size_t length = available;
    std::size_t consumed = available;
    if (line_end != nullptr) {
      length = static_cast<std::size_t>(static_cast<const char*>(line_end) - start);
      consumed = length + 1;
    } else if (available > kMaxLineLength + 1) {
      ++line_number_;
      skip_line();
      return LineStatus::TooLong;
    } else {
      searched = available;
      if (fill()) continue;
      if (available == 0) return LineStatus::End;
      start = buffer_.data() + begin_;  // fill moved it
    }
    ++line_number_;
    begin_ += consumed;
    if (length > 0 && start[length - 1] == '\r') --length;
    if (length > kMaxLineLength) return LineStatus::TooLong;
    line = {start, length};
    return LineStatus::Line;
  }
}

}  // namespace vigil::engine
