#pragma once

#include <cstddef>

/// How often the calling thread has taken memory from the heap so far.
[[nodiscard]] std::size_t allocations() noexcept;
