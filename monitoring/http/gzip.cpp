#include "monitoring/http/gzip.h"

#include <algorithm>
#include <cassert>
#include <limits>
#include <new>

#include <zlib.h>

namespace vigil::monitoring {

std::string gzip(std::string_view text) {
  constexpr int kGzipWindow = 15 + 16;  // zlib's word for a gzip header
  constexpr int kMemoryLevel = 8;       // zlib's default
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::bad_alloc();
  }
  std::string compressed(deflateBound(&stream, text.size()), '\0');
  // zlib does not write to its input, it only says so nowhere. Both sides go in pieces that fit its counters.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  constexpr std::size_t kPiece = std::numeric_limits<uInt>::max();
  std::size_t unread = text.size();
  std::size_t unwritten = compressed.size();
  int result = Z_OK;
  while (result == Z_OK) {
    const auto in = static_cast<uInt>(std::min(unread, kPiece));
    const auto out = static_cast<uInt>(std::min(unwritten, kPiece));
    stream.avail_in = in;
    stream.avail_out = out;
    result = deflate(&stream, unread == in ? Z_FINISH : Z_NO_FLUSH);
    unread -= in - stream.avail_in;
    unwritten -= out - stream.avail_out;
  }
  assert(result == Z_STREAM_END);  // deflateBound has given room for all of it
  deflateEnd(&stream);
  compressed.resize(compressed.size() - unwritten);
  return compressed;
}

}  // namespace vigil::monitoring
