//!POPCORN leaderboard histogram
//!POPCORN gpu CPU
// Correct and plain: one counter after the other.

#include <algorithm>

#include "task.h"

void custom_kernel(const std::uint8_t* values, std::uint32_t* counts, std::size_t n) {
    std::fill(counts, counts + BINS, 0u);
    for (std::size_t at = 0; at < n; at++) counts[values[at]]++;
}
