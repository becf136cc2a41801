#include "monitoring/http/chunked_body.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "monitoring/http/header_text.h"

namespace vigil::monitoring {
namespace {

/// The size that a chunk's line begins with; nullopt if it is none, or not followed by extensions only.
std::optional<std::size_t> chunk_size(std::string_view line) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  if (error != std::errc{}) return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  if (line.empty()) return size;
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos || line[begin] != ';') return std::nullopt;
  return size;
}

bool is_trailer(std::string_view line) {
  const std::size_t colon = line.find(':');
  return colon != 0 && colon != std::string_view::npos && !is_folded(line);
}

}  // namespace

ChunkResult ChunkedBody::take(std::string_view bytes, std::string& body, std::size_t& used) {
  const std::size_t all = bytes.size();
  while (true) {
    const std::size_t before = bytes.size();
    const ChunkResult result = step(bytes, body);
    used = all - bytes.size();
    if (result != ChunkResult::NeedsMore || bytes.size() == before) return result;
  }
}

ChunkResult ChunkedBody::step(std::string_view& bytes, std::string& body) {
  if (stage_ == Stage::Done) return ChunkResult::Whole;
  if (stage_ == Stage::Data) {
    const std::size_t size = std::min(left_, bytes.size());
    body += bytes.substr(0, size);
    bytes.remove_prefix(size);
    left_ -= size;
    if (left_ == 0) stage_ = Stage::DataEnd;
    return ChunkResult::NeedsMore;
  }
  if (stage_ == Stage::DataEnd) {
    if (!kLineEnd.starts_with(bytes.substr(0, kLineEnd.size()))) return ChunkResult::Malformed;
    if (bytes.size() < kLineEnd.size()) return ChunkResult::NeedsMore;
    bytes.remove_prefix(kLineEnd.size());
    stage_ = Stage::Size;
    return ChunkResult::NeedsMore;
  }
  const std::size_t end = bytes.find(kLineEnd);
  std::string_view line = bytes.substr(0, end);
  if (end == std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
  if (trailers_ + line.size() > line_limit_) return ChunkResult::LineTooLong;
  if (end == std::string_view::npos) return ChunkResult::NeedsMore;
  bytes.remove_prefix(line.size() + kLineEnd.size());
  return take_line(line, body.size());
}

ChunkResult ChunkedBody::take_line(std::string_view line, std::size_t body_size) {
  if (has_controls(line)) return ChunkResult::Malformed;
  if (stage_ == Stage::Size) {
    const auto size = chunk_size(line);
    if (!size) return ChunkResult::Malformed;
    if (*size > body_limit_ - body_size) return ChunkResult::TooLarge;
    left_ = *size;
    stage_ = left_ == 0 ? Stage::Trailers : Stage::Data;
    return ChunkResult::NeedsMore;
  }
  if (line.empty()) {
    stage_ = Stage::Done;
    return ChunkResult::Whole;
  }
  if (!is_trailer(line)) return ChunkResult::Malformed;
  trailers_ += line.size() + kLineEnd.size();
  return ChunkResult::NeedsMore;
}

}  // namespace vigil::monitoring
