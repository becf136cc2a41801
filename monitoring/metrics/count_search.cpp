#include "monitoring/metrics/count_search.h"

#include <cassert>

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace vigil::monitoring {
namespace scalar {

std::uint64_t sum_of(std::span<const std::uint64_t> counts) noexcept {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts) sum += count;
  return sum;
}

CountPosition find_rank(std::span<const std::uint64_t> counts, std::uint64_t rank,
                        CountPosition from) noexcept {
  assert(rank > from.below);
  CountPosition at = from;
  while (at.place < counts.size() && at.below + counts[at.place] < rank) at.below += counts[at.place++];
  assert(at.place < counts.size());
  return at;
}

}  // namespace scalar

#ifdef __x86_64__
namespace {

/// Long enough that adding up the four lanes does not matter, short enough that the last look at its counts
/// one by one does not either.
constexpr std::size_t kBlock = 64;

[[nodiscard, gnu::target("avx2")]] std::uint64_t sum_of_block(const std::uint64_t* counts) noexcept {
  const auto* from = reinterpret_cast<const __m256i*>(counts);
  __m256i one = _mm256_loadu_si256(from);
  __m256i two = _mm256_loadu_si256(from + 1);
  for (std::size_t i = 2; i < kBlock / 4; i += 2) {
    one = _mm256_add_epi64(one, _mm256_loadu_si256(from + i));
    two = _mm256_add_epi64(two, _mm256_loadu_si256(from + i + 1));
  }
  const __m256i lanes = _mm256_add_epi64(one, two);
  const __m128i pair = _mm_add_epi64(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_add_epi64(pair, _mm_unpackhi_epi64(pair, pair))));
}

[[nodiscard, gnu::target("avx2")]] std::uint64_t sum_of_blocks(
    std::span<const std::uint64_t> counts) noexcept {
  std::uint64_t sum = 0;
  std::size_t place = 0;
  for (; counts.size() - place >= kBlock; place += kBlock) sum += sum_of_block(counts.data() + place);
  return sum + scalar::sum_of(counts.subspan(place));
}

/// Up to the block that has the rank, or to what is left behind the last whole block.
[[nodiscard, gnu::target("avx2")]] CountPosition skip_blocks(std::span<const std::uint64_t> counts,
                                                             std::uint64_t rank, CountPosition at) noexcept {
  while (counts.size() - at.place >= kBlock) {
    const std::uint64_t upto = at.below + sum_of_block(counts.data() + at.place);
    if (upto >= rank) break;
    at = {at.place + kBlock, upto};
  }
  return at;
}

}  // namespace

std::uint64_t sum_of(std::span<const std::uint64_t> counts) noexcept {
  return __builtin_cpu_supports("avx2") ? sum_of_blocks(counts) : scalar::sum_of(counts);
}

CountPosition find_rank(std::span<const std::uint64_t> counts, std::uint64_t rank,
                        CountPosition from) noexcept {
  if (__builtin_cpu_supports("avx2")) from = skip_blocks(counts, rank, from);
  return scalar::find_rank(counts, rank, from);
}
#else
std::uint64_t sum_of(std::span<const std::uint64_t> counts) noexcept {
  return scalar::sum_of(counts);
}

CountPosition find_rank(std::span<const std::uint64_t> counts, std::uint64_t rank,
                        CountPosition from) noexcept {
  return scalar::find_rank(counts, rank, from);
}
#endif

}  // namespace vigil::monitoring
