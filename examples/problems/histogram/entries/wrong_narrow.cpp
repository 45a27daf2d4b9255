//!POPCORN leaderboard histogram
//!POPCORN gpu CPU
// Passes the tests, fails in the benchmarks: its counters hold 16 bits.

#include "task.h"

void custom_kernel(const std::uint8_t* values, std::uint32_t* counts, std::size_t n) {
    std::uint16_t narrow[BINS] = {};
    for (std::size_t at = 0; at < n; at++) narrow[values[at]]++;
    for (std::size_t value = 0; value < BINS; value++) counts[value] = narrow[value];
}
